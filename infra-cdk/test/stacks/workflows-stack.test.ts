import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Workflows', configurationOf({ kind: 'development' }));

it('answers mutations by Express machines and waits in a Standard one', () => {
  const machines = resourcesOf([template], 'AWS::StepFunctions::StateMachine').map(({ Properties }) => [
    Properties.StateMachineName,
    Properties.StateMachineType,
  ]);
  expect(machines).toEqual([
    ['create-todo', 'EXPRESS'],
    ['update-todo', 'EXPRESS'],
    ['complete-todo', 'EXPRESS'],
    ['delete-todo', 'EXPRESS'],
    ['remind', 'STANDARD'],
    ['record-activity', 'EXPRESS'],
  ]);
});

it('has a step for each mutation and for the reminder', () => {
  const functions = resourcesOf([template], 'AWS::Lambda::Function').map(({ Properties }) => Properties.FunctionName);
  expect(functions).toEqual(['todo-create', 'todo-update', 'todo-complete', 'todo-delete', 'todo-check-reminder']);
});
