import { Aws, Duration, RemovalPolicy, Size } from 'aws-cdk-lib';
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  HttpMethods,
  ObjectOwnership,
  StorageClass,
  type CfnBucket,
} from 'aws-cdk-lib/aws-s3';
import { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { UploadTopic } from './upload-topic.ts';

/** Objects above this size move to where they are stored by how often they are read. */
const TIERED_ABOVE = Size.mebibytes(1);

/** The bucket that clients upload to, and the bucket of what is made of uploads; both private. */
export class MediaBuckets extends Construct {
  readonly uploads: Bucket;
  readonly media: Bucket;

  constructor(scope: Construct, id: string) {
    super(scope, id);
    this.uploads = this.bucket('Uploads', 'uploads', [HttpMethods.PUT]);
    this.media = this.bucket('Media', 'media', [HttpMethods.GET]);
  }

  private bucket(id: string, name: string, browserMethods: HttpMethods[]): Bucket {
    const { names, configuration } = ConcernStack.of(this);
    const allowedOrigins = [...configuration.appOrigins];
    const cors = { allowedOrigins, allowedMethods: browserMethods, allowedHeaders: ['*'], exposedHeaders: ['ETag'] };
    // Names of buckets are the whole world's.
    const bucketName = `${names.resource(`sluicegate-${name}`)}-${Aws.ACCOUNT_ID}-${Aws.REGION}`;
    const bucket = new Bucket(this, id, {
      bucketName,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      minimumTLSVersion: 1.2,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      cors: allowedOrigins.length > 0 ? [{ ...cors, maxAge: Duration.hours(1).toSeconds() }] : undefined,
      lifecycleRules: [
        { id: 'abandoned-uploads', abortIncompleteMultipartUploadAfter: Duration.days(2) },
        {
          id: 'large-objects',
          objectSizeGreaterThan: TIERED_ABOVE.toBytes(),
          transitions: [{ storageClass: StorageClass.INTELLIGENT_TIERING, transitionAfter: Duration.days(0) }],
        },
      ],
      removalPolicy: configuration.data.kind === 'retain' ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    // The L2 property would add a function that does nothing but this.
    const resource = bucket.node.defaultChild as CfnBucket;
    const isHeard = name === 'uploads' && configuration.capabilities.uploadTopic.enabled;
    const topic = isHeard ? new UploadTopic(this, 'UploadTopic', { bucketName }) : undefined;
    resource.notificationConfiguration = {
      eventBridgeConfiguration: { eventBridgeEnabled: true },
      topicConfigurations: topic && [topic.hear(resource)],
    };
    acknowledge(
      bucket,
      'AwsSolutions-S1',
      'Every object has an entry in the object index, and requests come through signed URLs or our functions only',
    );
    acknowledge(
      bucket,
      'CloudFormation-Validate::W9003',
      'ObjectSizeGreaterThan is a number in CDK and a string in CloudFormation, which takes both',
    );
    return bucket;
  }
}
