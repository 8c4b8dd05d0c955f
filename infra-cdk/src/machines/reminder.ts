import { ArnFormat } from 'aws-cdk-lib';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { StateMachine, StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { Machine } from './machine.ts';

/** The machine that waits until a todo is due, and the step that claims the reminder. */
export class Reminder extends Construct {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const todos = stack.read('data/todos-table-name');
    const bus = EventBus.fromEventBusName(this, 'Bus', stack.read('events/bus-name'));
    const step = new RustFunction(this, 'Step', {
      binary: 'todo-check-reminder',
      description: 'Claims the reminder of a todo that is still due',
      environment: { TODOS_TABLE: todos },
      failures: { kind: 'any' },
    });
    Table.fromTableName(this, 'Todos', todos).grant(step, 'dynamodb:UpdateItem');
    const machine = new Machine(this, 'Machine', {
      name: 'remind',
      type: StateMachineType.STANDARD,
      bindings: { TodoCheckReminderFunctionArn: step.handler.functionArn, EventBusName: bus.eventBusName },
      failures: { kind: 'any' },
      runbook: 'remind-failures',
    });
    step.handler.grantInvokeLatestVersion(machine);
    bus.grantPutEventsTo(machine);
    // By name: a policy that refers to its own machine would be a circle.
    const own = stack.formatArn({
      service: 'states',
      resource: 'stateMachine',
      resourceName: stack.names.resource('remind'),
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    });
    StateMachine.fromStateMachineArn(this, 'Own', own).grantStartExecution(machine);
    stack.publish('workflows/remind-arn', machine.stateMachine.stateMachineArn);
  }
}
