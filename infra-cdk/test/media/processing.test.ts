import { expect, it } from 'vitest';
import type { Machine } from '../../src/machines/machine.ts';
import { settingsOf } from '../../src/media/processing.ts';

it('names each machine in its setting', () => {
  const machine = { stateMachine: { stateMachineArn: 'arn:1' } } as Machine;
  expect(settingsOf([{ setting: 'PROCESS_IMAGE_ARN', machine }])).toEqual({ PROCESS_IMAGE_ARN: 'arn:1' });
});
