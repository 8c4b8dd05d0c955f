// Runs cfn-lint over the committed templates: the one that CFN_LINT names, or the one on the PATH.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const program = process.env.CFN_LINT || 'cfn-lint';
const { error, status } = spawnSync(program, [], {
  cwd: resolve(import.meta.dirname ?? __dirname, '..'),
  stdio: 'inherit',
});
if (error !== undefined) {
  console.error(
    `cannot run cfn-lint, install it (pip install cfn-lint==1.58.0) or set CFN_LINT to its path: ${error.message}`,
  );
  process.exit(1);
}
if (status !== 0) process.exit(status ?? 1);
console.log('cfn-lint: nothing found');
