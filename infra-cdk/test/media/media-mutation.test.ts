import { it } from 'vitest';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { MediaMutation } from '../../src/media/media-mutation.ts';
import { templateOf } from '../support.ts';

it('is an Express machine that may call its step', () => {
  const template = templateOf((stack) => {
    new MediaMutation(stack, 'Delete', {
      machine: 'delete-media',
      binding: 'MediaDeleteFunctionArn',
      binary: 'media-delete',
      description: 'Deletes a media',
      buckets: new MediaBuckets(stack, 'Buckets'),
    });
  });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'delete-media',
    StateMachineType: 'EXPRESS',
  });
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/sluicegate/media/delete-media-arn' });
});
