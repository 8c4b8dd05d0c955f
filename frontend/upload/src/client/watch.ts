/** Waiting for what becomes of a media. */

import type { MediaApi } from './api.ts';
import { UploadFailure } from './failure.ts';
import type { Media } from './media.ts';
import { wait as waiting, type Wait } from './retry.ts';

/** How a media is watched. */
export interface Watching {
  readonly wait?: Wait;
  readonly signal?: AbortSignal;
  /** Told each time that the media is asked for and isn't done. */
  readonly onChange?: (media: Media) => void;
}

/** A picture is done in this time; a film takes long enough for longer pauses. */
const FIRST_MILLISECONDS = 150;
const LONGEST_MILLISECONDS = 3_000;

/** The media once it is ready; fails when it was refused, could not be processed, or is gone. */
export async function watch(api: MediaApi, id: string, watching: Watching = {}): Promise<Media> {
  const { wait = waiting, signal, onChange } = watching;
  for (let pause = FIRST_MILLISECONDS; ; pause = Math.min(LONGEST_MILLISECONDS, pause * 1.4)) {
    const media = await api.media(id, signal);
    if (media === null) throw new UploadFailure('gone', 'Media.NotFound', 'there is no such media any more');
    const failure = failureOf(media);
    if (failure) throw failure;
    if (media.status === 'READY') return media;
    onChange?.(media);
    await wait(pause, signal);
  }
}

/** Why a media will never be ready; nothing as long as it may. */
export function failureOf({ status, rejection }: Media): UploadFailure | undefined {
  const fail = (kind: UploadFailure['kind'], code: string, message: string) =>
    new UploadFailure(kind, rejection?.code ?? code, rejection?.message ?? message);
  switch (status) {
    case 'REJECTED':
      return fail('refused', 'Media.Rejected', 'the file was refused');
    case 'FAILED':
      return fail('unprocessed', 'Media.Failed', 'the file could not be processed');
    case 'CANCELED':
      return fail('gone', 'Media.Canceled', 'the upload was given up');
    case 'DELETED':
      return fail('gone', 'Media.Deleted', 'the file was deleted');
    default:
      return undefined;
  }
}
