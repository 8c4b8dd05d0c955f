import { expect, it } from 'vitest';
import { DeadLetterQueue } from '../../src/queues/dead-letter-queue.ts';
import { resourcesOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) => new DeadLetterQueue(stack, 'DeadLetters', { owner: 'thing', runbook: 'rule-dead-letters' }),
);

it('keeps messages as long as SQS can', () => {
  template.hasResourceProperties('AWS::SQS::Queue', {
    QueueName: 'thing-dead-letters',
    MessageRetentionPeriod: 1_209_600,
  });
});

it('alarms at the first message', () => {
  const [alarm] = resourcesOf([template], 'AWS::CloudWatch::Alarm');
  expect(alarm?.Properties).toMatchObject({
    AlarmName: 'thing-dead-letters',
    MetricName: 'ApproximateNumberOfMessagesVisible',
    Threshold: 0,
  });
});
