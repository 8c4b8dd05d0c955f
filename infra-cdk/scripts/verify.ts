// Runs every check of this folder that needs only Node, and says how long each took.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const FOLDER = resolve(import.meta.dirname ?? __dirname, '..');
const bin = (name: string) => resolve(FOLDER, 'node_modules/.bin', name);
const script = (name: string) => [bin('tsx'), resolve(FOLDER, 'scripts', name)];

const CHECKS: readonly (readonly [string, readonly string[]])[] = [
  ['format', [bin('prettier'), '--check', '.']],
  ['types', [bin('tsc')]],
  ['tests', [bin('vitest'), 'run', '--reporter=dot', '--no-color']],
  ['state machine definitions', script('lint-asl.ts')],
  ['cdk-nag', script('nag.ts')],
  ['committed templates', script('compare-templates.ts')],
];

const failed: string[] = [];
for (const [name, [program = '', ...args]] of CHECKS) {
  const start = Date.now();
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: FOLDER, encoding: 'utf8' });
  const seconds = ((Date.now() - start) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds} s)`);
  if (status !== 0) {
    failed.push(name);
    process.stderr.write(`${stdout ?? ''}${stderr ?? ''}`);
  }
}
if (failed.length > 0) {
  console.error(`infra-cdk: ${failed.join(', ')} failed`);
  process.exit(1);
}
