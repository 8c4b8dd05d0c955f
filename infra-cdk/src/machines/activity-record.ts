import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { Machine } from './machine.ts';

/** The machine that writes each event once into the table of activity. */
export class ActivityRecord extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const table = Table.fromTableName(this, 'Activity', stack.read('data/activity-table-name'));
    const machine = new Machine(this, 'Machine', {
      name: 'record-activity',
      type: StateMachineType.EXPRESS,
      bindings: { ActivityTableName: table.tableName },
      failures: { kind: 'any' },
      runbook: 'record-activity-failures',
    });
    table.grant(machine, 'dynamodb:PutItem');
    stack.publish('workflows/record-activity-arn', machine.stateMachine.stateMachineArn);
  }
}
