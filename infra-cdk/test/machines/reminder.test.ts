import { expect, it } from 'vitest';
import { Reminder } from '../../src/machines/reminder.ts';
import { actionsOf, statementsOf, templateOf } from '../support.ts';

const template = templateOf((stack) => new Reminder(stack, 'Remind'), {
  others: ['data/todos-table-name', 'events/bus-name'],
});

it('is a Standard machine, as it may wait for months', () => {
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'remind',
    StateMachineType: 'STANDARD',
  });
});

it('may start itself again, as a due time may be more than a year off', () => {
  const starting = statementsOf(template).filter(({ Action }) => Action === 'states:StartExecution');
  expect(JSON.stringify(starting)).toContain(':stateMachine:remind');
});

it('may put events on the bus, and its step may only update todos', () => {
  expect(actionsOf(template)).toContain('events:PutEvents');
  expect(actionsOf(template).filter((action) => action.startsWith('dynamodb:'))).toEqual(['dynamodb:UpdateItem']);
});
