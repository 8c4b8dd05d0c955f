import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { stackOf } from '../support.ts';

it('has one bus with one archive, and tells the others the name of the bus', () => {
  const template = stackOf('Events', configurationOf({ kind: 'development' }));
  template.hasResourceProperties('AWS::Events::EventBus', { Name: 'sluicegate' });
  template.resourceCountIs('AWS::Events::Archive', 1);
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/sluicegate/events/bus-name' });
  expect(template.toJSON().Outputs).toBeUndefined();
});
