import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { EmailIdentity, Identity } from 'aws-cdk-lib/aws-ses';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { MailTemplate } from './mail-templates.ts';
import { PushDevices } from './push-devices.ts';

/** Properties of {@link NotificationSender}. */
export interface NotificationSenderProps {
  /** What waits to be told. */
  readonly queue: Queue;
  /** The domain that mail comes from; SES has to verify it. */
  readonly mailDomain: string;
  /** Who is written to for an owner that gave no address. */
  readonly fallbackRecipient: string;
}

/** Tells owners what waits in the queue, by e-mail and push, and keeps how they want to be told. */
export class NotificationSender extends Construct {
  constructor(scope: Construct, id: string, props: NotificationSenderProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const told = Table.fromTableName(this, 'Notifications', stack.read('data/notifications-table-name'));
    const preferences = Table.fromTableName(this, 'Preferences', stack.read('data/preferences-table-name'));
    const identity = new EmailIdentity(this, 'Identity', { identity: Identity.domain(props.mailDomain) });
    const templates = {
      REMINDER_DUE_TEMPLATE: new MailTemplate(this, 'ReminderDue', 'todo-reminder-due'),
      UPLOAD_READY_TEMPLATE: new MailTemplate(this, 'UploadReady', 'upload-ready'),
      UPLOAD_REJECTED_TEMPLATE: new MailTemplate(this, 'UploadRejected', 'upload-rejected'),
    };
    const send = new RustFunction(this, 'Send', {
      binary: 'notification-send',
      description: 'Tells owners what happened, once per event and channel',
      environment: {
        NOTIFICATIONS_TABLE: told.tableName,
        PREFERENCES_TABLE: preferences.tableName,
        SENDER_ADDRESS: `Sluicegate <no-reply@${props.mailDomain}>`,
        FALLBACK_RECIPIENT: props.fallbackRecipient,
        ...Object.fromEntries(Object.entries(templates).map(([name, { templateName }]) => [name, templateName])),
      },
      failures: { kind: 'any' },
    });
    told.grant(send, 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem');
    preferences.grant(send, 'dynamodb:GetItem');
    send.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ses:SendEmail', 'ses:SendTemplatedEmail'],
        resources: [identity.emailIdentityArn, ...Object.values(templates).map(({ templateArn }) => templateArn)],
      }),
    );
    // One message that fails comes back alone.
    send.handler.addEventSource(new SqsEventSource(props.queue, { batchSize: 10, reportBatchItemFailures: true }));

    const set = new RustFunction(this, 'Set', {
      binary: 'notification-preferences',
      description: 'Sets how an owner wants to be told',
      environment: { PREFERENCES_TABLE: preferences.tableName },
      failures: { kind: 'share', percent: 50 },
    });
    preferences.grant(set, 'dynamodb:GetItem', 'dynamodb:PutItem');

    const { push } = stack.configuration.capabilities;
    if (push.enabled) new PushDevices(this, 'Devices', { sender: send, preferences, secretName: push.secretName });
  }
}
