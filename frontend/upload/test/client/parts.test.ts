// The pieces that uploads are made of.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { checksumOf, contentTypeOf, fingerprintOf, Memory, UploadFailure } from '../../src/client/index.ts';
import { Expired, Transient } from '../../src/client/failure.ts';
import { eachOf } from '../../src/client/pool.ts';
import { failureOf } from '../../src/client/put.ts';
import { retrying, wait } from '../../src/client/retry.ts';
import { file, MIB, Service } from './service.ts';

test('the checksum is the SHA-256 of the whole, read piece by piece', async () => {
  for (const bytes of [0, 1, MIB, 2 * MIB + 7]) {
    const content = file(bytes);
    const told: number[] = [];
    const checksum = await checksumOf(content, { onProgress: (bytes) => told.push(bytes) });
    const expected = createHash('sha256').update(new Uint8Array(await content.arrayBuffer()));
    assert.equal(checksum, expected.digest('base64'));
    assert.equal(told.at(-1) ?? 0, bytes);
  }
});

test('a file that is gone is told apart from a network that is gone', async () => {
  const gone = Object.assign(file(10), { slice: () => ({ arrayBuffer: () => Promise.reject(new Error('gone')) }) });
  await assert.rejects(checksumOf(gone), (error) => error instanceof UploadFailure && error.kind === 'unreadable');
});

test('what S3 answers means: sent, send again, sign again, or give up', () => {
  const xml = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>so</Message></Error>`;
  assert.equal(failureOf(200, ''), undefined);
  assert.ok(failureOf(503, xml('SlowDown')) instanceof Transient);
  assert.ok(failureOf(400, xml('RequestTimeout')) instanceof Transient);
  assert.ok(failureOf(403, xml('AccessDenied')) instanceof Expired);
  assert.ok(failureOf(404, xml('NoSuchUpload')) instanceof Expired);
  const changed = failureOf(400, xml('BadDigest'));
  assert.ok(changed instanceof UploadFailure && changed.kind === 'unreadable');
  assert.match(failureOf(400, xml('EntityTooLarge'))?.message ?? '', /EntityTooLarge: so/);
});

test('tasks run some at once, and the first failure stops the others', async () => {
  const begun: number[] = [];
  const task = async (item: number, signal: AbortSignal) => {
    begun.push(item);
    if (item === 2) throw new Error('two');
    await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  };
  await assert.rejects(eachOf([1, 2, 3, 4], 2, undefined, task), /two/);
  assert.deepEqual(begun, [1, 2]);
});

test('what is no passing failure is not tried again', async () => {
  let attempts = 0;
  const task = () => {
    attempts += 1;
    return Promise.reject(new Error('for good'));
  };
  await assert.rejects(retrying(task), /for good/);
  assert.equal(attempts, 1);
});

test('a pause ends when it is stopped', async () => {
  const stop = new AbortController();
  const pause = wait(60_000, stop.signal);
  stop.abort(new Error('stopped'));
  await assert.rejects(pause, /stopped/);
});

test('begun uploads are remembered for a day, and broken notes are none', () => {
  const { notes } = new Service();
  let now = 1;
  const memory = new Memory(notes, () => now);
  const begun = { fingerprint: 'f', idempotencyKey: 'k', checksum: 'c', fileName: 'n', bytes: 1, begunAt: now };
  memory.keep(begun);
  memory.keep({ ...begun, mediaId: 'm' });
  assert.deepEqual(memory.list(), [{ ...begun, mediaId: 'm' }]);
  now += 24 * 60 * 60 * 1000;
  assert.deepEqual(memory.list(), []);
  for (const broken of ['{', '{}', 'null']) {
    notes.setItem('sluicegate.uploads', broken);
    assert.deepEqual(memory.list(), []);
  }
});

test('a file is known by name, size, type and when it was changed', () => {
  assert.equal(fingerprintOf(file(5)), fingerprintOf(file(5)));
  for (const other of [
    file(6),
    file(5, 'x.jpg'),
    file(5, 'lake.jpg', 'image/png'),
    file(5, 'lake.jpg', 'image/jpeg', 2),
  ]) {
    assert.notEqual(fingerprintOf(other), fingerprintOf(file(5)));
  }
});

test('a type that the browser doesn’t know is told by the ending', () => {
  assert.equal(contentTypeOf({ name: 'a.MKV', type: '' }), 'video/x-matroska');
  assert.equal(contentTypeOf({ name: 'a.jpg', type: 'image/jpeg' }), 'image/jpeg');
  assert.equal(contentTypeOf({ name: 'mkv', type: '' }), 'application/octet-stream');
});
