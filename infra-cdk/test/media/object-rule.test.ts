import { it } from 'vitest';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { MediaFunction } from '../../src/media/media-function.ts';
import { ObjectRule } from '../../src/media/object-rule.ts';
import { templateOf } from '../support.ts';

it('keeps what the function cannot take', () => {
  const template = templateOf((stack) => {
    const buckets = new MediaBuckets(stack, 'Buckets');
    new ObjectRule(stack, 'Rule', {
      name: 'media-uploads',
      description: 'Every upload',
      detailTypes: ['Object Created'],
      buckets: [buckets.uploads],
      target: new MediaFunction(stack, 'Route', { binary: 'media-route', description: 'Routes', buckets }),
    });
  });
  template.hasResourceProperties('AWS::SQS::Queue', { QueueName: 'media-uploads-dead-letters' });
  template.hasResourceProperties('AWS::Lambda::EventInvokeConfig', { MaximumRetryAttempts: 2 });
});
