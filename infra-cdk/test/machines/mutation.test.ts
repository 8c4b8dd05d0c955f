import { expect, it } from 'vitest';
import { Mutation } from '../../src/machines/mutation.ts';
import { actionsOf, resourcesOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) => new Mutation(stack, 'Create', { verb: 'create', description: 'Creates a todo', todoActions: ['PutItem'] }),
  { others: ['data/todos-table-name', 'data/idempotency-table-name'] },
);

it('is an Express machine bound to its own step', () => {
  const [machine] = resourcesOf([template], 'AWS::StepFunctions::StateMachine');
  expect(machine?.Properties).toMatchObject({ StateMachineName: 'create-todo', StateMachineType: 'EXPRESS' });
  expect(Object.keys(machine?.Properties.DefinitionSubstitutions)).toEqual(['TodoCreateFunctionArn']);
});

it('gives the step its tables and only the actions that it needs', () => {
  const [step] = resourcesOf([template], 'AWS::Lambda::Function');
  expect(Object.keys(step?.Properties.Environment.Variables)).toEqual(['TODOS_TABLE', 'IDEMPOTENCY_TABLE']);
  expect(actionsOf(template).filter((action) => action.startsWith('dynamodb:'))).toEqual([
    'dynamodb:GetItem',
    'dynamodb:PutItem',
    'dynamodb:PutItem',
  ]);
});

it('tells the other stacks its ARN', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/sluicegate/workflows/create-todo-arn' });
});
