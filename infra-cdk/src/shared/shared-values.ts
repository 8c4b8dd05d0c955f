import { StringParameter } from 'aws-cdk-lib/aws-ssm';
import type { ConcernStack } from '../stacks/concern-stack.ts';

/** Everything that one stack tells another: `<concern>/<value>`. */
export type SharedValue =
  | 'data/todos-table-name'
  | 'data/todos-stream-arn'
  | 'data/idempotency-table-name'
  | 'data/activity-table-name'
  | 'data/analytics-table-name'
  | 'data/notifications-table-name'
  | 'data/preferences-table-name'
  | 'data/media-table-name'
  | 'data/media-stream-arn'
  | 'data/objects-table-name'
  | 'data/leases-table-name'
  | 'events/bus-name'
  | 'workflows/create-todo-arn'
  | 'workflows/update-todo-arn'
  | 'workflows/complete-todo-arn'
  | 'workflows/delete-todo-arn'
  | 'workflows/remind-arn'
  | 'workflows/record-activity-arn'
  | 'media/media-bucket-name'
  | 'media/uploads-bucket-name'
  | 'media/pictures-domain-name'
  | 'media/signing-secret-arn'
  | 'media/upload-topic-arn'
  | 'media/create-upload-arn'
  | 'media/complete-upload-arn'
  | 'media/delete-media-arn'
  | 'media/retry-processing-arn'
  | 'alerts/topic-arn';

/**
 * Values between stacks, through SSM parameters only: an export can't change while somebody imports it, a parameter can.
 *
 * The stack that reads a value depends on the one that writes it, which orders deployments.
 */
export class SharedValues {
  private readonly writers = new Map<SharedValue, ConcernStack>();

  /** Writes `value` for the other stacks. */
  publish(stack: ConcernStack, name: SharedValue, value: string): void {
    const writer = this.writers.get(name);
    if (writer !== undefined) {
      throw new Error(`${stack.stackName} publishes a value that ${writer.stackName} publishes already: ${name}`);
    }
    this.writers.set(name, stack);
    const id = `Shared-${name.replace('/', '-')}`;
    new StringParameter(stack, id, { parameterName: stack.names.parameter(name), stringValue: value });
  }

  /** A token for the value of that name as it is when `stack` is deployed. */
  read(stack: ConcernStack, name: SharedValue): string {
    const writer = this.writers.get(name);
    if (writer === undefined) {
      throw new Error(`${stack.stackName} reads a value before any stack publishes it: ${name}`);
    }
    if (writer === stack) {
      throw new Error(`${stack.stackName} reads a value that it publishes itself: ${name}`);
    }
    stack.addStackDependency(writer, `reads ${name}`);
    return StringParameter.valueForStringParameter(stack, stack.names.parameter(name));
  }
}
