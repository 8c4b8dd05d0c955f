import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Match } from 'aws-cdk-lib/aws-events';
import { LambdaFunction, SfnStateMachine, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { NotificationSender } from '../notifications/notification-sender.ts';
import { WorkQueue } from '../queues/work-queue.ts';
import { ConsumerRule } from '../rules/consumer-rule.ts';
import type { MailOptions } from '../environments.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

const EVERY_TODO_EVENT = Match.prefix('todo.');

/** Who listens on the bus. */
export class ConsumersStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Consumers', 'Consumers of the event bus', props);
    const { activity, analytics, notifications } = this.configuration.capabilities;
    if (activity.enabled) this.activity();
    if (notifications.enabled) this.notifications(notifications);
    if (analytics.enabled) this.analytics();
  }

  private activity(): void {
    const machine = StateMachine.fromStateMachineArn(
      this,
      'RecordActivity',
      this.read('workflows/record-activity-arn'),
    );
    const role = new Role(this, 'RecordActivityRole', { assumedBy: new ServicePrincipal('events.amazonaws.com') });
    new ConsumerRule(this, 'TodoActivity', {
      name: 'todo-activity',
      description: 'Every event of a todo is recorded',
      detailType: EVERY_TODO_EVENT,
      target: (delivery) => new SfnStateMachine(machine, { ...delivery, role }),
    });
  }

  private notifications(mail: MailOptions): void {
    const { queue } = new WorkQueue(this, 'Notifications', { name: 'notifications' });
    new ConsumerRule(this, 'TodoReminders', {
      name: 'todo-reminders',
      description: 'Reminders wait to be sent',
      detailType: ['todo.reminder_due'],
      target: (delivery) => new SqsQueue(queue, delivery),
    });
    if (this.configuration.capabilities.media.enabled) {
      new ConsumerRule(this, 'UploadOutcomes', {
        name: 'upload-outcomes',
        description: 'What became of uploads waits to be sent',
        source: 'sluicegate.media',
        detailType: ['media.processed', 'media.rejected'],
        target: (delivery) => new SqsQueue(queue, delivery),
      });
    }
    new NotificationSender(this, 'Sender', { queue, ...mail });
  }

  private analytics(): void {
    const table = Table.fromTableName(this, 'Analytics', this.read('data/analytics-table-name'));
    const count = new RustFunction(this, 'Count', {
      binary: 'analytics-count',
      description: 'Counts events per type and hour',
      environment: { ANALYTICS_TABLE: table.tableName },
      failures: { kind: 'any' },
    });
    table.grant(count, 'dynamodb:PutItem', 'dynamodb:UpdateItem');
    new ConsumerRule(this, 'TodoAnalytics', {
      name: 'todo-analytics',
      description: 'Every event of a todo is counted',
      detailType: EVERY_TODO_EVENT,
      target: (delivery) => new LambdaFunction(count.handler, delivery),
    });
    if (!this.configuration.capabilities.media.enabled) return;
    new ConsumerRule(this, 'MediaAnalytics', {
      name: 'media-analytics',
      description: 'Every event of a media is counted',
      source: 'sluicegate.media',
      detailType: Match.prefix('media.'),
      target: (delivery) => new LambdaFunction(count.handler, delivery),
    });
  }
}
