import { expect, it } from 'vitest';
import { MediaPlaylist } from '../../src/media/media-playlist.ts';
import { actionsOf, resourcesOf, templateOf } from '../support.ts';

const template = templateOf((stack) => void new MediaPlaylist(stack, 'Playlist'), {
  others: ['data/media-table-name', 'media/media-bucket-name'],
});

it('knows its table and the bucket of variants', () => {
  const [playlist] = resourcesOf([template], 'AWS::Lambda::Function');
  expect(playlist?.Metadata.sluicegate.binary).toBe('media-playlist');
  expect(Object.keys(playlist?.Properties.Environment.Variables).sort()).toEqual(['MEDIA_BUCKET', 'MEDIA_TABLE']);
});

it('reads and signs, nothing else', () => {
  const actions = actionsOf(template).filter((action) => !/^(logs|xray):/.test(action));
  expect(actions).toEqual(['dynamodb:GetItem', 's3:GetObject', 's3:ListBucket']);
});
