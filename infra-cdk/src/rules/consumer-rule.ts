import { Duration } from 'aws-cdk-lib';
import { EventBus, Rule, type EventPattern, type IRuleTarget } from 'aws-cdk-lib/aws-events';
import type { TargetBaseProps } from 'aws-cdk-lib/aws-events-targets';
import { Construct } from 'constructs';
import { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** Properties of {@link ConsumerRule}. */
export interface ConsumerRuleProps {
  /** Name within the environment. */
  readonly name: string;
  /** Who consumes what, in a sentence. */
  readonly description: string;
  /**
   * Who publishes the events.
   *
   * @default 'sluicegate.todo'
   */
  readonly source?: string;
  /** The `detail-type`s it consumes, exactly or by prefix. */
  readonly detailType: NonNullable<EventPattern['detailType']>;
  /** Makes the target, given how deliveries are retried and where dead letters go. */
  readonly target: (delivery: TargetBaseProps) => IRuleTarget;
}

/** A consumer's rule on the domain bus: retried for a day, then a dead letter. */
export class ConsumerRule extends Construct {
  constructor(scope: Construct, id: string, props: ConsumerRuleProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', {
      owner: props.name,
      runbook: 'rule-dead-letters',
    });
    new Rule(this, 'Rule', {
      ruleName: stack.names.resource(props.name),
      description: props.description,
      eventBus: EventBus.fromEventBusName(this, 'Bus', stack.read('events/bus-name')),
      eventPattern: { source: [props.source ?? 'sluicegate.todo'], detailType: props.detailType },
      targets: [props.target({ deadLetterQueue, maxEventAge: Duration.hours(24), retryAttempts: 185 })],
    });
  }
}
