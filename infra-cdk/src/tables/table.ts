import { RemovalPolicy } from 'aws-cdk-lib';
import {
  AttributeType,
  BillingMode,
  StreamViewType,
  Table,
  type GlobalSecondaryIndexProps,
} from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** Properties of {@link OnDemandTable}. */
export interface OnDemandTableProps {
  /** Name within the environment. */
  readonly name: string;
  /** The partition key, a string. */
  readonly partitionKey: string;
  /**
   * The sort key, a string.
   *
   * @default - items have no sort key
   */
  readonly sortKey?: string;
  /**
   * The attribute that holds the second after which an item goes.
   *
   * @default - items stay
   */
  readonly timeToLiveAttribute?: string;
  /**
   * Whether changes stream out with both images.
   *
   * @default false
   */
  readonly stream?: boolean;
  /**
   * Global secondary indexes.
   *
   * @default - none
   */
  readonly indexes?: readonly GlobalSecondaryIndexProps[];
}

/** A table that costs nothing when idle and can be restored to any second of the last 35 days. */
export class OnDemandTable extends Table {
  constructor(scope: Construct, id: string, props: OnDemandTableProps) {
    const { names, configuration } = ConcernStack.of(scope);
    const retain = configuration.data.kind === 'retain';
    super(scope, id, {
      tableName: names.resource(props.name),
      partitionKey: { name: props.partitionKey, type: AttributeType.STRING },
      sortKey: props.sortKey === undefined ? undefined : { name: props.sortKey, type: AttributeType.STRING },
      billingMode: BillingMode.PAY_PER_REQUEST,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      timeToLiveAttribute: props.timeToLiveAttribute,
      stream: props.stream === true ? StreamViewType.NEW_AND_OLD_IMAGES : undefined,
      deletionProtection: retain,
      removalPolicy: retain ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    });
    for (const index of props.indexes ?? []) this.addGlobalSecondaryIndex(index);
  }
}
