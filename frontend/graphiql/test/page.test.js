// The built page in a browser, against a server that has our schema and knows one todo.
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { buildSchema, graphql, parse, validate } from 'graphql';
import { chromium } from 'playwright-core';
import { MEDIA_QUERIES, QUERIES } from '../src/examples.js';

const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const PAGE = new URL('../dist/index.html', import.meta.url);
const missing = !existsSync(CHROMIUM) && `there is no browser at ${CHROMIUM}: set CHROMIUM`;

// Federation's directives are defined by its specification, not in the schema.
async function schemaOf(context) {
  const sdl = await readFile(new URL(`../../../schema/${context}/schema.graphql`, import.meta.url), 'utf8');
  return buildSchema(sdl, { assumeValidSDL: true });
}

const schema = await schemaOf('todo');
const todo = { id: '1', title: 'Water the plants', status: 'OPEN', version: 1 };
const rootValue = {
  todos: { edges: [{ cursor: 'a', node: todo }], pageInfo: { hasPreviousPage: false, startCursor: 'a' } },
  createTodo: { todo, errors: [], execution: { name: 'plants-1' } },
};

let server, browser, page, address;
const foreign = [];
const complaints = [];

before(async () => {
  if (missing) return;
  server = createServer(async (request, response) => {
    if (!['/graphql', '/media/graphql'].includes(request.url)) return response.writeHead(404).end();
    if (request.method === 'GET') return response.setHeader('content-type', 'text/html').end(await readFile(PAGE));
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const { query: source, variables: variableValues, operationName } = JSON.parse(Buffer.concat(chunks));
    const answer = await graphql({ schema, source, rootValue, variableValues, operationName });
    response.setHeader('content-type', 'application/json').end(JSON.stringify(answer));
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  address = `http://127.0.0.1:${server.address().port}/graphql`;
  browser = await chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    chromiumSandbox: false,
    args: ['--disable-gpu', '--disable-background-networking', '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1'],
  });
  page = await (await browser.newContext()).newPage();
  page.on('request', (request) => request.url().startsWith('data:') || request.url() === address || foreign.push(request.url()));
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(address);
  await page.waitForSelector('.graphiql-query-editor .CodeMirror');
});

after(async () => {
  await browser?.close();
  server?.close();
});

test('it opens with the examples', { skip: missing }, async () => {
  const text = await page.evaluate(() => document.querySelector('.graphiql-query-editor .CodeMirror').CodeMirror.getValue());
  assert.equal(text, QUERIES);
});

test('the examples are valid for the schemas', async () => {
  assert.deepEqual(validate(schema, parse(QUERIES)), []);
  assert.deepEqual(validate(await schemaOf('media'), parse(MEDIA_QUERIES)), []);
});

test('the pages of two APIs keep their own texts', { skip: missing }, async () => {
  const editor = '.graphiql-query-editor .CodeMirror';
  const text = (of) => of.evaluate((selector) => document.querySelector(selector).CodeMirror.getValue(), editor);
  const media = await page.context().newPage();
  const title = await page.title();
  // The store is the origin's: what one page wrote there, the other would show.
  await page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('/graphql:')));
  await media.goto(address.replace('/graphql', '/media/graphql'));
  await media.waitForSelector(editor);
  assert.equal(await text(media), MEDIA_QUERIES);
  assert.deepEqual([title, await media.title()], ['Todos – Sluicegate GraphQL', 'Media – Sluicegate GraphQL']);
  await media.close();
});

test('it runs an operation and shows the answer', { skip: missing }, async () => {
  await page.click('button.graphiql-execute-button');
  await page.click('[role=menuitem]:has-text("List")');
  await page.waitForFunction(() =>
    document.querySelector('.result-window .CodeMirror').CodeMirror.getValue().includes('Water the plants'),
  );
});

test('on a phone the answer stands below the operation', { skip: missing }, async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  const [editor, answer] = await page.evaluate(() =>
    ['.graphiql-query-editor', '.result-window'].map((part) => document.querySelector(part).getBoundingClientRect().toJSON()),
  );
  await page.setViewportSize({ width: 1280, height: 720 });
  assert.ok(answer.top >= editor.bottom && answer.width > 250 && answer.height > 150, JSON.stringify({ editor, answer }));
});

test('it documents the schema', { skip: missing }, async () => {
  await page.click('button[aria-label*="Documentation Explorer"]');
  await page.click('.graphiql-doc-explorer a:has-text("Query")');
  await page.waitForSelector('text=Todos in the order of their creation');
});

test('it needs nothing from elsewhere and complains about nothing', { skip: missing }, () => {
  assert.deepEqual(foreign, []);
  assert.deepEqual(complaints, []);
});
