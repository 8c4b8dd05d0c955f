import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { resourcesOf, templateOf } from '../support.ts';

const build = (uploadTopic: boolean) =>
  templateOf((stack) => void new MediaBuckets(stack, 'Buckets'), {
    configuration: configurationOf({ kind: 'development' }, [], { uploadTopic }),
  });
const template = build(true);
const told = (of: typeof template) =>
  resourcesOf([of], 'AWS::S3::Bucket').map(({ Properties }) => Properties.NotificationConfiguration);

it('is told by S3 of every upload, beside the bus, and of nothing else', () => {
  const eventBridge = { EventBridgeConfiguration: { EventBridgeEnabled: true } };
  const [topic] = Object.keys(template.findResources('AWS::SNS::Topic'));
  expect(told(template)).toEqual([
    { ...eventBridge, TopicConfigurations: [{ Event: 's3:ObjectCreated:*', Topic: { Ref: topic } }] },
    eventBridge,
  ]);
});

it('takes messages of that bucket only, and takes them before the bucket is made', () => {
  const [policy] = Object.entries(template.findResources('AWS::SNS::TopicPolicy'));
  const statements = policy?.[1].Properties.PolicyDocument.Statement;
  expect(statements).toContainEqual(
    expect.objectContaining({
      Action: 'sns:Publish',
      Principal: { Service: 's3.amazonaws.com' },
      Condition: {
        ArnEquals: { 'aws:SourceArn': expect.anything() },
        StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
      },
    }),
  );
  const [uploads] = Object.values(template.findResources('AWS::S3::Bucket'));
  expect(uploads?.DependsOn).toContain(policy?.[0]);
});

it('is where subscribers of other systems find it, and only if it is asked for', () => {
  template.hasResourceProperties('AWS::SSM::Parameter', { Name: '/sluicegate/media/upload-topic-arn' });
  build(false).resourceCountIs('AWS::SNS::Topic', 0);
});
