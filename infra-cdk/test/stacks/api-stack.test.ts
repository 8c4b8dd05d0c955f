import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { actionsOf, resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Api', configurationOf({ kind: 'development' }));

it('may read todos and start mutations, nothing else', () => {
  const actions = actionsOf(template).filter((action) => !/^(logs|xray):/.test(action));
  expect([...new Set(actions)]).toEqual(['dynamodb:GetItem', 'dynamodb:Query', 'states:StartSyncExecution']);
});

it('tells the function its table and the machines of all mutations', () => {
  const [graphql] = resourcesOf([template], 'AWS::Lambda::Function');
  expect(Object.keys(graphql?.Properties.Environment.Variables).sort()).toEqual([
    'COMPLETE_TODO_ARN',
    'CREATE_TODO_ARN',
    'DELETE_TODO_ARN',
    'TODOS_TABLE',
    'UPDATE_TODO_ARN',
  ]);
});
