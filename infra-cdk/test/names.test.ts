import { expect, it } from 'vitest';
import { Names } from '../src/names.ts';

it('has no suffix where an environment has an account of its own', () => {
  const names = new Names({ kind: 'production' });
  expect([names.stack('Data'), names.resource('todos'), names.parameter('events/bus-name')]).toEqual([
    'Sluicegate-Data',
    'todos',
    '/sluicegate/events/bus-name',
  ]);
});

it('carries what tells environments of one account apart', () => {
  const names = new Names({ kind: 'preview', pullRequest: 12 });
  expect([names.stack('Data'), names.resource('todos'), names.parameter('events/bus-name')]).toEqual([
    'Sluicegate-pr-12-Data',
    'todos-pr-12',
    '/sluicegate-pr-12/events/bus-name',
  ]);
});
