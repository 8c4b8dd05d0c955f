/** One PUT of bytes to a signed URL, in the browser. */

import { Expired, Transient, UploadFailure } from './failure.ts';
import type { Header } from './media.ts';

/** Where to, and with what. */
export interface PutRequest {
  readonly url: string;
  readonly headers: readonly Header[];
  readonly body: Blob;
  readonly signal?: AbortSignal;
  /** Told how many bytes have left. */
  readonly onProgress?: (bytes: number) => void;
}

/** Sends bytes; fails as {@link failureOf} says. */
export type Put = (request: PutRequest) => Promise<void>;

/** A PUT that tells its progress, which `fetch` doesn't. */
export const put: Put = ({ url, headers, body, signal, onProgress }) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const request = new XMLHttpRequest();
    const stop = () => request.abort();
    const end = (settle: () => void) => () => {
      signal?.removeEventListener('abort', stop);
      settle();
    };
    signal?.addEventListener('abort', stop, { once: true });
    request.open('PUT', url);
    for (const { name, value } of headers) request.setRequestHeader(name, value);
    request.upload.addEventListener('progress', ({ loaded }) => onProgress?.(loaded));
    request.addEventListener(
      'load',
      end(() => {
        const failure = failureOf(request.status, request.responseText);
        if (failure) reject(failure);
        else resolve();
      }),
    );
    request.addEventListener(
      'error',
      end(() => reject(new Transient('the storage can’t be reached'))),
    );
    request.addEventListener(
      'abort',
      end(() => reject(signal?.reason)),
    );
    request.send(body);
  });

/**
 * What S3's answer means; nothing when it took the bytes.
 *
 * <https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html>
 */
export function failureOf(status: number, body: string): Error | undefined {
  if (status >= 200 && status < 300) return undefined;
  const code = element('Code', body) ?? String(status);
  const message = `the storage answered ${code}: ${element('Message', body) ?? 'without saying why'}`;
  // S3 closes connections that are idle, and asks to slow down, as a matter of course.
  if (status >= 500 || status === 429 || code === 'RequestTimeout') return new Transient(message);
  if (code === 'BadDigest' || code === 'XAmzContentChecksumMismatch') {
    return new UploadFailure('unreadable', 'Upload.Changed', 'the file changed while it was sent; choose it again');
  }
  if (status === 403 || code === 'NoSuchUpload') return new Expired(message);
  return new UploadFailure('unavailable', `Upload.${code}`, message);
}

function element(name: string, xml: string): string | undefined {
  return new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1];
}
