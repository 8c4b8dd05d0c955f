import { expect, it } from 'vitest';
import { bindingProblems, boundDefinition, machineNames, onOneLine } from '../../src/machines/definition.ts';

it('finds every machine', () => {
  expect(machineNames()).toEqual(expect.arrayContaining(['complete-todo', 'process-image', 'record-activity']));
  expect(machineNames()).toEqual([...machineNames()].sort());
});

it('accepts a definition whose names are all bound and whose bindings are all used', () => {
  expect(bindingProblems('{"FunctionName":"${Step}","TableName":"${Table}"}', ['Step', 'Table'])).toEqual([]);
});

it('names what is used and not bound, and what is bound and not used', () => {
  expect(bindingProblems('{"FunctionName":"${Step}"}', ['Table'])).toEqual([
    'uses ${Step}, which nothing binds',
    "doesn't use ${Table}, which is bound",
  ]);
});

it('names the file of a definition with problems', () => {
  expect(() => boundDefinition('remind', {})).toThrow(
    'workflows/remind/definition.asl.json: uses ${TodoCheckReminderFunctionArn}, which nothing binds; uses ${EventBusName}',
  );
});

it('names the file of a definition that is no JSON', () => {
  expect(onOneLine('remind', '{ "StartAt": "Wait" }')).toBe('{"StartAt":"Wait"}');
  expect(() => onOneLine('remind', '{ "StartAt": ')).toThrow(/^workflows\/remind\/definition\.asl\.json is no JSON: /);
});
