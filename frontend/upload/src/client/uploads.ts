/** Files become media. */

import type { MediaApi } from './api.ts';
import { checksumOf } from './checksum.ts';
import { contentTypeOf } from './content-type.ts';
import { UploadFailure } from './failure.ts';
import { type Media, type NewUpload, type Ticket } from './media.ts';
import { type Begun, fingerprintOf, Memory } from './memory.ts';
import type { Put } from './put.ts';
import type { Wait } from './retry.ts';
import { send } from './send.ts';
import { failureOf, watch, type Watching } from './watch.ts';

/** Where an upload stands. */
export type Stage =
  /** The file is read for its checksum. */
  | { readonly name: 'checking'; readonly bytes: number }
  /** It is on its way; the bytes of earlier attempts count. */
  | { readonly name: 'sending'; readonly bytes: number; readonly parts: number }
  /** It has arrived. */
  | { readonly name: 'processing'; readonly media: Media };

/** How an upload is made. */
export interface UploadOptions {
  /** Pauses the upload: begun again with the same file, it goes on where it was. */
  readonly signal?: AbortSignal;
  readonly onStage?: (stage: Stage) => void;
}

/** What uploads are made with. */
export interface UploadsOptions {
  readonly api: MediaApi;
  readonly memory: Memory;
  readonly put: Put;
  readonly wait?: Wait;
}

/** How often parts that turn out to be missing are sent again. */
const COMPLETIONS = 3;

/** Uploads files, and remembers those that aren't finished. */
export class Uploads {
  private readonly api: MediaApi;
  private readonly memory: Memory;
  private readonly put: Put;
  private readonly wait: Wait | undefined;

  constructor({ api, memory, put, wait }: UploadsOptions) {
    this.api = api;
    this.memory = memory;
    this.put = put;
    this.wait = wait;
  }

  /** Uploads that were begun, here or before the page was closed, and not finished. */
  unfinished(): readonly Begun[] {
    return this.memory.list();
  }

  /** Uploads a file, or goes on with it, and answers the media once it is ready. Fails with an {@link UploadFailure}. */
  async upload(file: File, { signal, onStage }: UploadOptions = {}): Promise<Media> {
    const fingerprint = fingerprintOf(file);
    const known = this.memory.find(fingerprint);
    const begun = known ?? (await this.begin(file, fingerprint, { signal, onStage }));
    let ticket = await this.ticket(file, begun, signal);
    if (known !== undefined && failureOf(ticket.media)?.kind === 'gone') {
      // It was given up, or deleted: the same file under a new key is a new upload.
      this.memory.forget(fingerprint);
      return this.upload(file, { signal, onStage });
    }
    this.memory.keep({ ...begun, mediaId: ticket.media.id });
    for (let completions = 1; ticket.parts.length > 0; completions += 1) {
      const parts = ticket.parts.length;
      const received = ticket.parts.reduce((sum, { received, bytes }) => sum + (received ? bytes : 0), 0);
      onStage?.({ name: 'sending', bytes: received, parts });
      await send(file, ticket, {
        renew: () => this.ticket(file, begun, signal),
        put: this.put,
        wait: this.wait,
        signal,
        onProgress: (bytes) => onStage?.({ name: 'sending', bytes, parts }),
      });
      if (!ticket.multipart) break;
      try {
        await this.api.completeUpload(ticket.media.id, signal);
        break;
      } catch (error) {
        const incomplete = error instanceof UploadFailure && error.code === 'UPLOAD_INCOMPLETE';
        if (!incomplete || completions >= COMPLETIONS) throw error;
        ticket = await this.ticket(file, begun, signal);
      }
    }
    onStage?.({ name: 'processing', media: ticket.media });
    const onChange = (media: Media) => onStage?.({ name: 'processing', media });
    return this.watch(ticket.media.id, { signal, onChange });
  }

  /** The media of a file that has arrived, once it is ready. Fails with an {@link UploadFailure}. */
  async watch(id: string, watching: Omit<Watching, 'wait'> = {}): Promise<Media> {
    try {
      const media = await watch(this.api, id, { ...watching, wait: this.wait });
      this.forget(id);
      return media;
    } catch (error) {
      // What failed can be tried again under its id; the rest is over.
      if (error instanceof UploadFailure && (error.kind === 'refused' || error.kind === 'gone')) this.forget(id);
      throw error;
    }
  }

  /** Processes a media again that could not be processed. */
  async retry(id: string, watching: Omit<Watching, 'wait'> = {}): Promise<Media> {
    await this.api.retryProcessing(id, newKey(), watching.signal);
    return this.watch(id, watching);
  }

  /** How far the media of an upload that was begun is; nothing if there is none yet. */
  async look(begun: Begun): Promise<Media | null> {
    return begun.mediaId === undefined ? null : this.api.media(begun.mediaId);
  }

  /** Gives an upload up: what has arrived of it is deleted. Abort it first. */
  async cancel({ fingerprint }: { readonly fingerprint: string }): Promise<void> {
    const begun = this.memory.find(fingerprint);
    this.memory.forget(fingerprint);
    if (begun?.mediaId !== undefined) await this.api.deleteMedia(begun.mediaId);
  }

  private async begin(file: File, fingerprint: string, { signal, onStage }: UploadOptions): Promise<Begun> {
    onStage?.({ name: 'checking', bytes: 0 });
    const checksum = await checksumOf(file, {
      signal,
      onProgress: (bytes) => onStage?.({ name: 'checking', bytes }),
    });
    const { name: fileName, size: bytes } = file;
    return { fingerprint, idempotencyKey: newKey(), checksum, fileName, bytes, begunAt: Date.now() };
  }

  private async ticket(file: File, { idempotencyKey, checksum }: Begun, signal?: AbortSignal): Promise<Ticket> {
    const { name: fileName, size: bytes } = file;
    const request: NewUpload = { idempotencyKey, fileName, contentType: contentTypeOf(file), bytes, checksum };
    return this.api.createUpload(request, signal);
  }

  private forget(mediaId: string): void {
    const begun = this.memory.list().find((begun) => begun.mediaId === mediaId);
    if (begun) this.memory.forget(begun.fingerprint);
  }
}

/** 128 random bits; `crypto.randomUUID` is for secure contexts only. */
function newKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
