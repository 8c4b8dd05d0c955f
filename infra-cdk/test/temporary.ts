import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** The CDK leaves a folder behind at each synthesis: those of a run lie in a folder of its own, which goes with it. */
export default function temporary(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'sluicegate-tests-'));
  process.env.TMPDIR = folder;
  return () => rmSync(folder, { recursive: true });
}
