import { Duration } from 'aws-cdk-lib';
import { Construct } from 'constructs';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaMutation } from './media-mutation.ts';
import { allowReleasing, settingsOf, type Processing } from './processing.ts';

/** Every mutation of the media context. */
export class MediaMutations {
  constructor(scope: Construct, buckets: MediaBuckets, machines: readonly Processing[]) {
    new MediaMutation(scope, 'CreateUpload', {
      machine: 'create-upload',
      binding: 'MediaCreateUploadFunctionArn',
      binary: 'media-create-upload',
      description: 'Records a media and signs the URLs of its upload',
      buckets,
      media: ['GetItem', 'PutItem'],
      uploadsBucket: ['upload'],
    });
    new MediaMutation(scope, 'CompleteUpload', {
      machine: 'complete-upload',
      binding: 'MediaCompleteUploadFunctionArn',
      binary: 'media-complete-upload',
      description: "Makes one object of an upload's parts",
      buckets,
      media: ['GetItem'],
      uploadsBucket: ['upload', 'read'],
      timeout: Duration.seconds(28),
    });
    const deletion = new MediaMutation(scope, 'DeleteMedia', {
      machine: 'delete-media',
      binding: 'MediaDeleteFunctionArn',
      binary: 'media-delete',
      description: 'Deletes a media and its objects',
      buckets,
      media: ['GetItem', 'PutItem'],
      uploadsBucket: ['upload', 'delete'],
      mediaBucket: ['delete'],
    });
    allowReleasing(deletion.step, machines);
    const { step } = new MediaMutation(scope, 'RetryProcessing', {
      machine: 'retry-processing',
      binding: 'MediaRetryFunctionArn',
      binary: 'media-retry',
      description: 'Processes a failed media again',
      buckets,
      media: ['GetItem', 'PutItem'],
      environment: settingsOf(machines),
    });
    for (const { machine } of machines) machine.stateMachine.grantStartExecution(step);
  }
}
