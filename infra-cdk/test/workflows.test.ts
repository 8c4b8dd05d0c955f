import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { definitionFile, machineNames, WORKFLOWS } from '../src/machines/definition.ts';

interface State {
  readonly Type: string;
  readonly Branches?: readonly Machine[];
  readonly ItemProcessor?: Machine;
}

interface Machine {
  readonly States: Record<string, State>;
}

interface Definition extends Machine {
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

/** Every state, also those of branches and of what a Map does with each item. */
function statesOf({ States }: Machine): [string, State][] {
  return Object.entries(States).flatMap(([name, state]) => [
    [name, state] as [string, State],
    ...(state.Branches ?? []).flatMap(statesOf),
    ...(state.ItemProcessor === undefined ? [] : statesOf(state.ItemProcessor)),
  ]);
}

const read = (...path: string[]) => readFileSync(join(WORKFLOWS, ...path), 'utf8');

describe.each(machineNames())('workflows/%s', (name) => {
  const definition = JSON.parse(readFileSync(definitionFile(name), 'utf8')) as Definition;
  const files = existsSync(join(WORKFLOWS, name, 'cases')) ? readdirSync(join(WORKFLOWS, name, 'cases')) : [];
  const cases = files.map((file) => JSON.parse(read(name, 'cases', file)) as Case);

  it('says what it does, and which event is its own or consumed', () => {
    expect(read(name, 'README.md')).toMatch(/^# .+\n\n(.+\n)+\n(Owner event|Consumes): (none|`[a-z]+\.[a-z_*]+`)\. /);
  });

  it('ends at some time', () => {
    expect(definition.TimeoutSeconds).toBeGreaterThan(0);
  });

  it('has a case that succeeds', () => {
    expect(cases.some(({ expected }) => expected.status === 'SUCCEEDED')).toBe(true);
  });

  it('has cases whose mocks are of its own tasks and whose results fit their status', () => {
    const types = new Map(statesOf(definition).map(([state, { Type }]) => [state, Type]));
    for (const { behaviour, mocks, expected } of cases) {
      const tasks = Object.keys(mocks).map((state) => types.get(state));
      expect(
        tasks.every((type) => type === 'Task'),
        behaviour,
      ).toBe(true);
      expect(expected, behaviour).toHaveProperty(expected.status === 'SUCCEEDED' ? 'output' : 'error');
    }
  });

  it('has a case for each of its tasks', () => {
    const tasks = statesOf(definition).filter(([, { Type }]) => Type === 'Task');
    const mocked = new Set(cases.flatMap(({ mocks }) => Object.keys(mocks)));
    expect(tasks.map(([state]) => state).filter((state) => !mocked.has(state))).toEqual([]);
  });
});
