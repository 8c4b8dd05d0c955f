import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RunbookAlarm } from '../alarms/runbook-alarm.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** Properties of {@link DeadLetterQueue}. */
export interface DeadLetterQueueProps {
  /** Name of what could not deliver; the queue is `<owner>-dead-letters`. */
  readonly owner: string;
  /** File in `docs/runbooks` without `.md`. */
  readonly runbook: string;
}

/** Where undeliverable messages wait, 14 days at most, for a person; a single one alarms. */
export class DeadLetterQueue extends Queue {
  constructor(scope: Construct, id: string, props: DeadLetterQueueProps) {
    const name = `${props.owner}-dead-letters`;
    const queueName = ConcernStack.of(scope).names.resource(name);
    super(scope, id, {
      queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this, 'AwsSolutions-SQS3', 'This queue is a dead-letter queue itself: its owner names it as such');
    new RunbookAlarm(this, 'NotEmpty', {
      name,
      meaning: `${queueName} holds messages that could not be delivered`,
      runbook: props.runbook,
      metric: this.metricApproximateNumberOfMessagesVisible({ statistic: 'Maximum', period: Duration.minutes(1) }),
    });
  }
}
