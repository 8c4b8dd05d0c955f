/** What the API says of a media, and where it wants it sent. */

/** How far a media is. */
export type MediaStatus = 'PENDING' | 'PROCESSING' | 'READY' | 'REJECTED' | 'FAILED' | 'CANCELED' | 'DELETED';

/** One result of processing. */
export interface Variant {
  /** What it is for: `thumbnail`, `card`, `full`, `original`, `hls`, `mp4`, `poster`. */
  readonly name: string;
  /** `image/webp` */
  readonly contentType: string;
  /** In pixels. */
  readonly width: number | null;
  /** In pixels. */
  readonly height: number | null;
  readonly bytes: number | null;
  /** Where to get it for an hour. */
  readonly url: string;
}

/** Why a media was refused, or could not be processed. */
export interface Reason {
  /** The stable name, `Media.Truncated`. */
  readonly code: string;
  /** For people. */
  readonly message: string;
}

/** A media as it is now. */
export interface Media {
  readonly id: string;
  readonly status: MediaStatus;
  readonly kind: 'IMAGE' | 'VIDEO' | 'UNKNOWN';
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly width: number | null;
  readonly height: number | null;
  /** Per cent of the processing. */
  readonly progress: number | null;
  /** A ThumbHash in base64. */
  readonly placeholder: string | null;
  /** `#rrggbb` */
  readonly dominantColor: string | null;
  readonly variants: readonly Variant[];
  readonly rejection: Reason | null;
}

/** What an upload is asked for with. */
export interface NewUpload {
  /** Names the request: asked again, the answer is the same media, fresh URLs, and which parts have arrived. */
  readonly idempotencyKey: string;
  readonly fileName: string;
  readonly contentType: string;
  readonly bytes: number;
  /** The content's SHA-256 in base64. */
  readonly checksum: string;
}

/** A header that a request has to carry as it is. */
export interface Header {
  readonly name: string;
  readonly value: string;
}

/** A piece of the file, and where to send it. */
export interface Part {
  /** From 1. */
  readonly number: number;
  /** Where in the file it begins. */
  readonly offset: number;
  readonly bytes: number;
  /** Whether it has arrived before. */
  readonly received: boolean;
  readonly url: string;
  readonly headers: readonly Header[];
}

/** A media that awaits its upload. */
export interface Ticket {
  readonly media: Media;
  /** Whether the parts have to be put together once all are there. */
  readonly multipart: boolean;
  /** One that is the whole file, or several; none once the upload has arrived. */
  readonly parts: readonly Part[];
}
