/** The whole stack, a browser, and files to upload. */

import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Browser, chromium, type Page } from 'playwright-core';

const ROOT = new URL('../../../../', import.meta.url).pathname;
const CHROMIUM = process.env.CHROMIUM ?? '/usr/bin/chromium';
const SLUICE = process.env.SLUICE ?? `${process.env.CARGO_TARGET_DIR ?? `${ROOT}target`}/debug/sluice`;

/** Why the tests can't run here; nothing if they can. */
export const missing = !existsSync(CHROMIUM) && `there is no browser at ${CHROMIUM}: set CHROMIUM`;

/** A running `sluice dev` that keeps nothing. */
export class Stack {
  private constructor(
    private readonly process: ChildProcess,
    /** Where the pages are. */
    readonly web: string,
    /** Where S3 is. */
    readonly aws: string,
  ) {}

  static async start(): Promise<Stack> {
    const process = spawn(
      SLUICE,
      ['dev', '--ephemeral', '--aws-addr', '127.0.0.1:0', '--web-addr', '127.0.0.1:0', '--project', ROOT],
      { stdio: ['ignore', 'pipe', 'inherit'], env: { ...globalThis.process.env, RUST_LOG: 'error' } },
    );
    const failed = new Promise<never>((_, reject) => {
      process.once('error', (cause) => reject(new Error(`${SLUICE} can't be started: build it first`, { cause })));
      process.once('exit', (code) => reject(new Error(`${SLUICE} ended with ${code} before it was ready`)));
    });
    const addresses = new Map<string, string>();
    const ready = (async () => {
      for await (const line of createInterface({ input: process.stdout })) {
        const [, name, address] = /^(aws|web) +(http:\S+)/.exec(line) ?? [];
        if (name !== undefined && address !== undefined) addresses.set(name, address);
        if (line.startsWith('ready in')) break;
      }
    })();
    await Promise.race([ready, failed]);
    failed.catch(() => undefined);
    // What it writes from now on is read by nobody, and must not block it.
    process.stdout.resume();
    return new Stack(process, addresses.get('web') ?? '', addresses.get('aws') ?? '');
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const ended = new Promise((resolve) => this.process.once('exit', resolve));
    this.process.kill('SIGTERM');
    await ended;
  }
}

export function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    headless: true,
    chromiumSandbox: false,
    args: [
      '--disable-gpu',
      '--disable-background-networking',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1',
    ],
  });
}

/** A file as a test hands it to the page. */
export interface TestFile {
  readonly name: string;
  readonly mimeType: string;
  readonly buffer: Buffer;
}

/** A photo of 12 megapixels of a lake that never was, encoded by the browser. */
export async function photo(page: Page, name = 'lake.jpg'): Promise<TestFile> {
  const base64 = await page.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 4000, height: 3000 });
    const paint = canvas.getContext('2d') as CanvasRenderingContext2D;
    for (const [top, bottom, colours] of [
      [0, 1700, ['#20457c', '#7fa8d8', '#ffd9a8']],
      [1700, 3000, ['#e8b98a', '#4d7ba6', '#12304f']],
    ] as const) {
      const gradient = paint.createLinearGradient(0, top, 0, bottom);
      colours.forEach((colour, at) => gradient.addColorStop(at / 2, colour));
      paint.fillStyle = gradient;
      paint.fillRect(0, top, 4000, bottom - top);
    }
    paint.fillStyle = '#fff3d6';
    paint.beginPath();
    paint.arc(2900, 1250, 170, 0, 7);
    paint.fill();
    for (const [base, height, colour] of [
      [0.6, 700, '#5a7694'],
      [1.7, 480, '#3c5872'],
      [2.9, 300, '#24404f'],
    ] as const) {
      paint.fillStyle = colour;
      paint.beginPath();
      paint.moveTo(0, 1700);
      for (let x = 0; x <= 4000; x += 10) {
        paint.lineTo(x, 1700 - height * Math.abs(Math.sin(x / 830 + base) * 0.8 + Math.sin(x / 190 + base) * 0.2));
      }
      paint.lineTo(4000, 1700);
      paint.fill();
    }
    paint.strokeStyle = '#ffffff55';
    for (let wave = 0; wave < 900; wave += 1) {
      const [x, y] = [(wave * 7919) % 4000, 1720 + ((wave * 104_729) % 1280)];
      paint.lineWidth = 1 + (y - 1700) / 300;
      paint.beginPath();
      paint.moveTo(x, y);
      paint.lineTo(x + (y - 1600) / 6, y);
      paint.stroke();
    }
    return canvas.toDataURL('image/jpeg', 0.92).split(',')[1] ?? '';
  });
  return { name, mimeType: 'image/jpeg', buffer: Buffer.from(base64, 'base64') };
}

/** A picture that isn't compressed, 22 MB large: it goes in three parts. */
export function bitmap(): Buffer {
  const [width, height] = [2700, 2700];
  const [head, body] = [54, width * height * 3];
  const file = Buffer.alloc(head + body);
  file.write('BM');
  file.writeUInt32LE(head + body, 2);
  file.writeUInt32LE(head, 10);
  file.writeUInt32LE(40, 14);
  file.writeInt32LE(width, 18);
  file.writeInt32LE(height, 22);
  file.writeUInt16LE(1, 26);
  file.writeUInt16LE(24, 28);
  for (let y = 0, at = head; y < height; y += 1) {
    for (let x = 0; x < width; x += 1, at += 3) {
      file[at] = (x * 255) / width;
      file[at + 1] = (y * 255) / height;
      file[at + 2] = 160;
    }
  }
  return file;
}

/** Drops files onto the page, the way a person does. */
export async function drop(page: Page, ...files: TestFile[]): Promise<void> {
  const sent = files.map(({ name, mimeType, buffer }) => ({ name, mimeType, base64: buffer.toString('base64') }));
  const transfer = await page.evaluateHandle((files) => {
    const transfer = new DataTransfer();
    for (const { name, mimeType, base64 } of files) {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: mimeType, lastModified: 1 }));
    }
    return transfer;
  }, sent);
  for (const event of ['dragenter', 'dragover', 'drop']) {
    await page.dispatchEvent('main', event, { dataTransfer: transfer });
  }
}
