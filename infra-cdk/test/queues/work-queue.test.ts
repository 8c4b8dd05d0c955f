import { expect, it } from 'vitest';
import { WorkQueue } from '../../src/queues/work-queue.ts';
import { resourcesOf, templateOf } from '../support.ts';

const template = templateOf((stack) => new WorkQueue(stack, 'Work', { name: 'notifications' }));

it('sends what fails five times to its dead letters', () => {
  const queue = resourcesOf([template], 'AWS::SQS::Queue').find(
    ({ Properties }) => Properties.QueueName === 'notifications',
  );
  expect(queue?.Properties.RedrivePolicy.maxReceiveCount).toBe(5);
  template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'notifications-dead-letters' });
});

it('accepts only TLS and encrypts at rest', () => {
  template.allResourcesProperties('AWS::SQS::Queue', { SqsManagedSseEnabled: true });
  template.resourceCountIs('AWS::SQS::QueuePolicy', 2);
});

it('alarms when work waits for an hour', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', {
    AlarmName: 'notifications-backlog',
    MetricName: 'ApproximateAgeOfOldestMessage',
    Threshold: 3600,
  });
});
