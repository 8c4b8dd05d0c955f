/** What is kept of unfinished uploads, so that they go on after the page was closed. */

/** Where notes are kept: `localStorage`, or what looks like it. */
export type Notes = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

/** An upload that was begun. */
export interface Begun {
  /** See {@link fingerprintOf}. */
  readonly fingerprint: string;
  /** Under which the API knows it. */
  readonly idempotencyKey: string;
  readonly checksum: string;
  readonly fileName: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly begunAt: number;
  /** The media's id, once the API has named it. */
  readonly mediaId?: string;
}

const NAME = 'sluicegate.uploads';

/** The API waits for an upload as long. */
const KEPT_MILLISECONDS = 24 * 60 * 60 * 1000;

/** By what a file is recognised when it is chosen again. Its content is checked by the API in the end. */
export function fingerprintOf(file: File): string {
  return JSON.stringify([file.name, file.size, file.lastModified, file.type]);
}

/** The uploads that were begun and not finished. */
export class Memory {
  constructor(
    private readonly notes: Notes,
    private readonly now: () => number = Date.now,
  ) {}

  /** Those that the API still waits for, the newest first. */
  list(): readonly Begun[] {
    let begun: unknown;
    try {
      begun = JSON.parse(this.notes.getItem(NAME) ?? '[]');
    } catch {
      // Somebody else's notes, or broken ones: nothing can be continued by them.
    }
    const all = Array.isArray(begun) ? (begun as Begun[]) : [];
    return all.filter(({ begunAt }) => begunAt > this.now() - KEPT_MILLISECONDS);
  }

  find(fingerprint: string): Begun | undefined {
    return this.list().find((begun) => begun.fingerprint === fingerprint);
  }

  keep(begun: Begun): void {
    this.write([begun, ...this.list().filter(({ fingerprint }) => fingerprint !== begun.fingerprint)]);
  }

  forget(fingerprint: string): void {
    this.write(this.list().filter((begun) => begun.fingerprint !== fingerprint));
  }

  private write(begun: readonly Begun[]): void {
    try {
      if (begun.length === 0) this.notes.removeItem(NAME);
      else this.notes.setItem(NAME, JSON.stringify(begun));
    } catch {
      // A full or forbidden storage costs the continuation, not the upload.
    }
  }
}
