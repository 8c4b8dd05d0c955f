// What the page says of sizes, formats and failures.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { UploadFailure } from '../../src/client/index.ts';
import { formatOf, problemOf, sizeOf } from '../../src/page/words.ts';

test('sizes are short', () => {
  const sizes = [1, 999, 1000, 1450, 9_960, 999_499, 999_500, 5_000_000, 5_368_709_120];
  assert.deepEqual(sizes.map(sizeOf), [
    '1 byte',
    '999 bytes',
    '1 KB',
    '1.5 KB',
    '10 KB',
    '999 KB',
    '1 MB',
    '5 MB',
    '5.4 GB',
  ]);
});

test('formats have the names that people know', () => {
  assert.deepEqual(['image/jpeg', 'image/webp', 'application/vnd.apple.mpegurl'].map(formatOf), [
    'JPEG',
    'WebP',
    'HLS',
  ]);
});

test('every reason to reject an upload is put in plain words', async () => {
  const source = await readFile(new URL('../../../../handlers/media/src/error.rs', import.meta.url), 'utf8');
  const list = /pub const REJECTIONS: &\[&str\] = &\[([^\]]*)\]/.exec(source)?.[1] ?? '';
  const codes = [...list.matchAll(/"([^"]+)"/g)].map(([, code]) => code ?? '');
  assert.ok(codes.includes('Media.Truncated'));
  for (const code of codes) {
    const { title } = problemOf(new UploadFailure('refused', code, 'message'));
    assert.notEqual(title, 'The file was refused', code);
  }
});

test('a refusal before the upload is told like one after it', () => {
  const before = problemOf(new UploadFailure('refused', 'TOO_LARGE', ''));
  assert.deepEqual(before, problemOf(new UploadFailure('refused', 'Media.TooLarge', '')));
});

test('an unknown refusal is told in the API’s own words', () => {
  const { advice } = problemOf(new UploadFailure('refused', 'Media.New', 'the picture is new'));
  assert.equal(advice, 'The picture is new.');
});
