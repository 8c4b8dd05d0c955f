import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { actionsOf, resourcesOf, templatesOf, type Resource } from '../support.ts';

const templates = templatesOf(configurationOf({ kind: 'development' }));
const template = (concern: string) => {
  const found = templates.get(`Sluicegate-${concern}`);
  if (found === undefined) throw new Error(`no such stack: ${concern}`);
  return found;
};
const named = (type: string, property: string, name: string): Resource | undefined =>
  resourcesOf(templates.values(), type).find(({ Properties }) => Properties[property] === name);

it('has the tables of the domain, of which only todos streams', () => {
  const tables = resourcesOf([template('Data')], 'AWS::DynamoDB::Table').map(({ Properties }) => [
    Properties.TableName,
    Properties.StreamSpecification?.StreamViewType,
    Properties.TimeToLiveSpecification?.AttributeName,
  ]);
  expect(tables).toEqual([
    ['todos', 'NEW_AND_OLD_IMAGES', undefined],
    ['idempotency', undefined, 'expiresAt'],
    ['activity', undefined, undefined],
    ['analytics', undefined, 'expiresAt'],
  ]);
});

it('indexes todos by owner, in the order of their position', () => {
  expect(named('AWS::DynamoDB::Table', 'TableName', 'todos')?.Properties.GlobalSecondaryIndexes).toMatchObject([
    {
      IndexName: 'byOwner',
      KeySchema: [
        { AttributeName: 'owner', KeyType: 'HASH' },
        { AttributeName: 'position', KeyType: 'RANGE' },
      ],
      Projection: { ProjectionType: 'ALL' },
    },
  ]);
});

it('names a Rust binary for every function, and each binary once', () => {
  const functions = resourcesOf(templates.values(), 'AWS::Lambda::Function');
  const binaries = functions.map((each) => (each as unknown as { Metadata: { sluicegate: { binary: string } } }).Metadata.sluicegate.binary);
  expect(binaries.sort()).toEqual([
    'analytics-count',
    'todo-check-reminder',
    'todo-complete',
    'todo-create',
    'todo-delete',
    'todo-graphql',
    'todo-publish',
    'todo-update',
  ]);
});

it('sends what todo-publish makes to the bus under its own type and source', () => {
  expect(named('AWS::Pipes::Pipe', 'Name', 'todos-to-bus')?.Properties.TargetParameters).toEqual({
    EventBridgeEventBusParameters: { DetailType: '$.detailType', Source: '$.source' },
    InputTemplate: '<$.detail>',
  });
});

it('starts a reminder for open todos that are due some time and were not reminded of', () => {
  const pipe = named('AWS::Pipes::Pipe', 'Name', 'todos-to-reminders')?.Properties;
  expect(JSON.parse(pipe?.SourceParameters.FilterCriteria.Filters[0].Pattern).dynamodb.NewImage).toEqual({
    id: { S: [{ exists: true }] },
    dueAt: { S: [{ exists: true }] },
    status: { S: ['OPEN'] },
    remindedFor: { S: [{ exists: false }] },
  });
  expect(pipe?.TargetParameters.StepFunctionStateMachineParameters).toEqual({ InvocationType: 'FIRE_AND_FORGET' });
});

it('has three consumers, each with its own rule', () => {
  const rules = resourcesOf([template('Consumers')], 'AWS::Events::Rule').map(({ Properties }) => [
    Properties.Name,
    Properties.EventPattern['detail-type'],
  ]);
  expect(rules).toEqual([
    ['todo-activity', [{ prefix: 'todo.' }]],
    ['todo-reminders', ['todo.reminder_due']],
    ['todo-analytics', [{ prefix: 'todo.' }]],
  ]);
});

it('lets the API read todos and start mutations, nothing else', () => {
  const actions = actionsOf(template('Api')).filter((action) => !/^(logs|xray):/.test(action));
  expect([...new Set(actions)]).toEqual(['dynamodb:GetItem', 'dynamodb:Query', 'states:StartSyncExecution']);
});
