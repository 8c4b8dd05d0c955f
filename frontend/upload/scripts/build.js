// Bundles the page into one file, dist/index.html, that needs nothing from elsewhere and lets nothing else in.
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;

// Where the page may send files and get pictures from, beside its own address: this machine's S3, and AWS's.
const STORAGE =
  process.env.SLUICEGATE_UPLOAD_ORIGINS ??
  'http://127.0.0.1:* http://localhost:* https://*.amazonaws.com https://*.cloudfront.net';

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/page/main.ts'],
  outdir: 'dist',
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2022',
  charset: 'utf8',
  legalComments: 'none',
});
const output = (ending) => {
  const file = outputFiles.find(({ path }) => path.endsWith(ending));
  if (file === undefined) throw new Error(`esbuild gave no ${ending} file`);
  return file.text;
};
const style = output('.css').replaceAll('</style', '<\\/style');
const script = output('.js').replaceAll('</script', '<\\/script');
const allowed = (text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
  "default-src 'none'",
  // The checksum is computed in WebAssembly.
  `script-src ${allowed(script)} 'wasm-unsafe-eval'`,
  `style-src ${allowed(style)}`,
  `connect-src 'self' ${STORAGE}`,
  `img-src 'self' data: blob: ${STORAGE}`,
  `media-src 'self' ${STORAGE}`,
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

const template = await readFile(`${root}/src/page/index.html`, 'utf8');
const page = template
  .replace('/* policy */', () => policy)
  .replace(/<style>[^]*?<\/style>/, () => `<style>${style}</style>`)
  .replace(/<script type="module">[^]*?<\/script>/, () => `<script type="module">${script}</script>`);
await rm(`${root}/dist`, { recursive: true, force: true });
await mkdir(`${root}/dist`);
await writeFile(`${root}/dist/index.html`, page);
console.log(`dist/index.html: ${Math.round(page.length / 1024)} KiB`);
