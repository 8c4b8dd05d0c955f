import { Duration } from 'aws-cdk-lib';
import {
  AllowedMethods,
  CacheHeaderBehavior,
  CachePolicy,
  Distribution,
  FunctionUrlOriginAccessControl,
  HttpVersion,
  PriceClass,
  Signing,
  ViewerProtocolPolicy,
  type BehaviorOptions,
} from 'aws-cdk-lib/aws-cloudfront';
import { FunctionUrlOrigin } from 'aws-cdk-lib/aws-cloudfront-origins';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { FunctionUrlAuthType } from 'aws-cdk-lib/aws-lambda';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { RunbookAlarm } from '../alarms/runbook-alarm.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import type { MediaBuckets } from './media-buckets.ts';
import { MediaFunction } from './media-function.ts';

/** Properties of {@link Pictures}. */
export interface PicturesProps {
  readonly buckets: MediaBuckets;
}

/**
 * Pictures by their address: CloudFront before the URL of a function that makes what isn't there yet. Nobody but CloudFront
 * may call the function; sizes other than the presets need a signature with the key in the secret.
 */
export class Pictures extends Construct {
  constructor(scope: Construct, id: string, { buckets }: PicturesProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const key = this.signingKey();
    const leases = Table.fromTableName(this, 'Leases', stack.read('data/leases-table-name'));
    const serve = new MediaFunction(this, 'Serve', {
      binary: 'media-serve',
      description: 'Serves pictures by their address',
      buckets,
      media: ['GetItem'],
      uploadsBucket: ['read'],
      mediaBucket: ['read', 'write'],
      environment: { LEASES_TABLE: leases.tableName, MEDIA_SIGNING_SECRET: key.secretArn },
      // CloudFront waits as long for an origin.
      timeout: Duration.seconds(30),
      // One whole processor, as where the presets are made.
      memorySize: 1769,
    });
    leases.grant(serve, 'dynamodb:PutItem', 'dynamodb:DeleteItem');
    key.grantRead(serve);
    const distribution = this.distribution(serve);
    stack.publish('media/pictures-domain-name', distribution.domainName);
    stack.publish('media/signing-secret-arn', key.secretArn);
    new RunbookAlarm(this, 'ServerErrors', {
      name: 'picture-errors',
      meaning: 'Pictures are answered with server errors',
      runbook: 'picture-errors',
      metric: serve.handler.metric('Url5xxCount', { statistic: 'Sum', period: Duration.minutes(5) }),
    });
  }

  private signingKey(): Secret {
    const key = new Secret(this, 'SigningKey', {
      secretName: ConcernStack.of(this).names.resource('media-signing-key'),
      description: 'Signs addresses of pictures in sizes other than the presets',
      generateSecretString: { passwordLength: 64, excludePunctuation: true },
    });
    acknowledge(
      key,
      'AwsSolutions-SMG4',
      'Addresses that were signed stand in pages; the function takes the key before the present one too, and people rotate it',
    );
    return key;
  }

  private distribution(serve: MediaFunction): Distribution {
    const { names } = ConcernStack.of(this);
    const url = serve.handler.addFunctionUrl({ authType: FunctionUrlAuthType.AWS_IAM });
    const originAccessControl = new FunctionUrlOriginAccessControl(this, 'AccessControl', {
      originAccessControlName: names.resource('pictures'),
      signing: Signing.SIGV4_ALWAYS,
    });
    const behavior: BehaviorOptions = {
      origin: FunctionUrlOrigin.withOriginAccessControl(url, { originAccessControl }),
      viewerProtocolPolicy: ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
      allowedMethods: AllowedMethods.ALLOW_GET_HEAD,
      // Pictures are compressed already.
      compress: false,
      cachePolicy: new CachePolicy(this, 'CachePolicy', {
        cachePolicyName: names.resource('pictures'),
        comment: 'The address and what the client accepts; kept as long as the function says',
        headerBehavior: CacheHeaderBehavior.allowList('Accept'),
        minTtl: Duration.seconds(0),
        defaultTtl: Duration.seconds(0),
        maxTtl: Duration.days(365),
      }),
    };
    const distribution = new Distribution(this, 'Distribution', {
      comment: names.resource('pictures'),
      defaultBehavior: behavior,
      additionalBehaviors: { '/media/*': behavior },
      httpVersion: HttpVersion.HTTP2_AND_3,
      priceClass: PriceClass.PRICE_CLASS_100,
    });
    for (const [rule, reason] of Object.entries(ACCEPTED)) acknowledge(distribution, `AwsSolutions-${rule}`, reason);
    return distribution;
  }
}

const ACCEPTED = {
  CFR1: 'Pictures are for readers everywhere: there is no country to leave out',
  CFR2: 'Behind it are presets and signed addresses only, which no flood of requests can make more of',
  CFR3: 'The function logs what it makes and refuses; CloudFront counts requests and errors by itself',
  CFR4: 'The own domain of a distribution has the certificate and the TLS versions of CloudFront',
};
