import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

it('has a topic that takes messages over TLS only', () => {
  const template = stackOf('Alerts', configurationOf({ kind: 'production' }));
  template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'alerts' });
  const [policy] = resourcesOf([template], 'AWS::SNS::TopicPolicy');
  expect(JSON.stringify(policy?.Properties.PolicyDocument)).toContain('"aws:SecureTransport":"false"');
});
