// Checks the default environment, production and one with everything off against cdk-nag's AwsSolutions rules.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AwsSolutionsChecks } from 'cdk-nag';
import { application } from '../src/application.ts';
import { ENVIRONMENTS } from './matrix.ts';

let findings = 0;
for (const [name, configuration] of ENVIRONMENTS) {
  const outdir = mkdtempSync(join(tmpdir(), 'sluicegate-nag-'));
  const app = application(configuration, { outdir });
  const pack = new AwsSolutionsChecks(app);
  const report = pack.validateScope(app);
  for (const violation of report.violations) {
    for (const { constructPath } of violation.violatingResources) {
      findings += 1;
      console.error(`${name}: ${violation.ruleName} at ${constructPath}: ${violation.description}`);
    }
  }
  rmSync(outdir, { recursive: true });
}
if (findings > 0) {
  console.error(
    `cdk-nag has ${findings} findings: fix them, or acknowledge each with its reason (src/nag/acknowledge.ts)`,
  );
  process.exit(1);
}
console.log(`cdk-nag AwsSolutions: nothing found in ${ENVIRONMENTS.map(([name]) => name).join(', ')}`);
