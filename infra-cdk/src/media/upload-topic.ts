import { Aws } from 'aws-cdk-lib';
import { ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { CfnBucket } from 'aws-cdk-lib/aws-s3';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** Properties of {@link UploadTopic}. */
export interface UploadTopicProps {
  /** The bucket whose objects it is about. */
  readonly bucketName: string;
}

/**
 * The topic that S3 tells of every upload: many subscribers, each with its own queue or function, who need neither this
 * account's bus nor a change here. Subscribers within the stack listen by rules instead.
 */
export class UploadTopic extends Construct {
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, { bucketName }: UploadTopicProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    this.topic = new Topic(this, 'Topic', { topicName: stack.names.resource('uploads'), enforceSSL: true });
    this.topic.grantPublish(
      new ServicePrincipal('s3.amazonaws.com', {
        conditions: {
          ArnEquals: { 'aws:SourceArn': `arn:${Aws.PARTITION}:s3:::${bucketName}` },
          StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID },
        },
      }),
    );
    stack.publish('media/upload-topic-arn', this.topic.topicArn);
  }

  /** What the bucket's notifications have to say; S3 tries the topic out, so its policy comes first. */
  hear(bucket: CfnBucket): CfnBucket.TopicConfigurationProperty {
    bucket.node.addDependency(this.topic);
    return { event: 's3:ObjectCreated:*', topic: this.topic.topicArn };
  }
}
