/** A file on the page. */

import type { Media } from '../client/index.ts';
import { find, make } from './dom.ts';
import { listVariants, showPicture } from './result.ts';
import { type Problem, sizeOf } from './words.ts';

/** Something that a person can do about a file. */
export interface Action {
  readonly label: string;
  /** Whether it is what one most likely wants. */
  readonly main?: boolean;
  readonly run: () => void;
}

/** What a card shows. */
export type View =
  | { readonly name: 'waiting' }
  | { readonly name: 'checking'; readonly fraction: number }
  | { readonly name: 'sending'; readonly fraction: number }
  | { readonly name: 'paused'; readonly fraction: number }
  | { readonly name: 'unfinished' }
  | { readonly name: 'processing'; readonly percent: number | null }
  | { readonly name: 'ready'; readonly media: Media }
  | { readonly name: 'problem'; readonly problem: Problem };

/** The card of one file. It shows what it is told, and knows nothing of uploads. */
export class Card {
  readonly element: HTMLElement;

  constructor(
    private readonly fileName: string,
    private readonly bytes: number,
  ) {
    const template = find<HTMLTemplateElement>(document, '#card');
    this.element = find(template.content.cloneNode(true) as DocumentFragment, '.card');
    this.part('h2').textContent = fileName;
  }

  /** Shows the file as the browser knows it, until there is something better. */
  preview(file: File): void {
    if (!file.type.startsWith('image/')) return;
    const image = make('img', { className: 'preview loading', alt: '', src: URL.createObjectURL(file) });
    const done = () => URL.revokeObjectURL(image.src);
    image.addEventListener('load', () => {
      done();
      image.classList.remove('loading');
    });
    image.addEventListener('error', () => {
      done();
      image.remove();
    });
    this.part('.picture').append(image);
  }

  show(view: View, actions: readonly Action[]): void {
    this.element.dataset.state = view.name;
    this.part('.stage').textContent = this.stage(view);
    this.progress(view);
    const advice = this.part('.advice');
    advice.textContent = view.name === 'problem' ? view.problem.advice : '';
    advice.hidden = view.name !== 'problem';
    if (view.name === 'ready') {
      showPicture(this.part('.picture'), view.media);
      listVariants(this.part('.variants'), view.media);
    }
    this.offer(actions);
  }

  remove(): void {
    const had = this.element.contains(document.activeElement);
    const next = this.element.nextElementSibling ?? this.element.previousElementSibling;
    this.element.remove();
    if (had) (next?.querySelector<HTMLElement>('h2') ?? find<HTMLElement>(document, '#files')).focus();
  }

  private stage(view: View): string {
    const size = sizeOf(this.bytes);
    switch (view.name) {
      case 'waiting':
        return `Waiting for its turn · ${size}`;
      case 'checking':
        return `Reading · ${size}`;
      case 'sending':
        return `${sizeOf(view.fraction * this.bytes)} of ${size} sent`;
      case 'paused':
        return `Paused · ${sizeOf(view.fraction * this.bytes)} of ${size} sent`;
      case 'unfinished':
        return `Not finished · ${size}. Choose the same file again, and it goes on where it was.`;
      case 'processing':
        return view.percent === null || view.percent === 0
          ? 'Making every size'
          : `Making every size · ${view.percent} %`;
      case 'ready':
        return `Ready${pixels(view.media)}`;
      case 'problem':
        return view.problem.title;
    }
  }

  private progress(view: View): void {
    const progress = this.part<HTMLProgressElement>('progress');
    const fraction =
      view.name === 'processing' ? (view.percent ?? 0) / 100 : 'fraction' in view ? view.fraction : undefined;
    progress.hidden = fraction === undefined && view.name !== 'waiting';
    progress.setAttribute('aria-label', `${this.fileName}: ${this.part('.stage').textContent}`);
    // A picture's processing tells no percentage: that something is going on is all there is to show.
    if (view.name === 'processing' && !fraction) progress.removeAttribute('value');
    else progress.value = fraction ?? 0;
  }

  /** The buttons; the keyboard stays where it was as far as there is still something. */
  private offer(actions: readonly Action[]): void {
    const row = this.part('.actions');
    const labels = [...row.children].map(({ textContent }) => textContent);
    const focused = row.contains(document.activeElement);
    const unchanged = labels.length === actions.length && actions.every(({ label }, at) => labels[at] === label);
    if (unchanged) return;
    row.replaceChildren(
      ...actions.map(({ label, main, run }) => {
        const button = make('button', { type: 'button', className: main ? 'main' : '', textContent: label });
        button.setAttribute('aria-label', `${label}: ${this.fileName}`);
        button.addEventListener('click', run);
        return button;
      }),
    );
    if (focused) (row.querySelector('button') ?? this.part('h2')).focus();
  }

  private part<E extends HTMLElement>(selector: string): E {
    return find<E>(this.element, selector);
  }
}

function pixels({ width, height }: Media): string {
  return width === null || height === null ? '' : ` · ${width} × ${height}`;
}
