import type { CfnElement } from 'aws-cdk-lib';
import { Grant, type IGrantable, type IPrincipal, type Role } from 'aws-cdk-lib/aws-iam';
import { Bucket, type IBucket } from 'aws-cdk-lib/aws-s3';
import type { Construct } from 'constructs';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** What a function may do to the objects of a bucket. */
export type BucketAction = 'read' | 'write' | 'delete' | 'upload';

const OBJECT_ACTIONS: Record<BucketAction, readonly string[]> = {
  read: ['s3:GetObject'],
  write: ['s3:PutObject'],
  delete: ['s3:DeleteObject'],
  upload: ['s3:PutObject', 's3:AbortMultipartUpload', 's3:ListMultipartUploadParts'],
};

/** Allows `grantee` these actions on every object of `bucket` whose key begins with `prefix`. */
export function allowObjects(
  grantee: IGrantable,
  bucket: IBucket,
  prefix: string,
  allowed: readonly BucketAction[] = [],
): void {
  if (allowed.length === 0) return;
  const actions = [...new Set(allowed.flatMap((action) => OBJECT_ACTIONS[action]))];
  Grant.addToPrincipal({ grantee, actions, resourceArns: [bucket.arnForObjects(`${prefix}/*`)] });
  acknowledgeObjects(grantee.grantPrincipal, bucket, prefix);
  // Without the right to list, S3 answers 403 where there is no object.
  Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [bucket.bucketArn] });
}

/** Accepts that `principal` may use every object of `bucket` whose key begins with `prefix`. */
export function acknowledgeObjects(principal: IPrincipal, bucket: IBucket, prefix: string): void {
  const resource = bucket.node.defaultChild as CfnElement;
  const logicalId = ConcernStack.of(resource).getLogicalId(resource);
  acknowledge(
    principal as Role,
    `AwsSolutions-IAM5[Resource::<${logicalId}.Arn>/${prefix}/*]`,
    'The keys of all media begin so, and which media there will be nobody knows beforehand',
  );
}

/** Allows `grantee` to read every variant in the bucket of that name, which is another stack's. */
export function allowVariants(grantee: IGrantable & Construct, bucketName: string): IBucket {
  const bucket = Bucket.fromBucketName(grantee, 'Variants', bucketName);
  Grant.addToPrincipal({ grantee, actions: ['s3:GetObject'], resourceArns: [bucket.arnForObjects('media/*')] });
  const { Ref: parameter } = ConcernStack.of(grantee).resolve(bucketName) as { Ref: string };
  acknowledge(
    grantee.grantPrincipal as Role,
    `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::<${parameter}>/media/*]`,
    'The keys of all variants begin so, and which media there will be nobody knows beforehand',
  );
  return bucket;
}
