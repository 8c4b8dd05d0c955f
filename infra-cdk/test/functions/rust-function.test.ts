import { expect, it } from 'vitest';
import { RustFunction } from '../../src/functions/rust-function.ts';
import { actionsOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) =>
    new RustFunction(stack, 'Step', {
      binary: 'todo-create',
      description: 'Creates a todo',
      environment: { TODOS_TABLE: 'todos' },
      failures: { kind: 'any' },
    }),
);

it('runs a binary on arm64 and says which one', () => {
  template.hasResource('AWS::Lambda::Function', {
    Metadata: { sluicegate: { binary: 'todo-create' } },
    Properties: {
      FunctionName: 'todo-create',
      Architectures: ['arm64'],
      Runtime: 'provided.al2023',
      Handler: 'bootstrap',
      MemorySize: 256,
      Timeout: 10,
      TracingConfig: { Mode: 'Active' },
      Environment: { Variables: { TODOS_TABLE: 'todos' } },
    },
  });
});

it('may write its own logs and traces, nothing else', () => {
  expect(actionsOf(template)).toEqual([
    'logs:CreateLogStream',
    'logs:PutLogEvents',
    'xray:PutTelemetryRecords',
    'xray:PutTraceSegments',
  ]);
});

it('keeps its logs for a week while developing', () => {
  template.hasResourceProperties('AWS::Logs::LogGroup', {
    LogGroupName: '/aws/lambda/todo-create',
    RetentionInDays: 7,
  });
});

it('alarms about its errors', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'todo-create-errors', MetricName: 'Errors' });
});
