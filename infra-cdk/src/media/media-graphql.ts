import { Duration } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { allowVariants } from './object-rights.ts';

const MUTATIONS = ['create-upload', 'complete-upload', 'delete-media', 'retry-processing'] as const;

/** The GraphQL API of media: it reads the table, signs addresses of variants and starts machines, nothing else. */
export class MediaGraphql extends RustFunction {
  constructor(scope: Construct, id: string) {
    const stack = ConcernStack.of(scope);
    const machines = MUTATIONS.map((name) => ({ name, arn: stack.read(`media/${name}-arn`) }));
    const environment = {
      MEDIA_TABLE: stack.read('data/media-table-name'),
      MEDIA_BUCKET: stack.read('media/media-bucket-name'),
      ...Object.fromEntries(machines.map(({ name, arn }) => [`${name.replace('-', '_').toUpperCase()}_ARN`, arn])),
    };
    super(scope, id, {
      binary: 'media-graphql',
      description: 'Answers GraphQL requests about media',
      environment,
      failures: { kind: 'any' },
      timeout: Duration.seconds(29),
      memorySize: 512,
    });
    const table = Table.fromTableName(this, 'Table', environment.MEDIA_TABLE);
    table.grant(this, 'dynamodb:GetItem');
    const resourceArns = [`${table.tableArn}/index/byOwner`];
    Grant.addToPrincipal({ grantee: this, actions: ['dynamodb:Query'], resourceArns });
    for (const { name, arn } of machines) {
      StateMachine.fromStateMachineArn(this, name, arn).grantStartSyncExecution(this);
    }
    // Whoever has an address may do what its signer may.
    allowVariants(this, environment.MEDIA_BUCKET);
  }
}
