import { Duration } from 'aws-cdk-lib';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import type { RustFunction } from '../functions/rust-function.ts';
import { DeadLetterQueue } from '../queues/dead-letter-queue.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** Properties of {@link ObjectRule}. */
export interface ObjectRuleProps {
  /** Name within the environment. */
  readonly name: string;
  /** Who hears of what, in a sentence. */
  readonly description: string;
  /** What happens to objects. */
  readonly detailTypes: readonly ('Object Created' | 'Object Deleted')[];
  /** Where. */
  readonly buckets: readonly IBucket[];
  /** Who hears of it. */
  readonly target: RustFunction;
}

/** A rule on the default bus, where S3 tells of objects: what the function can't take is a dead letter. */
export class ObjectRule extends Construct {
  constructor(scope: Construct, id: string, props: ObjectRuleProps) {
    super(scope, id);
    const deadLetterQueue = new DeadLetterQueue(this, 'DeadLetters', {
      owner: props.name,
      runbook: 'rule-dead-letters',
    });
    const { handler } = props.target;
    // A function that is called by a rule is called again twice; then its own destination has the event.
    handler.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(deadLetterQueue),
    });
    new Rule(this, 'Rule', {
      ruleName: ConcernStack.of(this).names.resource(props.name),
      description: props.description,
      eventPattern: {
        source: ['aws.s3'],
        detailType: [...props.detailTypes],
        detail: { bucket: { name: props.buckets.map((bucket) => bucket.bucketName) } },
      },
      targets: [new LambdaFunction(handler, { deadLetterQueue, maxEventAge: Duration.hours(24), retryAttempts: 185 })],
    });
  }
}
