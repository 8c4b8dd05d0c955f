// Uploads from the choice of a file to the media, against an API and a storage in memory.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { type Stage, UploadFailure } from '../../src/client/index.ts';
import { Transient } from '../../src/client/failure.ts';
import { file, MIB, Service } from './service.ts';

const film = () => file(40 * MIB + 5, 'lake.mp4', 'video/mp4');

function failsAs(kind: string, code: string) {
  return (error: unknown) => error instanceof UploadFailure && error.kind === kind && error.code === code;
}

test('a small file goes in one request, with the headers that its URL is signed with', async () => {
  const service = new Service();
  const small = file(3 * MIB);
  const media = await service.uploads().upload(small);
  assert.equal(media.status, 'READY');
  const checksum = createHash('sha256')
    .update(new Uint8Array(await small.arrayBuffer()))
    .digest('base64');
  assert.deepEqual(service.headers, [{ 'x-amz-checksum-sha256': checksum }]);
  assert.deepEqual(service.operations(), ['createUpload', 'media']);
  assert.deepEqual(service.uploads().unfinished(), []);
});

test('a large file goes in parts, some at once, and is put together from its own bytes', async () => {
  const service = new Service();
  const stages: Stage[] = [];
  await service.uploads().upload(film(), { onStage: (stage) => stages.push(stage) });
  assert.deepEqual(service.puts.toSorted(), ['1@1', '2@1', '3@1', '4@1', '5@1', '6@1']);
  assert.equal(service.mostAtOnce, 4);
  assert.deepEqual(service.operations(), ['createUpload', 'completeUpload', 'media']);
  const [{ received }] = service.stored as [(typeof service.stored)[0]];
  const arrived = Buffer.concat([...received.entries()].toSorted(([a], [b]) => a - b).map(([, bytes]) => bytes));
  assert.ok(arrived.equals(Buffer.from(await film().arrayBuffer())));
  const sent = stages.filter((stage) => stage.name === 'sending').map(({ bytes }) => bytes);
  assert.deepEqual(
    sent,
    sent.toSorted((a, b) => a - b),
  );
  assert.equal(sent.at(-1), film().size);
  assert.equal(stages.at(-1)?.name, 'processing');
});

test('after the page was closed, the same file goes on with the parts that are missing', async () => {
  const service = new Service();
  const page = new AbortController();
  service.onPut = (part) => {
    if (part === 3) page.abort();
  };
  await assert.rejects(service.uploads().upload(film(), { signal: page.signal }));
  const [begun] = service.uploads().unfinished();
  assert.equal(begun?.fileName, 'lake.mp4');
  assert.equal(begun?.mediaId, 'media-1');
  const received = [...(service.stored[0]?.received.keys() ?? [])];
  assert.ok(received.length < 6);

  service.onPut = () => undefined;
  service.puts.length = 0;
  const stages: Stage[] = [];
  const media = await service.uploads().upload(film(), { onStage: (stage) => stages.push(stage) });
  assert.equal(media.id, 'media-1');
  assert.equal(service.puts.length, 6 - received.length);
  assert.ok(!stages.some(({ name }) => name === 'checking'), 'its checksum is known');
});

test('another file is another upload, also under the same name', async () => {
  const service = new Service();
  const page = new AbortController();
  service.onPut = () => page.abort();
  await assert.rejects(service.uploads().upload(film(), { signal: page.signal }));
  service.onPut = () => undefined;
  const media = await service.uploads().upload(file(40 * MIB + 5, 'lake.mp4', 'video/mp4', 2));
  assert.equal(media.id, 'media-2');
});

test('URLs that expire are asked for again, once for all parts', async () => {
  const service = new Service();
  service.onPut = () => {
    service.oldestGood = 2;
  };
  await service.uploads().upload(film());
  assert.deepEqual(service.operations(), ['createUpload', 'createUpload', 'completeUpload', 'media']);
  assert.equal(service.puts.filter((put) => put.endsWith('@2')).length, 6);
});

