import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definitionFile, machineNames, WORKFLOWS } from '../src/machines/definition.ts';

interface Definition {
  readonly States: Record<string, { readonly Type: string }>;
  readonly TimeoutSeconds?: number;
}

interface Case {
  readonly behaviour: string;
  readonly input: unknown;
  readonly mocks: Record<
    string,
    readonly ({ readonly return: unknown } | { readonly throw: { readonly error: string } })[]
  >;
  readonly expected: { readonly status: string; readonly output?: unknown; readonly error?: string };
}

const read = (...path: string[]) => readFileSync(join(WORKFLOWS, ...path), 'utf8');

describe.each(machineNames())('workflows/%s', (name) => {
  const definition = JSON.parse(readFileSync(definitionFile(name), 'utf8')) as Definition;
  const files = existsSync(join(WORKFLOWS, name, 'cases')) ? readdirSync(join(WORKFLOWS, name, 'cases')) : [];
  const cases = files.map((file) => JSON.parse(read(name, 'cases', file)) as Case);

  it('says what it does, and which event is its own or consumed', () => {
    expect(read(name, 'README.md')).toMatch(/^# .+\n\n.+\n\n(Owner event|Consumes): `todo\.[a-z_*]+`\. /);
  });

  it('ends at some time', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
  });

  it('has a case that succeeds', () => {
    expect(cases.some(({ expected }) => expected.status === 'SUCCEEDED')).toBe(true);
  });

  it('has cases whose mocks are of its own tasks and whose results fit their status', () => {
    for (const { behaviour, mocks, expected } of cases) {
      const tasks = Object.keys(mocks).map((state) => definition.States[state]?.Type);
      expect(
        tasks.every((type) => type === 'Task'),
        behaviour,
      ).toBe(true);
      expect(expected, behaviour).toHaveProperty(expected.status === 'SUCCEEDED' ? 'output' : 'error');
    }
  });

  it('has a case for each of its tasks', () => {
    const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === 'Task');
    const mocked = new Set(cases.flatMap(({ mocks }) => Object.keys(mocks)));
    expect(tasks.map(([state]) => state).filter((state) => !mocked.has(state))).toEqual([]);
  });
});
