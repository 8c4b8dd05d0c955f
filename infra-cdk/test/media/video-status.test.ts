import { expect, it } from 'vitest';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { MediaFunction } from '../../src/media/media-function.ts';
import { VideoProcessing } from '../../src/media/video.ts';
import { actionsOf, resourcesOf, statementsOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) => {
    const buckets = new MediaBuckets(stack, 'Buckets');
    const settle = new MediaFunction(stack, 'Settle', { binary: 'media-settle', description: 'Writes', buckets });
    new VideoProcessing(stack, 'Video', { buckets, settle });
  },
  { others: ['data/media-table-name'] },
);

it('hears of the jobs of its own queue, and of nothing else', () => {
  const [rule] = resourcesOf([template], 'AWS::Events::Rule');
  expect(rule?.Properties.EventBusName).toBeUndefined();
  expect(rule?.Properties.EventPattern.source).toEqual(['aws.mediaconvert']);
  expect(JSON.stringify(rule?.Properties.EventPattern.detail.queue)).toContain('VideoQueue');
});

it('tells only its own machine, and may cancel jobs', () => {
  expect(actionsOf(template)).toContain('mediaconvert:CancelJob');
  const told = statementsOf(template).filter(({ Action }) => JSON.stringify(Action).includes('states:SendTask'));
  expect(JSON.stringify(told)).toContain('VideoMachine');
});
