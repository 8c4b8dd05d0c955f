import { describe, expect, it } from 'vitest';
import { MediaBuckets } from '../../src/media/media-buckets.ts';
import { Pictures } from '../../src/media/pictures.ts';
import { actionsOf, resourcesOf, templateOf } from '../support.ts';

describe('Pictures', () => {
  const template = templateOf(
    (stack) => void new Pictures(stack, 'Pictures', { buckets: new MediaBuckets(stack, 'Buckets') }),
    { others: ['data/media-table-name', 'data/leases-table-name'] },
  );

  it('lets nobody but CloudFront call the function', () => {
    template.hasResourceProperties('AWS::Lambda::Url', { AuthType: 'AWS_IAM' });
    template.hasResourceProperties('AWS::CloudFront::OriginAccessControl', {
      OriginAccessControlConfig: { OriginAccessControlOriginType: 'lambda', SigningBehavior: 'always' },
    });
    const permissions = resourcesOf([template], 'AWS::Lambda::Permission').map(({ Properties }) => Properties);
    expect(new Set(permissions.map(({ Principal }) => Principal))).toEqual(new Set(['cloudfront.amazonaws.com']));
    expect(permissions.every(({ SourceArn }) => SourceArn !== undefined)).toBe(true);
    expect(new Set(permissions.map(({ Action }) => Action))).toEqual(
      new Set(['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction']),
    );
  });

  it('keeps a picture for each format that clients take', () => {
    const [policy] = resourcesOf([template], 'AWS::CloudFront::CachePolicy').map(({ Properties }) => Properties);
    const { HeadersConfig, QueryStringsConfig } =
      policy?.CachePolicyConfig.ParametersInCacheKeyAndForwardedToOrigin ?? {};
    expect(HeadersConfig).toEqual({ HeaderBehavior: 'whitelist', Headers: ['Accept'] });
    expect(QueryStringsConfig).toEqual({ QueryStringBehavior: 'none' });
  });

  it('may make pictures, and neither delete them nor write the table of media', () => {
    const actions = actionsOf(template);
    expect(actions).toEqual(expect.arrayContaining(['s3:GetObject', 's3:PutObject', 'secretsmanager:GetSecretValue']));
    expect(actions.filter((action) => action.startsWith('dynamodb:'))).toEqual([
      'dynamodb:DeleteItem',
      'dynamodb:GetItem',
      'dynamodb:PutItem',
    ]);
    expect(actions).not.toContain('s3:DeleteObject');
  });
});
