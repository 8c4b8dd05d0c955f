import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { expect, it } from 'vitest';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { allowObjects } from '../../src/media/object-rights.ts';
import { actionsOf, templateOf } from '../support.ts';

it('allows each action once, and to see what is there', () => {
  const template = templateOf((stack) => {
    const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    allowObjects(role, new MediaBuckets(stack, 'Buckets').uploads, 'uploads', ['write', 'upload']);
  });
  expect(actionsOf(template)).toEqual([
    's3:AbortMultipartUpload',
    's3:ListBucket',
    's3:ListMultipartUploadParts',
    's3:PutObject',
  ]);
});
