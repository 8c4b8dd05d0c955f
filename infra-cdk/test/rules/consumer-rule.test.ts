import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { expect, it } from 'vitest';
import { ConsumerRule } from '../../src/rules/consumer-rule.ts';
import { resourcesOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) => {
    const queue = new Queue(stack, 'Queue');
    new ConsumerRule(stack, 'Rule', {
      name: 'todo-reminders',
      description: 'A test',
      detailType: ['todo.reminder_due'],
      target: (delivery) => new SqsQueue(queue, delivery),
    });
  },
  { others: ['events/bus-name'] },
);

it('takes events of our own source only', () => {
  template.hasResourceProperties('AWS::Events::Rule', {
    Name: 'todo-reminders',
    EventPattern: { source: ['sluicegate.todo'], 'detail-type': ['todo.reminder_due'] },
  });
});

it('tries for a day, then puts the event into the dead letters', () => {
  const [rule] = resourcesOf([template], 'AWS::Events::Rule');
  expect(rule?.Properties.Targets).toHaveLength(1);
  expect(rule?.Properties.Targets[0]).toMatchObject({
    RetryPolicy: { MaximumEventAgeInSeconds: 86_400, MaximumRetryAttempts: 185 },
    DeadLetterConfig: { Arn: expect.anything() },
  });
});
