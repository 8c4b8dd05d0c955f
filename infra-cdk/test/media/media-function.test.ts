import { expect, it } from 'vitest';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { MediaFunction } from '../../src/media/media-function.ts';
import { actionsOf, resourcesOf, templateOf } from '../support.ts';

const template = templateOf(
  (stack) => {
    new MediaFunction(stack, 'Function', {
      binary: 'media-example',
      description: 'Reads uploads',
      buckets: new MediaBuckets(stack, 'Buckets'),
      media: ['GetItem', 'Query'],
      uploadsBucket: ['read'],
    });
  },
  { others: ['data/media-table-name'] },
);

it('knows the tables and buckets that it uses, and no others', () => {
  const [resource] = resourcesOf([template], 'AWS::Lambda::Function');
  expect(Object.keys(resource?.Properties.Environment.Variables).sort()).toEqual(['MEDIA_TABLE', 'UPLOADS_BUCKET']);
});

it('may do what it was given, and no more', () => {
  const actions = actionsOf(template).filter((action) => /^(s3|dynamodb):/.test(action));
  expect(actions).toEqual(['dynamodb:GetItem', 'dynamodb:Query', 's3:GetObject', 's3:ListBucket']);
});
