import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

it('answers each mutation by a machine of its own', () => {
  const template = stackOf('Media', configurationOf({ kind: 'development' }));
  const machines = resourcesOf([template], 'AWS::StepFunctions::StateMachine').map(({ Properties }) => Properties);
  const express = machines.filter(({ StateMachineType }) => StateMachineType === 'EXPRESS');
  expect(express.map(({ StateMachineName }) => StateMachineName).sort()).toEqual([
    'complete-upload',
    'create-upload',
    'delete-media',
    'retry-processing',
  ]);
});
