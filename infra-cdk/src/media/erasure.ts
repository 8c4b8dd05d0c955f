import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Machine } from '../machines/machine.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';
import { allowReleasing, type Processing } from './processing.ts';

/** Properties of {@link Erasure}. */
export interface ErasureProps {
  readonly buckets: MediaBuckets;
  /** What may still be processing what a person has. */
  readonly machines: readonly Processing[];
}

/** The machine that deletes everything of a person, which an operator starts. */
export class Erasure extends Construct {
  constructor(scope: Construct, id: string, { buckets, machines }: ErasureProps) {
    super(scope, id);
    const step = new MediaFunction(this, 'Step', {
      binary: 'media-erase',
      description: 'Deletes some of what a person has',
      buckets,
      media: ['GetItem', 'PutItem', 'Query'],
      objects: ['GetItem', 'PutItem', 'UpdateItem', 'Query'],
      uploadsBucket: ['upload', 'delete'],
      mediaBucket: ['delete'],
      timeout: Duration.minutes(2),
    });
    allowReleasing(step, machines);
    const bus = EventBus.fromEventBusName(this, 'Bus', ConcernStack.of(this).read('events/bus-name'));
    const machine = new Machine(this, 'Machine', {
      name: 'erase-subject',
      type: StateMachineType.STANDARD,
      bindings: { MediaEraseFunctionArn: step.handler.functionArn, EventBusName: bus.eventBusName },
      failures: { kind: 'any' },
      runbook: 'media-maintenance-failures',
    });
    step.handler.grantInvokeLatestVersion(machine);
    bus.grantPutEventsTo(machine);
  }
}
