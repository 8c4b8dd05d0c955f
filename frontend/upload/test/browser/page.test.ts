// The page in a browser, on the whole stack: what is dropped is uploaded to S3, processed, and shown.
import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { bitmap, drop, missing, openBrowser, photo, Stack } from './stack.ts';

let stack: Stack, browser: Browser, context: BrowserContext, page: Page, folder: string;
const foreign: string[] = [];
const complaints: string[] = [];

before(async () => {
  if (missing) return;
  folder = await mkdtemp(join(tmpdir(), 'upload-'));
  [stack, browser] = await Promise.all([Stack.start(), openBrowser()]);
});

after(async () => {
  await Promise.all([browser?.close(), stack?.stop()]);
  if (folder) await rm(folder, { recursive: true });
});

beforeEach(async () => {
  if (missing) return;
  context = await browser.newContext();
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
  page.on('request', (request) => {
    const ours = [stack.web, stack.aws, 'data:', 'blob:'].some((start) => request.url().startsWith(start));
    if (!ours) foreign.push(request.url());
  });
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${stack.web}/upload`);
});

afterEach(() => context?.close());

const card = (name: string) => page.locator('.card', { has: page.getByRole('heading', { name, exact: true }) });
const stage = (name: string) => card(name).locator('.stage');

test('a photo that is dropped is shown in every size', { skip: missing }, async () => {
  await drop(page, await photo(page));
  await card('lake.jpg').and(page.locator('[data-state=ready]')).waitFor();
  assert.match((await stage('lake.jpg').textContent()) ?? '', /^Ready · 4000 × 3000$/);

  await page.waitForFunction(() => document.querySelector('.picture a img:not(.loading)') !== null);
  const shown = page.locator('.picture a img');
  const size = await shown.evaluate((image: HTMLImageElement) => [image.naturalWidth, image.naturalHeight, image.alt]);
  assert.equal(size[2], 'lake.jpg');
  assert.ok(Number(size[0]) >= 640 && Math.abs(Number(size[0]) / Number(size[1]) - 4 / 3) < 0.01, String(size));

  // The blur is behind the picture: its sky is bluer than its ground.
  const blur = await page.locator('canvas.blur').evaluate((canvas: HTMLCanvasElement) => {
    const pixels = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height).data ?? [];
    return { hidden: canvas.hidden, colours: new Set(pixels).size };
  });
  assert.ok(!blur.hidden && blur.colours > 20, JSON.stringify(blur));

  await page.locator('summary').click();
  const sizes = await page.locator('.variants strong').allTextContents();
  assert.deepEqual(sizes.map((size) => size.split(' ')[0]).toSorted(), ['Card', 'Full', 'Original', 'Thumbnail']);
  const links = page.locator('.variants a');
  const labels = (await links.allTextContents()).map((label) => label.split(' ')[0]);
  assert.ok(
    ['AVIF', 'JPEG', 'WebP'].every((format) => labels.includes(format)),
    String(labels),
  );
  for (const link of await links.all()) {
    const answer = await context.request.get((await link.getAttribute('href')) ?? '');
    assert.equal(answer.status(), 200);
    assert.match(answer.headers()['content-type'] ?? '', /^image\//);
  }
});

test('a text that is called a photo is refused in plain words', { skip: missing }, async () => {
  const buffer = Buffer.from('Dear diary, '.repeat(50));
  await drop(page, { name: 'diary.jpg', mimeType: 'image/jpeg', buffer });
  await card('diary.jpg').and(page.locator('[data-state=problem]')).waitFor();
  assert.equal(await stage('diary.jpg').textContent(), 'This isn’t a photo or a video that can be read');
  assert.match((await page.locator('#news').textContent()) ?? '', /^diary\.jpg: This isn’t a photo/);

  const remove = page.getByRole('button', { name: 'Remove: diary.jpg' });
  await remove.focus();
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.card').count(), 0);
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'files', 'the keyboard is somewhere');
});

test('what is no photo by its type is refused before it is sent', { skip: missing }, async () => {
  const puts: string[] = [];
  page.on('request', (request) => request.method() === 'PUT' && puts.push(request.url()));
  await drop(page, { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') });
  await card('notes.txt').and(page.locator('[data-state=problem]')).waitFor();
  assert.equal(await stage('notes.txt').textContent(), 'This isn’t a photo or a video that can be read');
  assert.deepEqual(puts, []);
});

test('an upload in parts goes on where it was after the page was closed', { skip: missing }, async () => {
  const file = join(folder, 'gradient.bmp');
  await writeFile(file, bitmap());
  const part = (url: string) => new URL(url).searchParams.get('partNumber');
  const sent: (string | null)[] = [];
  const record = (page: Page) =>
    page.on('requestfinished', (request) => request.method() === 'PUT' && sent.push(part(request.url())));
  record(page);
  // The third part never gets through.
  await page.route(/partNumber=3/, () => undefined);
  await page.locator('#files').setInputFiles(file);
  while (sent.length < 2) await page.waitForEvent('requestfinished');
  await page.getByRole('button', { name: 'Pause: gradient.bmp' }).waitFor();
  await page.close();
  assert.deepEqual(sent.toSorted(), ['1', '2']);

  sent.length = 0;
  page = await context.newPage();
  record(page);
  await page.goto(`${stack.web}/upload`);
  await card('gradient.bmp').and(page.locator('[data-state=unfinished]')).waitFor();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose it again: gradient.bmp' }).click();
  await (await chooser).setFiles(file);
  await card('gradient.bmp').and(page.locator('[data-state=ready]')).waitFor();
  assert.deepEqual(sent, ['3']);
  assert.equal(await page.evaluate(() => localStorage.getItem('sluicegate.uploads')), null);
});

test('an upload that the network interrupts goes on when it is tried again', { skip: missing }, async () => {
  await page.clock.install();
  await page.route(/x-id=PutObject/, (route) => route.abort());
  const { buffer } = await photo(page);
  await drop(page, { name: 'interrupted.jpg', mimeType: 'image/jpeg', buffer });
  const again = page.getByRole('button', { name: 'Try again: interrupted.jpg' });
  // The client's pauses add up to a minute; the page's clock jumps over them.
  while (!(await again.isVisible())) await page.clock.runFor(20_000);
  assert.equal(await stage('interrupted.jpg').textContent(), 'The upload is interrupted');
  await page.clock.resume();
  await page.unroute(/x-id=PutObject/);
  await again.click();
  await card('interrupted.jpg').and(page.locator('[data-state=ready]')).waitFor();
  complaints.splice(0, complaints.length, ...complaints.filter((text) => !text.includes('net::ERR_FAILED')));
});

test('an upload that is cancelled is gone, and so is what arrived of it', { skip: missing }, async () => {
  const file = join(folder, 'cancelled.bmp');
  await writeFile(file, bitmap());
  await page.route(/partNumber=3/, () => undefined);
  await page.locator('#files').setInputFiles(file);
  const id = page.waitForFunction(() => JSON.parse(localStorage.getItem('sluicegate.uploads') ?? '[]')[0]?.mediaId);
  const mediaId = await (await id).jsonValue();
  const deleted = page.waitForResponse((answer) => answer.request().postData()?.includes('deleteMedia') ?? false);
  await page.getByRole('button', { name: 'Cancel: cancelled.bmp' }).click();
  assert.equal((await deleted).status(), 200);
  assert.equal(await page.locator('.card').count(), 0);
  const answer = await context.request.post(`${stack.web}/media/graphql`, {
    data: { query: 'query ($id: ID!) { media(id: $id) { status } }', variables: { id: mediaId } },
  });
  assert.deepEqual(await answer.json(), { data: { media: { status: 'DELETED' } } });
});

test('files are chosen by the keyboard alone', { skip: missing }, async () => {
  // The browser must know that the chooser is ours before the key arrives, which takes it another way:
  // the answer to `evaluate` says that it does.
  const chooser = page.waitForEvent('filechooser');
  await page.keyboard.press('Tab');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'files');
  await page.keyboard.press('Enter');
  assert.ok((await chooser).isMultiple());
});

test('it fits a narrow screen, in the dark too', { skip: missing }, async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  await drop(page, { name: `${'long-name-'.repeat(12)}.jpg`, mimeType: 'image/jpeg', buffer: Buffer.from('text') });
  await page.locator('[data-state=problem]').waitFor();
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await page.emulateMedia({ colorScheme: 'light' });
  const light = await ground();
  await page.emulateMedia({ colorScheme: 'dark' });
  assert.notEqual(await ground(), light);
});

test('it needs nothing from elsewhere and complains about nothing', { skip: missing }, () => {
  assert.deepEqual(foreign, []);
  assert.deepEqual(complaints, []);
});
