/** Uploads of pictures and films that survive a bad network and a closed page. */

export { MediaApi } from './api.ts';
export { checksumOf } from './checksum.ts';
export { contentTypeOf } from './content-type.ts';
export { type FailureKind, UploadFailure } from './failure.ts';
export { type Fetch, Graphql } from './graphql.ts';
export type { Media, MediaStatus, Reason, Variant } from './media.ts';
export { type Begun, fingerprintOf, Memory, type Notes } from './memory.ts';
export { type Put, put, type PutRequest } from './put.ts';
export { type Wait } from './retry.ts';
export { type Stage, type UploadOptions, Uploads, type UploadsOptions } from './uploads.ts';
export { failureOf } from './watch.ts';
