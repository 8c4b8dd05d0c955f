/** The SHA-256 of a file, without holding the file in memory. */

import { createSHA256 } from 'hash-wasm';
import { UploadFailure } from './failure.ts';

/** Read and hashed at once: few milliseconds, so that a page goes on answering meanwhile. */
const CHUNK = 1024 * 1024;

/** The SHA-256 of a file's content, in base64. The browser's own digest would need all of the file at once. */
export async function checksumOf(
  file: Blob,
  { signal, onProgress }: { signal?: AbortSignal; onProgress?: (bytes: number) => void } = {},
): Promise<string> {
  const hash = await createSHA256();
  hash.init();
  for (let at = 0; at < file.size; at += CHUNK) {
    signal?.throwIfAborted();
    hash.update(new Uint8Array(await bytesOf(file.slice(at, at + CHUNK))));
    onProgress?.(Math.min(file.size, at + CHUNK));
  }
  return base64(hash.digest('binary'));
}

/** A piece's bytes. A file that was changed or moved since it was chosen can't be read any more. */
export async function bytesOf(piece: Blob): Promise<ArrayBuffer> {
  try {
    return await piece.arrayBuffer();
  } catch (cause) {
    throw new UploadFailure('unreadable', 'Upload.Unreadable', 'the file can’t be read any more; choose it again', {
      cause,
    });
  }
}

function base64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