test('URLs that are refused however fresh they are end the upload, which is kept', async () => {
  const service = new Service();
  service.oldestGood = Infinity;
  await assert.rejects(service.uploads().upload(file(10)), failsAs('unavailable', 'Upload.Forbidden'));
  assert.equal(service.uploads().unfinished().length, 1);
});

test('a part that fails is sent again after a pause, and only that part', async () => {
  const service = new Service();
  let failures = 3;
  service.onPut = (part) => {
    failures -= part === 2 ? 1 : 0;
    if (part === 2 && failures >= 0) throw new Transient('503 Slow Down');
  };
  await service.uploads().upload(film());
  assert.equal(service.puts.length, 6 + 3);
  assert.deepEqual(
    service.pauses.map((pause, at) => pause >= 200 * 2 ** at && pause <= 400 * 2 ** at),
    [true, true, true],
  );
});

test('a network that stays away ends the upload with what can be done about it', async () => {
  const service = new Service();
  service.onPut = () => {
    throw new Transient('the storage can’t be reached');
  };
  await assert.rejects(service.uploads().upload(file(10)), failsAs('unavailable', 'Upload.Unavailable'));
  assert.equal(service.puts.length, 8);
});

test('the API is asked again while it fails or can’t be reached', async () => {
  const service = new Service();
  service.apiFailures.push(new TypeError('fetch failed'), 503, 429);
  assert.equal((await service.uploads().upload(file(10))).status, 'READY');
  assert.deepEqual(service.operations(), ['createUpload', 'media']);
});

test('parts that were lost are sent again before the upload is completed', async () => {
  const service = new Service();
  service.losesOnce = 6;
  await service.uploads().upload(film());
  assert.equal(service.puts.filter((put) => put.startsWith('6@')).length, 2);
  assert.equal(service.operations().filter((operation) => operation === 'completeUpload').length, 2);
});

test('what the API refuses is not sent', async () => {
  const service = new Service();
  const text = file(10, 'notes.txt', 'text/plain');
  await assert.rejects(service.uploads().upload(text), failsAs('refused', 'UNSUPPORTED_FORMAT'));
  assert.deepEqual(service.puts, []);
});

test('why a content is refused is told, and the upload forgotten', async () => {
  const service = new Service();
  const rejection = { code: 'Media.Truncated', message: 'the end of the picture is missing' };
  service.outcome = { status: 'REJECTED', rejection };
  await assert.rejects(service.uploads().upload(file(10)), failsAs('refused', 'Media.Truncated'));
  assert.deepEqual(service.uploads().unfinished(), []);
});

test('what could not be processed is processed again under its id', async () => {
  const service = new Service();
  service.outcome = { status: 'FAILED', rejection: { code: 'Media.Unavailable', message: 'no bucket' } };
  const uploads = service.uploads();
  await assert.rejects(uploads.upload(file(10)), failsAs('unprocessed', 'Media.Unavailable'));
  service.outcome = { status: 'READY', rejection: null };
  assert.equal((await uploads.retry('media-1')).status, 'READY');
  assert.equal(service.puts.length, 1);
});

test('an upload that was given up meanwhile begins anew', async () => {
  const service = new Service();
  const page = new AbortController();
  service.onPut = () => page.abort();
  await assert.rejects(service.uploads().upload(film(), { signal: page.signal }));
  const [stored] = service.stored as [(typeof service.stored)[0]];
  stored.media = { ...stored.media, status: 'CANCELED' };
  service.onPut = () => undefined;
  assert.equal((await service.uploads().upload(film())).id, 'media-2');
});

test('cancelling deletes what has arrived, and forgets it', async () => {
  const service = new Service();
  const page = new AbortController();
  service.onPut = () => page.abort();
  await assert.rejects(service.uploads().upload(film(), { signal: page.signal }));
  const [begun] = service.uploads().unfinished();
  assert.ok(begun);
  await service.uploads().cancel(begun);
  assert.equal(service.stored[0]?.media.status, 'DELETED');
  assert.deepEqual(service.uploads().unfinished(), []);
});
