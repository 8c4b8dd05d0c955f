import { expect, it } from 'vitest';
import { MediaGraphql } from '../../src/media/media-graphql.ts';
import { resourcesOf, statementsOf, templateOf } from '../support.ts';

const template = templateOf((stack) => void new MediaGraphql(stack, 'Graphql'), {
  others: [
    'data/media-table-name',
    'media/media-bucket-name',
    'media/create-upload-arn',
    'media/complete-upload-arn',
    'media/delete-media-arn',
    'media/retry-processing-arn',
  ],
});

it('knows its table, the bucket of variants and the machines of all mutations', () => {
  const [graphql] = resourcesOf([template], 'AWS::Lambda::Function');
  expect(graphql?.Metadata.sluicegate.binary).toBe('media-graphql');
  expect(Object.keys(graphql?.Properties.Environment.Variables).sort()).toEqual([
    'COMPLETE_UPLOAD_ARN',
    'CREATE_UPLOAD_ARN',
    'DELETE_MEDIA_ARN',
    'MEDIA_BUCKET',
    'MEDIA_TABLE',
    'RETRY_PROCESSING_ARN',
  ]);
});

it('signs addresses of variants only', () => {
  const [objects] = statementsOf(template).filter(({ Action }) => String(Action).startsWith('s3:'));
  expect(objects?.Action).toBe('s3:GetObject');
  expect(JSON.stringify(objects?.Resource)).toContain('/media/*');
});
