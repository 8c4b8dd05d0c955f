import { readdirSync, readFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { configurationOf } from '../src/environments.ts';
import { definitionFile, machineNames } from '../src/machines/definition.ts';
import { resourcesOf, templatesOf } from './support.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const EVENTS = readdirSync(resolve(ROOT, 'events/schemas')).map((file) => basename(file, '.json'));
const RUST = ['handlers', 'schema'].flatMap((folder) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.rs'))
    .map((file) => join(ROOT, folder, file)),
);
const templates = templatesOf(configurationOf({ kind: 'development' }, [], { pushSecret: 'push' }));
const functions = resourcesOf(templates.values(), 'AWS::Lambda::Function');

it('listens for events that somebody declared', () => {
  for (const { Properties } of resourcesOf(templates.values(), 'AWS::Events::Rule')) {
    if (Properties.EventPattern.source[0].startsWith('aws.')) continue;
    for (const wanted of Properties.EventPattern['detail-type'] as (string | { prefix: string })[]) {
      const matches = (event: string) =>
        typeof wanted === 'string' ? event === wanted : event.startsWith(wanted.prefix);
      expect(EVENTS.some(matches), `${Properties.Name}: ${JSON.stringify(wanted)}`).toBe(true);
    }
  }
});

it('emits from state machines only events that are declared', () => {
  const emitted = machineNames().flatMap((name) => {
    const definition = readFileSync(definitionFile(name), 'utf8');
    return Array.from(definition.matchAll(/"DetailType": "([^"]+)"/g), ([, type]) => type);
  });
  expect(emitted).toEqual(['subject.erased', 'todo.reminder_due']);
  expect(emitted.filter((type) => !EVENTS.includes(type as string))).toEqual([]);
});

it('deploys every Lambda binary that the Rust crates have, and no other', () => {
  const binaries = RUST.filter((file) => file.includes('/src/bin/'));
  const deployed = functions.map(({ Metadata }) => Metadata.sluicegate.binary as string);
  expect(deployed.sort()).toEqual(binaries.map((file) => basename(file, '.rs')).sort());
});

it('gives functions the settings that the Rust crates read, and no others', () => {
  const sources = RUST.filter((file) => file.includes('/src/'));
  const read = sources.flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    return Array.from(text.matchAll(/settings\.(?:require|get)\("([A-Z_]+)"\)/g), ([, name]) => name);
  });
  const given = functions.flatMap(({ Properties }) => Object.keys(Properties.Environment?.Variables ?? {}));
  expect([...new Set(given)].sort()).toEqual([...new Set(read)].sort());
});
