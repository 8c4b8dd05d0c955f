import { Duration } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { RunbookAlarm } from '../alarms/runbook-alarm.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { DeadLetterQueue } from './dead-letter-queue.ts';

/** Properties of {@link WorkQueue}. */
export interface WorkQueueProps {
  /** Name within the environment. */
  readonly name: string;
  /**
   * How long a consumer may work on a message before another one gets it.
   *
   * @default 1 minute
   */
  readonly visibilityTimeout?: Duration;
  /**
   * How often a message is tried before it is a dead letter.
   *
   * @default 5
   */
  readonly maxReceiveCount?: number;
  /**
   * The age of the oldest message that alarms.
   *
   * @default 1 hour
   */
  readonly backlog?: Duration;
}

/** A queue of work with its dead letters and an alarm for work that nobody does. */
export class WorkQueue extends Construct {
  readonly queue: Queue;
  readonly deadLetters: DeadLetterQueue;

  constructor(scope: Construct, id: string, props: WorkQueueProps) {
    super(scope, id);
    const queueName = ConcernStack.of(this).names.resource(props.name);
    this.deadLetters = new DeadLetterQueue(this, 'DeadLetters', { owner: props.name, runbook: 'queue-dead-letters' });
    this.queue = new Queue(this, 'Queue', {
      queueName,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
      receiveMessageWaitTime: Duration.seconds(20),
      visibilityTimeout: props.visibilityTimeout ?? Duration.minutes(1),
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: props.maxReceiveCount ?? 5 },
    });
    new RunbookAlarm(this, 'Backlog', {
      name: `${props.name}-backlog`,
      meaning: `Messages wait too long in ${queueName}`,
      runbook: 'queue-backlog',
      metric: this.queue.metricApproximateAgeOfOldestMessage({ statistic: 'Maximum', period: Duration.minutes(5) }),
      threshold: (props.backlog ?? Duration.hours(1)).toSeconds(),
    });
  }
}
