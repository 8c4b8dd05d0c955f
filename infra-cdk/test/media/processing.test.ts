import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import type { Machine } from '../../src/machines/machine.ts';
import { settingsOf } from '../../src/media/processing.ts';
import { stackOf, statementsOf } from '../support.ts';

it('names each machine in its setting', () => {
  const machine = { stateMachine: { stateMachineArn: 'arn:1' } } as Machine;
  expect(settingsOf([{ setting: 'PROCESS_IMAGE_ARN', machine }])).toEqual({ PROCESS_IMAGE_ARN: 'arn:1' });
});

it('lets what ends a film tell the machine that waits for it, and no other', () => {
  const statements = statementsOf(stackOf('Media', configurationOf({ kind: 'development' })));
  const releasing = statements.filter(({ Action }) => Action === 'states:SendTaskFailure');
  // The deletion, the erasure, and the router of an upload that takes another's place.
  expect(releasing).toHaveLength(3);
  for (const { Resource } of releasing) expect(JSON.stringify(Resource)).toContain('VideoMachine');
});
