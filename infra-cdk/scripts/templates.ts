import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { application } from '../src/application.ts';
import { configurationOf } from '../src/environments.ts';

/** The folder of the committed templates. */
export const TEMPLATES = resolve(import.meta.dirname ?? __dirname, '../templates');

/**
 * The templates of an environment by file name, from the stub so that no binary changes them.
 *
 * Without an argument they are those of the default environment.
 */
export function synthesized(configuration = configurationOf({ kind: 'development' })): Map<string, string> {
  delete process.env.SLUICEGATE_ASSETS;
  const outdir = mkdtempSync(join(tmpdir(), 'sluicegate-synth-'));
  try {
    const assembly = application(configuration, { outdir }).synth();
    return new Map(
      assembly.stacks.map((stack) => {
        const template = JSON.parse(readFileSync(stack.templateFullPath, 'utf8')) as unknown;
        return [`${stack.stackName}.template.json`, `${JSON.stringify(template, null, 2)}\n`] as const;
      }),
    );
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** The templates in a folder by file name; in the committed one without an argument. */
export function committed(folder = TEMPLATES): Map<string, string> {
  const files = readdirSync(folder).filter((file) => file.endsWith('.template.json'));
  return new Map(files.sort().map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const));
}

/** Where the templates part first, as a few lines of a diff; `undefined` when they are the same. */
export function firstDifference(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): string | undefined {
  for (const file of new Set([...before.keys(), ...after.keys()].sort())) {
    const [old, now] = [before.get(file), after.get(file)];
    if (old === now) continue;
    if (old === undefined) return `templates/${file} isn't committed`;
    if (now === undefined) return `templates/${file} is of a stack that no longer exists`;
    const [oldLines, nowLines] = [old.split('\n'), now.split('\n')];
    const line = oldLines.findIndex((text, index) => text !== nowLines[index]);
    const lines = (sign: string, all: string[]) => all.slice(line, line + 5).map((text) => `${sign} ${text}`);
    return [`templates/${file}:${line + 1}`, ...lines('-', oldLines), ...lines('+', nowLines)].join('\n');
  }
  return undefined;
}
