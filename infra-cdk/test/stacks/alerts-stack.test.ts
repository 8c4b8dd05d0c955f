import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Alerts', configurationOf({ kind: 'production' }));
const statements = resourcesOf([template], 'AWS::SNS::TopicPolicy')[0]?.Properties.PolicyDocument.Statement;

it('takes messages over TLS only', () => {
  template.hasResourceProperties('AWS::SNS::Topic', { TopicName: 'alerts' });
  expect(JSON.stringify(statements)).toContain('"aws:SecureTransport":"false"');
});

it('lets the alarms of the account publish, which its own policy would otherwise forbid', () => {
  expect(statements).toContainEqual(
    expect.objectContaining({
      Effect: 'Allow',
      Action: 'sns:Publish',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
    }),
  );
});
