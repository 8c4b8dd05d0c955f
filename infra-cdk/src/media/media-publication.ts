import { EventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { StreamPipe } from '../pipes/stream-pipe.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** The pipe that tells the bus what becomes of media. */
export class MediaPublication extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const publish = new RustFunction(this, 'Publish', {
      binary: 'media-publish',
      description: 'Makes domain events of changes to media',
      environment: {},
      failures: { kind: 'any' },
    });
    const bus = EventBus.fromEventBusName(this, 'Bus', stack.read('events/bus-name'));
    new StreamPipe(this, 'MediaToBus', {
      name: 'media-to-bus',
      description: 'Tells the bus what becomes of media',
      streamArn: stack.read('data/media-stream-arn'),
      filters: [{ eventName: ['INSERT', 'MODIFY'], dynamodb: { Keys: { id: { S: [{ exists: true }] } } } }],
      batchSize: 10,
      enrichment: {
        arn: publish.handler.functionArn,
        grant: (role) => publish.handler.grantInvokeLatestVersion(role),
      },
      target: {
        arn: bus.eventBusArn,
        grant: (role) => bus.grantPutEventsTo(role),
        parameters: {
          eventBridgeEventBusParameters: { detailType: '$.detailType', source: '$.source' },
          inputTemplate: '<$.detail>',
        },
      },
    });
  }
}
