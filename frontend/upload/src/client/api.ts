/** The operations of the media API that uploads need. */

import { UploadFailure } from './failure.ts';
import type { Graphql } from './graphql.ts';
import type { Header, Media, NewUpload, Reason, Ticket } from './media.ts';

/** What of a media everybody here wants to know. */
const MEDIA = `fragment Everything on Media {
  id status kind fileName contentType bytes width height progress placeholder dominantColor
  variants { name contentType width height bytes url }
  rejection { code message }
}`;

const CREATE_UPLOAD = `mutation ($input: CreateUploadInput!) {
  createUpload(input: $input) {
    media { ...Everything }
    upload { url headers { name value } multipart { parts { number offset bytes received url } } }
    errors { code message }
  }
}
${MEDIA}`;

const COMPLETE_UPLOAD = `mutation ($input: CompleteUploadInput!) {
  completeUpload(input: $input) { errors { code message } }
}`;

const DELETE_MEDIA = `mutation ($input: DeleteMediaInput!) {
  deleteMedia(input: $input) { errors { code message } }
}`;

const RETRY_PROCESSING = `mutation ($input: RetryProcessingInput!) {
  retryProcessing(input: $input) { errors { code message } }
}`;

const MEDIA_BY_ID = `query ($id: ID!) {
  media(id: $id) { ...Everything }
}
${MEDIA}`;

interface Payload {
  readonly errors: readonly Reason[];
}

interface CreateUploadPayload extends Payload {
  readonly media: Media | null;
  readonly upload: Upload | null;
}

interface Upload {
  readonly url: string | null;
  readonly headers: readonly Header[];
  readonly multipart: {
    readonly parts: readonly {
      readonly number: number;
      readonly offset: number;
      readonly bytes: number;
      readonly received: boolean;
      readonly url: string;
    }[];
  } | null;
}

/** The media API. Each operation fails with an `UploadFailure`. */
export class MediaApi {
  constructor(private readonly graphql: Graphql) {}

  /** A media that awaits its upload; under the same key the same one, with fresh URLs. */
  async createUpload(input: NewUpload, signal?: AbortSignal): Promise<Ticket> {
    type Data = { readonly createUpload: CreateUploadPayload };
    const { createUpload } = await this.graphql.run<Data>(CREATE_UPLOAD, { input }, signal);
    accepted(createUpload);
    const { media, upload } = createUpload;
    if (media === null) throw new UploadFailure('unavailable', 'Upload.Invalid', 'the server answered no media');
    return ticketOf(media, upload);
  }

  /** Puts the parts of an upload together. */
  async completeUpload(id: string, signal?: AbortSignal): Promise<void> {
    type Data = { readonly completeUpload: Payload };
    accepted((await this.graphql.run<Data>(COMPLETE_UPLOAD, { input: { id } }, signal)).completeUpload);
  }

  /** The media of that id; null when there is none. */
  async media(id: string, signal?: AbortSignal): Promise<Media | null> {
    return (await this.graphql.run<{ readonly media: Media | null }>(MEDIA_BY_ID, { id }, signal)).media;
  }

  async deleteMedia(id: string): Promise<void> {
    type Data = { readonly deleteMedia: Payload };
    accepted((await this.graphql.run<Data>(DELETE_MEDIA, { input: { id } })).deleteMedia);
  }

  /** Processes what failed again. */
  async retryProcessing(id: string, idempotencyKey: string, signal?: AbortSignal): Promise<void> {
    type Data = { readonly retryProcessing: Payload };
    const variables = { input: { id, idempotencyKey } };
    accepted((await this.graphql.run<Data>(RETRY_PROCESSING, variables, signal)).retryProcessing);
  }
}

/** Errors by which the API says that nobody waits for the upload any more. */
const GONE = new Set(['NOT_FOUND', 'NOT_PENDING']);

function accepted({ errors: [error] }: Payload): void {
  if (error !== undefined)
    throw new UploadFailure(GONE.has(error.code) ? 'gone' : 'refused', error.code, error.message);
}

function ticketOf(media: Media, upload: Upload | null): Ticket {
  if (upload === null) return { media, multipart: false, parts: [] };
  const { url, headers, multipart } = upload;
  if (multipart !== null) {
    return { media, multipart: true, parts: multipart.parts.map((part) => ({ ...part, headers })) };
  }
  if (url === null) throw new UploadFailure('unavailable', 'Upload.Invalid', 'the server answered no address');
  return {
    media,
    multipart: false,
    parts: [{ number: 1, offset: 0, bytes: media.bytes, received: false, url, headers }],
  };
}
