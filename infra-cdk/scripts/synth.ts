// Writes the templates of the default environment to the committed folder; with a folder as argument, those of the environment
// that the variables name to that folder.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { configurationFrom } from '../src/command-line.ts';
import { committed, synthesized, TEMPLATES } from './templates.ts';

const [argument] = process.argv.slice(2);
const folder = argument === undefined ? TEMPLATES : resolve(argument);
const templates = argument === undefined ? synthesized() : synthesized(configurationFrom(process.env));
mkdirSync(folder, { recursive: true });
for (const file of committed(folder).keys()) {
  if (!templates.has(file)) rmSync(join(folder, file));
}
for (const [file, text] of templates) {
  writeFileSync(join(folder, file), text);
  console.log(argument === undefined ? `templates/${file}` : join(folder, file));
}
