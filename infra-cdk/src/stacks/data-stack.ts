import { ProjectionType, AttributeType } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { OnDemandTable } from '../tables/table.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

/** Every table: what must outlive all other stacks. */
export class DataStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Data', 'Tables', props);
    const { activity, analytics } = this.configuration.capabilities;
    this.todos();
    const idempotency = new OnDemandTable(this, 'Idempotency', {
      name: 'idempotency',
      partitionKey: 'key',
      timeToLiveAttribute: 'expiresAt',
    });
    this.publish('data/idempotency-table-name', idempotency.tableName);
    if (activity.enabled) {
      const table = new OnDemandTable(this, 'Activity', {
        name: 'activity',
        partitionKey: 'todoId',
        sortKey: 'eventId',
      });
      this.publish('data/activity-table-name', table.tableName);
    }
    if (analytics.enabled) {
      const table = new OnDemandTable(this, 'Analytics', {
        name: 'analytics',
        partitionKey: 'pk',
        sortKey: 'sk',
        timeToLiveAttribute: 'expiresAt',
      });
      this.publish('data/analytics-table-name', table.tableName);
    }
  }

  private todos(): void {
    const table = new OnDemandTable(this, 'Todos', {
      name: 'todos',
      partitionKey: 'id',
      stream: true,
      indexes: [
        {
          indexName: 'byOwner',
          partitionKey: { name: 'owner', type: AttributeType.STRING },
          sortKey: { name: 'position', type: AttributeType.STRING },
          projectionType: ProjectionType.ALL,
        },
      ],
    });
    this.publish('data/todos-table-name', table.tableName);
    this.publish('data/todos-stream-arn', table.tableStreamArn as string);
  }
}
