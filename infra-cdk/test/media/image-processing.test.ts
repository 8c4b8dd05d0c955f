import { expect, it } from 'vitest';
import { ImageProcessing } from '../../src/media/image-processing.ts';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { MediaFunction } from '../../src/media/media-function.ts';
import { resourcesOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) => {
    const buckets = new MediaBuckets(stack, 'Buckets');
    const settle = new MediaFunction(stack, 'Settle', { binary: 'media-settle', description: 'Writes', buckets });
    new ImageProcessing(stack, 'Images', { buckets, settle });
  },
  { others: ['data/media-table-name'] },
);

it('is a Standard machine: what it does lasts, and is not done twice', () => {
  template.hasResourceProperties('AWS::StepFunctions::StateMachine', {
    StateMachineName: 'process-image',
    StateMachineType: 'STANDARD',
  });
});

it('gives one whole processor to the function that makes variants', () => {
  const functions = resourcesOf([template], 'AWS::Lambda::Function').map(({ Properties }) => Properties);
  const render = functions.find(({ FunctionName }) => FunctionName === 'media-render');
  expect(render?.MemorySize).toBe(1769);
});
