import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { actionsOf, resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Consumers', configurationOf({ kind: 'development' }));

it('takes messages in tens, and only those that fail come back', () => {
  template.hasResourceProperties('AWS::Lambda::EventSourceMapping', {
    BatchSize: 10,
    FunctionResponseTypes: ['ReportBatchItemFailures'],
  });
});

it('hides a message six times as long as the function may work on it', () => {
  const queue = resourcesOf([template], 'AWS::SQS::Queue').find(
    ({ Properties }) => Properties.QueueName === 'notifications',
  );
  const sender = resourcesOf([template], 'AWS::Lambda::Function').find(
    ({ Properties }) => Properties.FunctionName === 'notification-send',
  );
  expect(queue?.Properties.VisibilityTimeout).toBeGreaterThanOrEqual(6 * sender?.Properties.Timeout);
});

it('signs mail of its own domain and may send as nobody else', () => {
  template.hasResourceProperties('AWS::SES::EmailIdentity', { EmailIdentity: 'sluicegate.example' });
  expect(actionsOf(template).filter((action) => action.startsWith('ses:'))).toEqual([
    'ses:SendEmail',
    'ses:SendTemplatedEmail',
  ]);
});
