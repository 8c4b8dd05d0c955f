import { expect, it } from 'vitest';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { UploadCleaning } from '../../src/media/upload-cleaning.ts';
import { templateOf } from '../support.ts';

it('cleans every hour', () => {
  const template = templateOf(
    (stack) => void new UploadCleaning(stack, 'Cleaning', { buckets: new MediaBuckets(stack, 'Buckets') }),
    { others: ['data/media-table-name'] },
  );
  template.hasResourceProperties('AWS::Scheduler::Schedule', { ScheduleExpression: 'rate(1 hour)' });
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', { StateMachineName: 'clean-uploads' });
  expect(template.findResources('AWS::SQS::Queue')).not.toEqual({});
});
