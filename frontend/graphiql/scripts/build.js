// Bundles the page into one file, dist/index.html, that needs nothing from elsewhere.
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { build } from 'esbuild';

const root = new URL('..', import.meta.url).pathname;

const { outputFiles } = await build({
  absWorkingDir: root,
  entryPoints: ['src/main.jsx'],
  outdir: 'dist',
  bundle: true,
  write: false,
  minify: true,
  format: 'esm',
  target: 'es2022',
  jsx: 'automatic',
  charset: 'utf8',
  legalComments: 'none',
  define: { 'process.env.NODE_ENV': '"production"' },
  loader: { '.woff2': 'dataurl', '.ttf': 'dataurl', '.svg': 'dataurl' },
  // Editor modes are loaded on demand; in one file they are simply there.
  splitting: false,
});
const output = (ending) => {
  const file = outputFiles.find(({ path }) => path.endsWith(ending));
  if (file === undefined) throw new Error(`esbuild gave no ${ending} file`);
  return file.text;
};

const template = await readFile(`${root}/src/index.html`, 'utf8');
const page = template
  .replace('/* style */', () => output('.css').replaceAll('</style', '<\\/style'))
  .replace('/* script */', () => output('.js').replaceAll('</script', '<\\/script'));
await rm(`${root}/dist`, { recursive: true, force: true });
await mkdir(`${root}/dist`);
await writeFile(`${root}/dist/index.html`, page);
console.log(`dist/index.html: ${Math.round(page.length / 1024)} KiB`);
