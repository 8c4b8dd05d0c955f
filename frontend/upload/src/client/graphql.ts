/** GraphQL over HTTP. */

import { Transient, UploadFailure } from './failure.ts';
import { retrying, type Wait } from './retry.ts';

/** What a request is sent with: the browser's own `fetch`, or what a test has in its place. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

interface Answer<Data> {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly message: string; readonly extensions?: { readonly code?: string } }[];
}

/** Errors by which the server says that the same request may go well later. */
const PASSING = new Set(['UNAVAILABLE', 'EXECUTION_TIMED_OUT']);

/** A GraphQL endpoint. Every operation is sent again while the way to it fails: mutations carry idempotency keys. */
export class Graphql {
  constructor(
    private readonly endpoint: string,
    private readonly send: Fetch = (url, init) => fetch(url, init),
    private readonly wait?: Wait,
  ) {}

  async run<Data>(query: string, variables: object, signal?: AbortSignal): Promise<Data> {
    return retrying(() => this.once<Data>(query, variables, signal), { wait: this.wait, signal });
  }

  private async once<Data>(query: string, variables: object, signal?: AbortSignal): Promise<Data> {
    const response = await this.request(JSON.stringify({ query, variables }), signal);
    if (response.status === 429 || response.status >= 500) {
      throw new Transient(`the server answered ${response.status}`);
    }
    const { data, errors } = (await response.json()) as Answer<Data>;
    const [error] = errors ?? [];
    if (error !== undefined) {
      const code = error.extensions?.code;
      if (code !== undefined && PASSING.has(code)) throw new Transient(error.message);
      throw new UploadFailure('unavailable', code ?? 'Upload.Invalid', error.message);
    }
    if (data === undefined || data === null) {
      throw new UploadFailure('unavailable', 'Upload.Invalid', `the server answered ${response.status} without data`);
    }
    return data;
  }

  private async request(body: string, signal?: AbortSignal): Promise<Response> {
    const headers = { accept: 'application/json', 'content-type': 'application/json' };
    try {
      return await this.send(this.endpoint, { method: 'POST', headers, body, signal: signal ?? null });
    } catch (cause) {
      signal?.throwIfAborted();
      throw new Transient('the server can’t be reached', { cause });
    }
  }
}
