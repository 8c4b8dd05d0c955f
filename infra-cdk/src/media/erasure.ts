import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { Machine } from '../machines/machine.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';

/** The machine that deletes everything of a person, which an operator starts. */
export class Erasure extends Construct {
  constructor(scope: Construct, id: string, { buckets }: { readonly buckets: MediaBuckets }) {
    super(scope, id);
    const step = new MediaFunction(this, 'Step', {
      binary: 'media-erase',
      description: 'Deletes some of what a person has',
      buckets,
      media: ['DeleteItem', 'Query'],
      objects: ['GetItem', 'UpdateItem', 'DeleteItem', 'Query'],
      uploadsBucket: ['upload', 'delete'],
      mediaBucket: ['delete'],
      timeout: Duration.minutes(2),
    });
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
