import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { actionsOf, resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Api', configurationOf({ kind: 'development' }));
const without = stackOf('Api', configurationOf({ kind: 'development' }, ['media']));

it('may read tables and variants and start mutations, nothing else', () => {
  const actions = (of: typeof template) => [
    ...new Set(actionsOf(of).filter((action) => !/^(logs|xray):/.test(action))),
  ];
  const spine = ['dynamodb:GetItem', 'dynamodb:Query', 'states:StartSyncExecution'];
  expect(actions(without)).toEqual(spine);
  expect(actions(template)).toEqual([...spine.slice(0, 2), 's3:GetObject', 's3:ListBucket', ...spine.slice(2)]);
});

it('answers todos and media at addresses of their own', () => {
  const routes = (of: typeof template) =>
    resourcesOf([of], 'AWS::ApiGatewayV2::Route').map(({ Properties }) => Properties.RouteKey);
  expect(routes(template)).toEqual(['POST /graphql', 'POST /media/graphql', 'GET /media/{id}/stream/{playlist}']);
  expect(routes(without)).toEqual(['POST /graphql']);
});

it('tells the function its table and the machines of all mutations', () => {
  const [graphql] = resourcesOf([without], 'AWS::Lambda::Function');
  expect(Object.keys(graphql?.Properties.Environment.Variables).sort()).toEqual([
    'COMPLETE_TODO_ARN',
    'CREATE_TODO_ARN',
    'DELETE_TODO_ARN',
    'TODOS_TABLE',
    'UPDATE_TODO_ARN',
  ]);
});
