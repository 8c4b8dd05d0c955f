/** A media that is ready, shown. */

import type { Media, Variant } from '../client/index.ts';
import { paint } from './placeholder.ts';
import { find, make } from './dom.ts';
import { formatOf, sizeOf, variantOf } from './words.ts';

/** The best first; a browser takes the first that it knows. */
const BY_QUALITY = ['image/avif', 'image/webp', 'image/jpeg', 'image/png'];

/** Shows the media in its frame: first its blur, then itself as soon as it is there. */
export function showPicture(frame: HTMLElement, media: Media): void {
  frame.querySelectorAll('img, video, picture, a').forEach((shown) => shown.remove());
  if (media.dominantColor !== null) frame.style.backgroundColor = media.dominantColor;
  const blur = find<HTMLCanvasElement>(frame, '.blur');
  blur.hidden = media.placeholder === null || !paint(media.placeholder, blur);
  const shown = media.kind === 'VIDEO' ? film(media) : picture(media);
  find<SVGElement>(frame, '.unknown').toggleAttribute('hidden', shown !== undefined);
  if (shown) frame.append(shown);
}

/** Lists what was made, one line for each size. */
export function listVariants(details: HTMLDetailsElement, { variants }: Media): void {
  const sizes = grouped(variants, ({ name, width }) => `${name} ${width}`);
  const lines = [...sizes.values()].map((alike) => {
    const [{ name, width, height }] = alike as [Variant];
    const pixels = width === null || height === null ? '' : ` ${width} × ${height}`;
    const links = alike.map((variant) => {
      const label = `${formatOf(variant.contentType)}${variant.bytes === null ? '' : ` ${sizeOf(variant.bytes)}`}`;
      return make('a', { href: variant.url, target: '_blank', rel: 'noopener' }, label);
    });
    return make(
      'li',
      {},
      make('strong', {}, variantOf(name), make('span', {}, pixels)),
      make('span', { className: 'formats' }, ...links),
    );
  });
  find<HTMLElement>(details, 'ul').replaceChildren(...lines);
  find<HTMLElement>(details, 'summary').textContent =
    variants.length === 1 ? 'One file was made' : `${variants.length} files were made`;
  details.hidden = variants.length === 0;
}

function picture(media: Media): HTMLElement | undefined {
  const cards = named(media, 'card', 'thumbnail', 'full');
  const fallback = cards.at(-1);
  if (fallback === undefined) return undefined;
  const image = make('img', { className: 'loading', alt: media.fileName, decoding: 'async' });
  image.addEventListener('load', () => image.classList.remove('loading'));
  const sources = cards.map(({ url, contentType }) => make('source', { srcset: url, type: contentType }));
  const shown = make('picture', {}, ...sources, image);
  image.src = fallback.url;
  const large = named(media, 'full', 'card').at(-1)?.url ?? fallback.url;
  return make('a', { href: large, target: '_blank', rel: 'noopener' }, shown);
}

function film(media: Media): HTMLElement | undefined {
  const playable = named(media, 'mp4', 'hls');
  if (playable.length === 0) return picture(media);
  const poster = named(media, 'poster', 'card')[0]?.url ?? '';
  const video = make('video', { controls: true, preload: 'metadata', playsInline: true, poster });
  video.setAttribute('aria-label', media.fileName);
  video.append(...playable.map(({ url, contentType }) => make('source', { src: url, type: contentType })));
  return video;
}

/** The variants of the first of these names that there is, the best format first. */
function named({ variants }: Media, ...names: string[]): readonly Variant[] {
  for (const wanted of names) {
    const found = variants.filter(({ name }) => name === wanted);
    const rank = ({ contentType }: Variant) => BY_QUALITY.indexOf(contentType);
    if (found.length > 0) return found.sort((one, other) => rank(one) - rank(other));
  }
  return [];
}

function grouped<T>(items: readonly T[], key: (item: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}
