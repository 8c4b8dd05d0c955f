// Checks the definition of every state machine in workflows/ with asl-validator.
import { readFileSync } from 'node:fs';
import validate from 'asl-validator';
import { definitionFile, machineNames } from '../src/machines/definition.ts';

const machines = machineNames();
let invalid = 0;
for (const name of machines) {
  const { isValid, errorsText } = validate(JSON.parse(readFileSync(definitionFile(name), 'utf8')));
  if (!isValid) {
    invalid += 1;
    console.error(`workflows/${name}/definition.asl.json:\n${errorsText('\n')}`);
  }
}
if (invalid > 0) process.exit(1);
console.log(`asl-validator: ${machines.length} definitions are valid`);
