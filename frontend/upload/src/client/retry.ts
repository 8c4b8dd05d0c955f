/** Trying again what may succeed later. */

import { Transient, UploadFailure } from './failure.ts';

/** Waits; ends early, with the signal's reason, when the signal is aborted. */
export type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

/** How often and how patiently something is tried. */
export interface Patience {
  readonly attempts: number;
  /** The longest first pause; each is up to twice as long as the one before. */
  readonly firstMilliseconds: number;
  readonly longestMilliseconds: number;
}

/** About a minute in all: long enough for a change of network or a restart. */
export const PATIENT: Patience = { attempts: 8, firstMilliseconds: 400, longestMilliseconds: 20_000 };

export const wait: Wait = (milliseconds, signal) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', stop, { once: true });
  });

/**
 * Does `task` until it succeeds, fails with anything but a {@link Transient}, or has been tried often enough. Pauses are
 * random within bounds that double, so that many clients don't come back at once.
 */
export async function retrying<T>(
  task: () => Promise<T>,
  { patience = PATIENT, wait: pause = wait, signal }: { patience?: Patience; wait?: Wait; signal?: AbortSignal } = {},
): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    signal?.throwIfAborted();
    try {
      return await task();
    } catch (error) {
      if (!(error instanceof Transient)) throw error;
      if (attempt >= patience.attempts) {
        throw new UploadFailure('unavailable', 'Upload.Unavailable', error.message, { cause: error });
      }
      const bound = Math.min(patience.longestMilliseconds, patience.firstMilliseconds * 2 ** (attempt - 1));
      await pause(bound * (0.5 + Math.random() / 2), signal);
    }
  }
}
