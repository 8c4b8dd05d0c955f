// Answers each line of standard input, {file, width, format, output}, with {wall, cpu} in milliseconds: one picture made
// by sharp with its default settings on one thread.
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import process from 'node:process';
import sharp from 'sharp';

sharp.concurrency(1);

const files = new Map();
const read = (file) => {
  if (!files.has(file)) files.set(file, readFileSync(file));
  // A copy, as every request brings bytes of its own.
  return Buffer.from(files.get(file));
};

for await (const line of createInterface({ input: process.stdin })) {
  const { file, width, format, output } = JSON.parse(line);
  const bytes = read(file);
  const before = process.cpuUsage();
  const start = performance.now();
  const made = await sharp(bytes).resize(width).toFormat(format).toBuffer();
  const wall = performance.now() - start;
  const { user, system } = process.cpuUsage(before);
  if (output) writeFileSync(output, made);
  process.stdout.write(`${JSON.stringify({ wall, cpu: (user + system) / 1000, bytes: made.length })}\n`);
}
