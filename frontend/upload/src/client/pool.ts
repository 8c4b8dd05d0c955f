/** Several tasks at once, but not too many. */

/**
 * Does `task` with each item, `parallel` at a time. The first failure stops the others through the signal that they are
 * given, and is what this fails with.
 */
export async function eachOf<T>(
  items: readonly T[],
  parallel: number,
  signal: AbortSignal | undefined,
  task: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const any = signal ? AbortSignal.any([signal, stop.signal]) : stop.signal;
  const left = items.values();
  const worker = async () => {
    for (const item of left) {
      any.throwIfAborted();
      await task(item, any);
    }
  };
  const workers = Array.from({ length: Math.min(parallel, items.length) }, async () => {
    try {
      await worker();
    } catch (error) {
      stop.abort(error);
      throw error;
    }
  });
  const failed = (await Promise.allSettled(workers)).some(({ status }) => status === 'rejected');
  if (failed) throw signal?.aborted ? signal.reason : stop.signal.reason;
}
