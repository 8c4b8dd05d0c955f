import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

const pipes = resourcesOf([stackOf('Pipes', configurationOf({ kind: 'development' }))], 'AWS::Pipes::Pipe');
const pipe = (name: string) => pipes.find(({ Properties }) => Properties.Name === name)?.Properties;

it('sends what todo-publish makes to the bus under its own type and source', () => {
  expect(pipe('todos-to-bus')?.TargetParameters).toEqual({
    EventBridgeEventBusParameters: { DetailType: '$.detailType', Source: '$.source' },
    InputTemplate: '<$.detail>',
  });
});

it('starts a reminder for open todos that are due some time and were not reminded of', () => {
  const properties = pipe('todos-to-reminders');
  expect(JSON.parse(properties?.SourceParameters.FilterCriteria.Filters[0].Pattern).dynamodb.NewImage).toEqual({
    id: { S: [{ exists: true }] },
    dueAt: { S: [{ exists: true }] },
    status: { S: ['OPEN'] },
    remindedFor: { S: [{ exists: false }] },
  });
  expect(properties?.TargetParameters.StepFunctionStateMachineParameters).toEqual({
    InvocationType: 'FIRE_AND_FORGET',
  });
});

it('reads the stream with two pipes at most, as DynamoDB serves no more', () => {
  expect(pipes).toHaveLength(2);
});
