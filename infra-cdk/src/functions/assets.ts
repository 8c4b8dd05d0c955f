import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Code } from 'aws-cdk-lib/aws-lambda';

const STUB = resolve(import.meta.dirname ?? __dirname, '../../assets/stub');

/**
 * The code of a Rust binary: the folder `<SLUICEGATE_ASSETS>/<binary>` with its `bootstrap`, or the committed stub when
 * the variable isn't set, so that templates can be synthesized without Rust.
 */
export function codeOf(binary: string, assets = process.env.SLUICEGATE_ASSETS): Code {
  if (assets === undefined || assets === '') return Code.fromAsset(STUB);
  const folder = join(resolve(assets), binary);
  if (!existsSync(join(folder, 'bootstrap'))) {
    throw new Error(
      `SLUICEGATE_ASSETS has no binary ${binary}; build it, or unset the variable to use the stub: ${folder}/bootstrap`,
    );
  }
  return Code.fromAsset(folder);
}
