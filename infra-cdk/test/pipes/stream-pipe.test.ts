import { Grant } from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { StreamPipe } from '../../src/pipes/stream-pipe.ts';
import { actionsOf, resourcesOf, templateOf } from '../support.ts';

const STREAM = 'arn:aws:dynamodb:us-east-1:000000000000:table/todos/stream/2026-11-21T08:00:00.000';
const TARGET = 'arn:aws:events:us-east-1:000000000000:event-bus/sluicegate';
const template = templateOf(
  (stack) =>
    new StreamPipe(stack, 'Pipe', {
      name: 'todos-to-bus',
      description: 'A test',
      streamArn: STREAM,
      filters: [{ eventName: ['INSERT'] }],
      batchSize: 10,
      target: {
        arn: TARGET,
        grant: (grantee) => Grant.addToPrincipal({ grantee, actions: ['events:PutEvents'], resourceArns: [TARGET] }),
        parameters: { inputTemplate: '<$.detail>' },
      },
    }),
);

it('reads from the start of the stream and gives a record up after a while, into the dead letters', () => {
  template.hasResourceProperties('AWS::Pipes::Pipe', {
    Name: 'todos-to-bus',
    Source: STREAM,
    SourceParameters: {
      FilterCriteria: { Filters: [{ Pattern: '{"eventName":["INSERT"]}' }] },
      DynamoDBStreamParameters: {
        StartingPosition: 'TRIM_HORIZON',
        BatchSize: 10,
        MaximumRetryAttempts: 20,
        OnPartialBatchItemFailure: 'AUTOMATIC_BISECT',
      },
    },
  });
  template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'todos-to-bus-dead-letters' });
});

it('may read that stream, write its dead letters and use its target', () => {
  expect(actionsOf(template)).toEqual([
    'dynamodb:DescribeStream',
    'dynamodb:GetRecords',
    'dynamodb:GetShardIterator',
    'dynamodb:ListStreams',
    'events:PutEvents',
    'sqs:GetQueueAttributes',
    'sqs:GetQueueUrl',
    'sqs:SendMessage',
  ]);
});

it('lends its role to this one pipe only', () => {
  const [role] = resourcesOf([template], 'AWS::IAM::Role');
  const condition = role?.Properties.AssumeRolePolicyDocument.Statement[0].Condition.StringEquals;
  expect(JSON.stringify(condition['aws:SourceArn'])).toContain(':pipe/todos-to-bus');
});

it('alarms when it fails twice in a row', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'todos-to-bus-failures',
    EvaluationPeriods: 2,
  });
});
