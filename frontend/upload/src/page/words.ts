/** What the page says. */

import type { UploadFailure } from '../client/index.ts';

/** A problem in plain words, and what to do about it. */
export interface Problem {
  readonly title: string;
  readonly advice: string;
}

const FORMATS = 'JPEG, PNG, WebP, GIF, TIFF and BMP pictures, and common videos, can be uploaded.';

/** By the stable names of the API. */
const PROBLEMS: Readonly<Record<string, Problem>> = {
  'Media.UnsupportedFormat': { title: 'This isn’t a photo or a video that can be read', advice: FORMATS },
  'Media.UnsupportedFeature': {
    title: 'This file uses a rare variety of its format',
    advice: 'Save it anew, for example as JPEG or MP4, and upload that.',
  },
  'Media.TypeMismatch': {
    title: 'The file isn’t what its name says',
    advice: 'Open it in the program it comes from, and save it as a photo or a video.',
  },
  'Media.ChecksumMismatch': { title: 'The file changed on its way', advice: 'Choose it again.' },
  'Media.TooLarge': {
    title: 'The file is too large',
    advice: 'Pictures may have 64 MB, videos 5 GB. Save it smaller and upload that.',
  },
  'Media.TooManyPixels': {
    title: 'The picture has too many pixels',
    advice: 'Make its width and height smaller and upload that.',
  },
  'Media.TooManyFrames': {
    title: 'The animation has too many frames',
    advice: 'Shorten it, or upload it as a video.',
  },
  'Media.TooMuchMemory': {
    title: 'The picture is too large to work on',
    advice: 'Make its width and height smaller and upload that.',
  },
  'Media.Truncated': {
    title: 'The end of the file is missing',
    advice: 'Perhaps it was not copied completely. Copy it anew and upload that.',
  },
  'Media.Corrupt': { title: 'The file is damaged', advice: 'If another program opens it, save it anew from there.' },
  'Media.BadColourProfile': {
    title: 'The picture’s colour profile is damaged',
    advice: 'Save it with the profile sRGB and upload that.',
  },
  'Media.Empty': { title: 'The file is empty', advice: 'Choose another one.' },
  'Media.InvalidFileName': {
    title: 'The file’s name can’t be used',
    advice: 'Give it a name of up to 255 characters and upload it again.',
  },
  'Media.TranscodingCanceled': { title: 'The video’s processing was stopped', advice: 'It can be tried again.' },
};

/** What the API refuses before any byte travels has names of its own. */
const BEFORE: Readonly<Record<string, string>> = {
  UNSUPPORTED_FORMAT: 'Media.UnsupportedFormat',
  TOO_LARGE: 'Media.TooLarge',
  EMPTY: 'Media.Empty',
  FILE_NAME_INVALID: 'Media.InvalidFileName',
};

/** A failure in plain words. */
export function problemOf({ kind, code, message }: UploadFailure): Problem {
  const known = PROBLEMS[BEFORE[code] ?? code];
  if (known !== undefined) return known;
  switch (kind) {
    case 'refused':
      return { title: 'The file was refused', advice: sentence(message) };
    case 'unprocessed':
      return { title: 'The file arrived, but something broke while it was worked on', advice: sentence(message) };
    case 'gone':
      return { title: 'This upload was given up', advice: 'Choose the file again to upload it anew.' };
    case 'unreadable':
      return { title: 'The file can’t be read any more', advice: sentence(message) };
    case 'unavailable':
      return { title: 'The upload is interrupted', advice: `${sentence(message)} What was sent is kept.` };
  }
}

/** A size as people say it. */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`;
  const units = ['KB', 'MB', 'GB'];
  let [value, unit] = [bytes / 1000, 0];
  // Rounding must not give 1000 of the smaller unit.
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${value < 9.95 ? Math.round(value * 10) / 10 : Math.round(value)} ${units[unit]}`;
}

/** `image/svg+xml` and `SVG` alike as people say them. */
export function formatOf(type: string): string {
  const name = type.slice(type.indexOf('/') + 1).toUpperCase();
  const known: Readonly<Record<string, string>> = {
    WEBP: 'WebP',
    'VND.APPLE.MPEGURL': 'HLS',
    'X-MPEGURL': 'HLS',
  };
  return known[name] ?? name;
}

/** What a variant is, by its name. */
export function variantOf(name: string): string {
  const known: Readonly<Record<string, string>> = { hls: 'Stream', mp4: 'Film' };
  return known[name] ?? name.charAt(0).toUpperCase() + name.slice(1);
}

/** A text from the API as a sentence. */
function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(begun) ? begun : `${begun}.`;
}
