import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { SharedValues } from '../../src/shared/shared-values.ts';
import { ConcernStack } from '../../src/stacks/concern-stack.ts';

function stacks(): { writer: ConcernStack; reader: ConcernStack } {
  const app = new App();
  const props = { configuration: configurationOf({ kind: 'development' }), shared: new SharedValues() };
  return {
    writer: new ConcernStack(app, 'Writer', 'writes', props),
    reader: new ConcernStack(app, 'Reader', 'reads', props),
  };
}

it('writes a parameter that the other stack takes as a template parameter', () => {
  const { writer, reader } = stacks();
  writer.publish('events/bus-name', 'sluicegate');
  reader.read('events/bus-name');
  Template.fromStack(writer).hasResourceProperties('AWS::SSM::Parameter', {
    Name: '/sluicegate/events/bus-name',
    Value: 'sluicegate',
  });
  Template.fromStack(reader).hasParameter('*', {
    Type: 'AWS::SSM::Parameter::Value<String>',
    Default: '/sluicegate/events/bus-name',
  });
});

it('deploys the writer before the reader', () => {
  const { writer, reader } = stacks();
  writer.publish('events/bus-name', 'sluicegate');
  reader.read('events/bus-name');
  expect(reader.dependencies).toEqual([writer]);
});

it('refuses a second writer', () => {
  const { writer, reader } = stacks();
  writer.publish('events/bus-name', 'a');
  expect(() => reader.publish('events/bus-name', 'b')).toThrow(
    'Sluicegate-Reader publishes a value that Sluicegate-Writer publishes already: events/bus-name',
  );
});

it('refuses to read what nobody wrote before', () => {
  expect(() => stacks().reader.read('events/bus-name')).toThrow(
    'Sluicegate-Reader reads a value before any stack publishes it: events/bus-name',
  );
});

it('refuses a stack that reads its own value', () => {
  const { writer } = stacks();
  writer.publish('events/bus-name', 'a');
  expect(() => writer.read('events/bus-name')).toThrow('reads a value that it publishes itself');
});
