import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { codeOf } from '../../src/functions/assets.ts';

let assets: string;
beforeEach(() => {
  assets = mkdtempSync(join(tmpdir(), 'sluicegate-assets-'));
});
afterEach(() => rmSync(assets, { recursive: true }));

it('is the stub when no assets are named, so that synth needs no Rust', () => {
  expect((codeOf('todo-create', undefined) as unknown as { path: string }).path).toMatch(/assets\/stub$/);
});

it('is the folder of the binary when assets are named', () => {
  mkdirSync(join(assets, 'todo-create'));
  writeFileSync(join(assets, 'todo-create', 'bootstrap'), '');
  expect((codeOf('todo-create', assets) as unknown as { path: string }).path).toBe(join(assets, 'todo-create'));
});

it('refuses assets that lack the binary instead of deploying the stub', () => {
  expect(() => codeOf('todo-create', assets)).toThrow(`${assets}/todo-create/bootstrap`);
});
