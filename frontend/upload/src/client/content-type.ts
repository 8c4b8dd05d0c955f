/** What a file is, as far as its name tells. */

/** Types that not every browser knows the endings of. */
const BY_ENDING: Readonly<Record<string, string>> = {
  avi: 'video/x-msvideo',
  avif: 'image/avif',
  bmp: 'image/bmp',
  heic: 'image/heic',
  heif: 'image/heif',
  m4v: 'video/x-m4v',
  mkv: 'video/x-matroska',
  mov: 'video/quicktime',
  mpg: 'video/mpeg',
  mts: 'video/mp2t',
  tif: 'image/tiff',
  tiff: 'image/tiff',
  webm: 'video/webm',
  webp: 'image/webp',
};

/** The type that a file is declared with. What it really is, its content tells in the end. */
export function contentTypeOf({ name, type }: { readonly name: string; readonly type: string }): string {
  if (type !== '') return type;
  const ending = /\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? '';
  return BY_ENDING[ending] ?? 'application/octet-stream';
}
