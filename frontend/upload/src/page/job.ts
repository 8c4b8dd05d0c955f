/** A file from being chosen to its end, and what a person does about it meanwhile. */

import { type Begun, failureOf, type Media, type Stage, UploadFailure, type Uploads } from '../client/index.ts';
import { type Action, Card } from './card.ts';
import { announce } from './dom.ts';
import type { Turns } from './turns.ts';
import { problemOf } from './words.ts';

/** What a job needs of the page. */
export interface Surroundings {
  readonly uploads: Uploads;
  readonly turns: Turns;
  /** Lets the person choose a file. */
  readonly choose: () => void;
  /** Told when the job is over and its card gone. */
  readonly left: (job: Job) => void;
}

/** What is uploaded. */
export interface Subject {
  readonly fingerprint: string;
  readonly fileName: string;
  readonly bytes: number;
}

/** One file's upload. */
export class Job {
  readonly card: Card;
  private file: File | undefined;
  private mediaId: string | undefined;
  private control = new AbortController();
  private fraction = 0;
  private settled = false;
  /** What "Try again" does. */
  private tryAgain: () => void = () => undefined;

  constructor(
    readonly subject: Subject,
    private readonly around: Surroundings,
  ) {
    this.card = new Card(subject.fileName, subject.bytes);
  }

  /** Whether it waits for a person to choose its file again. */
  get awaitsFile(): boolean {
    return this.file === undefined && this.mediaId === undefined;
  }

  /** Whether it has come to an end, good or bad. */
  get isSettled(): boolean {
    return this.settled;
  }

  /** Uploads the file, from where it was. */
  start(file: File): void {
    if (this.file === undefined) this.card.preview(file);
    this.file = file;
    this.card.show({ name: 'waiting' }, [this.cancel]);
    const onStage = (stage: Stage) => this.at(stage);
    this.follow(
      (signal) => this.around.turns.take(signal, () => this.around.uploads.upload(file, { signal, onStage })),
      () => this.start(file),
    );
  }

  /** Shows an upload of an earlier visit as it is now. */
  async resume(begun: Begun): Promise<void> {
    try {
      const media = await this.around.uploads.look(begun);
      if (media === null || failureOf(media)?.kind === 'gone') this.cancel.run();
      else if (media.status === 'PENDING') this.awaitFile();
      else this.watch(media);
    } catch (error) {
      this.fail(error, () => void this.resume(begun));
    }
  }

  private awaitFile(): void {
    const choose: Action = { label: 'Choose it again', main: true, run: this.around.choose };
    this.card.show({ name: 'unfinished' }, [choose, this.cancel]);
  }

  private watch(media: Media): void {
    const onChange = (media: Media) => this.at({ name: 'processing', media });
    onChange(media);
    this.follow(
      (signal) => this.around.uploads.watch(media.id, { signal, onChange }),
      () => this.watch(media),
    );
  }

  /** Processes what has arrived once more. */
  private reprocess(id: string): void {
    const onChange = (media: Media) => this.at({ name: 'processing', media });
    this.card.show({ name: 'processing', percent: null }, [this.cancel]);
    this.follow(
      (signal) => this.around.uploads.retry(id, { signal, onChange }),
      () => this.reprocess(id),
    );
  }

  private at(stage: Stage): void {
    switch (stage.name) {
      case 'checking':
        this.card.show({ name: 'checking', fraction: stage.bytes / this.subject.bytes }, [this.cancel]);
        break;
      case 'sending':
        this.fraction = stage.bytes / this.subject.bytes;
        // One request can't go on where it was.
        this.card.show(
          { name: 'sending', fraction: this.fraction },
          stage.parts > 1 ? [this.pause, this.cancel] : [this.cancel],
        );
        break;
      case 'processing':
        this.mediaId = stage.media.id;
        this.card.show({ name: 'processing', percent: stage.media.progress }, [this.cancel]);
        break;
    }
  }

  /** Waits for the end of `upload`, and shows it; `again` is what can be done if it is interrupted. */
  private async follow(upload: (signal: AbortSignal) => Promise<Media>, again: () => void): Promise<void> {
    this.control = new AbortController();
    this.settled = false;
    const { signal } = this.control;
    try {
      const media = await upload(signal);
      this.settled = true;
      this.card.show({ name: 'ready', media }, []);
      announce(`${this.subject.fileName} is ready.`);
    } catch (error) {
      // Whoever stopped it shows what comes of it.
      if (!signal.aborted) this.fail(error, again);
    }
  }

  private fail(error: unknown, again: () => void): void {
    const failure =
      error instanceof UploadFailure
        ? error
        : new UploadFailure('unavailable', 'Upload.Unavailable', 'something unforeseen happened', { cause: error });
    if (failure.cause !== undefined) console.warn(failure.cause);
    const problem = problemOf(failure);
    this.settled = true;
    const id = this.mediaId;
    const broke = failure.kind === 'unprocessed' && id !== undefined;
    this.tryAgain = broke ? () => this.reprocess(id) : again;
    const passing = broke || failure.kind === 'unavailable';
    this.card.show({ name: 'problem', problem }, passing ? [this.again, this.cancel] : [this.dismiss]);
    announce(`${this.subject.fileName}: ${problem.title}. ${problem.advice}`);
  }

  private readonly pause: Action = {
    label: 'Pause',
    run: () => {
      this.control.abort();
      this.card.show({ name: 'paused', fraction: this.fraction }, [this.go, this.cancel]);
    },
  };

  private readonly go: Action = {
    label: 'Continue',
    main: true,
    run: () => this.file && this.start(this.file),
  };

  private readonly again: Action = { label: 'Try again', main: true, run: () => this.tryAgain() };

  private readonly cancel: Action = {
    label: 'Cancel',
    run: () => {
      this.control.abort();
      // If this fails, what has arrived goes when the API gives the upload up.
      this.around.uploads.cancel(this.subject).catch((error: unknown) => console.warn(error));
      announce(`${this.subject.fileName} was cancelled.`);
      this.leave();
    },
  };

  private readonly dismiss: Action = { label: 'Remove', run: () => this.leave() };

  /** Takes its card away. */
  leave(): void {
    this.card.remove();
    this.around.left(this);
  }
}
