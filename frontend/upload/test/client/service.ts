/** A media API and its storage, in memory, that do what a test tells them to. */

import { Graphql, MediaApi, Memory, type Notes, type Put, Uploads } from '../../src/client/index.ts';
import { Expired, Transient } from '../../src/client/failure.ts';
import type { Media } from '../../src/client/media.ts';

export const MIB = 1024 * 1024;
const PART = 8 * MIB;

/** What was asked of the API. */
export interface Call {
  readonly operation: string;
  readonly input: Record<string, unknown>;
}

interface Stored {
  media: Media;
  readonly key: string;
  readonly received: Map<number, Uint8Array>;
}

export class Service {
  readonly calls: Call[] = [];
  /** `<part>@<generation of URLs>` of every PUT. */
  readonly puts: string[] = [];
  readonly headers: Record<string, string>[] = [];
  readonly stored: Stored[] = [];
  /** How often URLs were signed. */
  generation = 0;
  /** URLs of older generations are expired. */
  oldestGood = 0;
  atOnce = 0;
  mostAtOnce = 0;
  /** Fails the next requests to the API. */
  readonly apiFailures: (Error | number)[] = [];
  /** Called before a part is taken; may throw. */
  onPut: (part: number) => void | Promise<void> = () => undefined;
  /** A part that the storage takes, and loses the first time. */
  losesOnce: number | undefined;
  /** What becomes of an upload that has arrived. */
  outcome: Partial<Media> = { status: 'READY' };
  readonly pauses: number[] = [];
  private readonly texts = new Map<string, string>();

  readonly notes: Notes = {
    getItem: (name) => this.texts.get(name) ?? null,
    setItem: (name, text) => void this.texts.set(name, text),
    removeItem: (name) => void this.texts.delete(name),
  };

  readonly wait = async (milliseconds: number, signal?: AbortSignal): Promise<void> => {
    signal?.throwIfAborted();
    this.pauses.push(milliseconds);
  };

  /** A client, as after the page was loaded. */
  uploads(): Uploads {
    const graphql = new Graphql('/media/graphql', (_, init) => this.answer(init), this.wait);
    return new Uploads({ api: new MediaApi(graphql), memory: new Memory(this.notes), put: this.put, wait: this.wait });
  }

  operations(): string[] {
    return this.calls.map(({ operation }) => operation);
  }

  readonly put: Put = async ({ url, headers, body, signal, onProgress }) => {
    signal?.throwIfAborted();
    const { pathname, searchParams } = new URL(url);
    const [part, generation] = [Number(searchParams.get('part')), Number(searchParams.get('generation'))];
    this.puts.push(`${part}@${generation}`);
    this.headers.push(Object.fromEntries(headers.map(({ name, value }) => [name, value])));
    this.atOnce += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.atOnce);
    try {
      await this.onPut(part);
      const bytes = new Uint8Array(await body.arrayBuffer());
      signal?.throwIfAborted();
      if (generation < this.oldestGood) throw new Expired('Request has expired');
      onProgress?.(bytes.length);
      const stored = this.stored.find(({ media }) => `/${media.id}` === pathname);
      if (stored === undefined) throw new Transient('no such upload');
      if (this.losesOnce === part) this.losesOnce = undefined;
      else stored.received.set(part, bytes);
      if (stored.media.bytes <= 16 * MIB) this.arrive(stored);
    } finally {
      this.atOnce -= 1;
    }
  };

  private arrive(stored: Stored): void {
    stored.media = { ...stored.media, ...this.outcome };
  }

  private async answer(init: RequestInit): Promise<Response> {
    const failure = this.apiFailures.shift();
    if (failure instanceof Error) throw failure;
    if (failure !== undefined) return new Response('', { status: failure });
    const { query, variables } = JSON.parse(String(init.body));
    const operation = /(createUpload|completeUpload|deleteMedia|retryProcessing|media)\(/.exec(query)?.[1] ?? '';
    const input = variables.input ?? variables;
    this.calls.push({ operation, input });
    return Response.json({ data: { [operation]: this.operation(operation, input) } });
  }

  private operation(operation: string, input: Record<string, unknown>): unknown {
    if (operation === 'createUpload') return this.create(input);
    const stored = this.stored.find(({ media }) => media.id === input['id']);
    if (operation === 'media') return stored?.media ?? null;
    if (stored === undefined) return { errors: [{ code: 'NOT_FOUND', message: 'there is no such media' }] };
    if (operation === 'deleteMedia') stored.media = { ...stored.media, status: 'DELETED' };
    if (operation === 'retryProcessing') this.arrive(stored);
    if (operation === 'completeUpload') {
      const missing = this.parts(stored).some(({ received }) => !received);
      if (missing) return { errors: [{ code: 'UPLOAD_INCOMPLETE', message: 'the upload is not complete' }] };
      this.arrive(stored);
    }
    return { errors: [] };
  }

  private create(input: Record<string, unknown>): unknown {
    if (!String(input['contentType']).match(/^(image|video)\//)) {
      return {
        media: null,
        upload: null,
        errors: [{ code: 'UNSUPPORTED_FORMAT', message: 'only pictures and films' }],
      };
    }
    const key = String(input['idempotencyKey']);
    let stored = this.stored.find((stored) => stored.key === key);
    if (stored === undefined) {
      stored = { key, received: new Map(), media: pending(`media-${this.stored.length + 1}`, input) };
      this.stored.push(stored);
    }
    const { media } = stored;
    if (media.status !== 'PENDING') return { media, upload: null, errors: [] };
    this.generation += 1;
    const whole = media.bytes <= 16 * MIB;
    const url = whole ? this.url(media.id, 1) : null;
    const headers = whole ? [{ name: 'x-amz-checksum-sha256', value: String(input['checksum']) }] : [];
    return { media, errors: [], upload: { url, headers, multipart: whole ? null : { parts: this.parts(stored) } } };
  }

  private parts({ media, received }: Stored) {
    return Array.from({ length: Math.ceil(media.bytes / PART) }, (_, index) => {
      const [number, offset] = [index + 1, index * PART];
      const bytes = Math.min(PART, media.bytes - offset);
      return { number, offset, bytes, received: received.has(number), url: this.url(media.id, number) };
    });
  }

  private url(id: string, part: number): string {
    return `http://storage/${id}?part=${part}&generation=${this.generation}`;
  }
}

function pending(id: string, input: Record<string, unknown>): Media {
  return {
    id,
    status: 'PENDING',
    kind: 'UNKNOWN',
    fileName: String(input['fileName']),
    contentType: String(input['contentType']),
    bytes: Number(input['bytes']),
    width: null,
    height: null,
    progress: null,
    placeholder: null,
    dominantColor: null,
    variants: [],
    rejection: null,
  };
}

const PATTERN = Uint8Array.from({ length: 65_521 }, (_, at) => (at >> 8) ^ at);

/** A file of so many bytes, no two pieces of which are the same. */
export function file(bytes: number, name = 'lake.jpg', type = 'image/jpeg', lastModified = 1): File {
  return new File([Buffer.alloc(bytes, PATTERN)], name, { type, lastModified });
}
