/** Everything that goes wrong with an upload. */

/** What went wrong, for programs. */
export type FailureKind =
  /** The API or the content's examination says no; the same file will be refused again. */
  | 'refused'
  /** The upload arrived and could not be processed; that can be tried again. */
  | 'unprocessed'
  /** Nobody waits for this upload any more. */
  | 'gone'
  /** The file can't be read any more, or is another one than at the beginning. */
  | 'unreadable'
  /** The server, or the way to it, fails, and went on failing when it was tried again. */
  | 'unavailable';

/** An upload that did not become a media. */
export class UploadFailure extends Error {
  constructor(
    readonly kind: FailureKind,
    /** The stable name, `Media.Truncated`, or what stands in for it. */
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UploadFailure';
  }
}

/** A request that may succeed when it is sent again. */
export class Transient extends Error {
  override readonly name = 'Transient';
}

/** The URL isn't good any more; a fresh one is. */
export class Expired extends Error {
  override readonly name = 'Expired';
}
