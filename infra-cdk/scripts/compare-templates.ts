// Fails when the committed templates aren't what the code gives, and shows where they part.
import { committed, firstDifference, synthesized } from './templates.ts';

const stale = firstDifference(committed(), synthesized());
if (stale !== undefined) {
  console.error(stale);
  console.error('the committed templates are stale: run `npm run synth` in infra-cdk and commit infra-cdk/templates');
  process.exit(1);
}
console.log('the committed templates are fresh');
