import { expect, it } from 'vitest';
import { Erasure } from '../../src/media/erasure.ts';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { actionsOf, templateOf } from '../support.ts';

it('may delete what a person has, and tell the bus', () => {
  const template = templateOf(
    (stack) => void new Erasure(stack, 'Erasure', { buckets: new MediaBuckets(stack, 'Buckets'), machines: [] }),
    { others: ['data/media-table-name', 'data/objects-table-name', 'events/bus-name'] },
  );
  const actions = actionsOf(template);
  expect(actions).toEqual(expect.arrayContaining(['dynamodb:PutItem', 'events:PutEvents', 's3:DeleteObject']));
  expect(actions).not.toContain('s3:GetObject');
  expect(actions).not.toContain('dynamodb:DeleteItem');
});
