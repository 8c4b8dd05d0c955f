// Writes the templates of the default environment to the committed folder.
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { committed, synthesized, TEMPLATES } from './templates.ts';

const templates = synthesized();
for (const file of committed().keys()) {
  if (!templates.has(file)) rmSync(join(TEMPLATES, file));
}
for (const [file, text] of templates) {
  writeFileSync(join(TEMPLATES, file), text);
  console.log(`templates/${file}`);
}
