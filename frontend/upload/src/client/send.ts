/** The bytes of a file on their way, several parts at once. */

import { bytesOf } from './checksum.ts';
import { Expired, Transient, UploadFailure } from './failure.ts';
import type { Part, Ticket } from './media.ts';
import { eachOf } from './pool.ts';
import type { Put } from './put.ts';
import { retrying, type Wait } from './retry.ts';

/** How a file is sent. */
export interface Sending {
  /** Asks for fresh URLs, and what has arrived. */
  readonly renew: () => Promise<Ticket>;
  readonly put: Put;
  readonly wait?: Wait;
  readonly signal?: AbortSignal;
  /** Told how many bytes of the file have been sent, those of earlier attempts included. */
  readonly onProgress?: (bytes: number) => void;
}

/** A browser opens six connections to a host; two are left for everything else. */
const PARALLEL = 4;

/** URLs that expire this often in a row, though they are fresh, are refused for another reason. */
const RENEWALS = 3;

/** Sends every part that hasn't arrived yet. */
export async function send(file: Blob, ticket: Ticket, sending: Sending): Promise<void> {
  const links = new Links(ticket, sending.renew);
  const sent = new Map(ticket.parts.map(({ number, bytes, received }) => [number, received ? bytes : 0]));
  const tell = (part: Part, bytes: number) => {
    sent.set(part.number, Math.min(part.bytes, bytes));
    sending.onProgress?.([...sent.values()].reduce((sum, bytes) => sum + bytes, 0));
  };
  const missing = ticket.parts.filter(({ received }) => !received);
  await eachOf(missing, PARALLEL, sending.signal, async ({ number }, signal) => {
    for (let renewals = 0; ; renewals += 1) {
      const used = links.current;
      const part = used.parts.find((part) => part.number === number);
      // It has arrived after all: an answer was lost, or another page sends the same file.
      if (part === undefined || part.received) return;
      try {
        await sendPart(file, part, { ...sending, signal }, (bytes) => tell(part, bytes));
        tell(part, part.bytes);
        return;
      } catch (error) {
        if (!(error instanceof Expired)) throw error;
        if (renewals >= RENEWALS) {
          throw new UploadFailure('unavailable', 'Upload.Forbidden', error.message, { cause: error });
        }
        await links.renew(used);
      }
    }
  });
}

async function sendPart(file: Blob, part: Part, sending: Sending, tell: (bytes: number) => void): Promise<void> {
  const { put, wait, signal } = sending;
  const body = file.slice(part.offset, part.offset + part.bytes);
  const attempt = async () => {
    try {
      await put({ url: part.url, headers: part.headers, body, signal, onProgress: tell });
    } catch (error) {
      tell(0);
      // A browser tells a file that it can't read as a network that it can't reach.
      if (error instanceof Transient) await bytesOf(body.slice(0, 1));
      throw error;
    }
  };
  await retrying(attempt, { wait, signal });
}

/** The URLs that are good at the moment. */
class Links {
  private renewal: Promise<void> | undefined;

  constructor(
    public current: Ticket,
    private readonly ask: () => Promise<Ticket>,
  ) {}

  /** Replaces `stale`, once however many find it stale. */
  async renew(stale: Ticket): Promise<void> {
    if (this.current !== stale) return;
    this.renewal ??= this.ask()
      .then((fresh) => {
        this.current = fresh;
      })
      .finally(() => {
        this.renewal = undefined;
      });
    await this.renewal;
  }
}
