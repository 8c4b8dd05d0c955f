import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { resourcesOf, templateOf } from '../support.ts';

const build = (configuration = configurationOf({ kind: 'development' })) =>
  templateOf((stack) => void new MediaBuckets(stack, 'Buckets'), { configuration });

describe('MediaBuckets', () => {
  const template = build();
  const buckets = resourcesOf([template], 'AWS::S3::Bucket').map(({ Properties }) => Properties);

  it('keeps everything private, encrypted and behind TLS', () => {
    for (const bucket of buckets) {
      expect(new Set(Object.values(bucket.PublicAccessBlockConfiguration))).toEqual(new Set([true]));
      expect(bucket.BucketEncryption).toBeDefined();
    }
    const policies = resourcesOf([template], 'AWS::S3::BucketPolicy').map(({ Properties }) => Properties);
    expect(policies).toHaveLength(buckets.length);
    for (const { PolicyDocument } of policies) {
      expect(JSON.stringify(PolicyDocument)).toMatch(/"aws:SecureTransport":"false"/);
    }
  });

  it('tells the default bus of every object', () => {
    expect(
      buckets.every((bucket) => bucket.NotificationConfiguration.EventBridgeConfiguration.EventBridgeEnabled),
    ).toBe(true);
  });

  it('tiers what is larger than 1 MiB, and sweeps away uploads that nobody completes', () => {
    for (const { LifecycleConfiguration } of buckets) {
      const [abandoned, large] = LifecycleConfiguration.Rules;
      expect(abandoned.AbortIncompleteMultipartUpload).toEqual({ DaysAfterInitiation: 2 });
      expect(String(large.ObjectSizeGreaterThan)).toBe('1048576');
      expect(large.Transitions[0].StorageClass).toBe('INTELLIGENT_TIERING');
    }
  });

  it('lets only pages of the app upload', () => {
    const origins = (configuration: ReturnType<typeof configurationOf>) =>
      resourcesOf([build(configuration)], 'AWS::S3::Bucket').map(
        ({ Properties }) => Properties.CorsConfiguration?.CorsRules[0].AllowedOrigins,
      );
    expect(origins(configurationOf({ kind: 'production' }))).toEqual([undefined, undefined]);
    const app = 'https://app.example.org';
    expect(origins(configurationOf({ kind: 'production' }, [], { appOrigin: app }))).toEqual([[app], [app]]);
  });
});
