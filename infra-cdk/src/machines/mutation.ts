import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { StateMachineType } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';
import { Machine } from './machine.ts';

/** Properties of {@link Mutation}. */
export interface MutationProps {
  /** What happens to a todo; names the machine `<verb>-todo` and its step `todo-<verb>`. */
  readonly verb: 'create' | 'update' | 'complete' | 'delete';
  /** What the step does, in a sentence. */
  readonly description: string;
  /** What the step does to the table of todos, in its transaction and before. */
  readonly todoActions: readonly ('GetItem' | 'PutItem' | 'UpdateItem' | 'DeleteItem' | 'ConditionCheckItem')[];
}

/** A mutation: an Express machine, answered synchronously, and the step that does the work in one transaction. */
export class Mutation extends Construct {
  readonly machine: Machine;

  constructor(scope: Construct, id: string, props: MutationProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const tables = {
      todos: stack.read('data/todos-table-name'),
      idempotency: stack.read('data/idempotency-table-name'),
    };
    const step = new RustFunction(this, 'Step', {
      binary: `todo-${props.verb}`,
      description: props.description,
      environment: { TODOS_TABLE: tables.todos, IDEMPOTENCY_TABLE: tables.idempotency },
      failures: { kind: 'share', percent: 50 },
    });
    const todoActions = props.todoActions.map((action) => `dynamodb:${action}`);
    Table.fromTableName(this, 'Todos', tables.todos).grant(step, ...todoActions);
    Table.fromTableName(this, 'Idempotency', tables.idempotency).grant(step, 'dynamodb:GetItem', 'dynamodb:PutItem');
    const binding = `Todo${props.verb[0]?.toUpperCase()}${props.verb.slice(1)}FunctionArn`;
    this.machine = new Machine(this, 'Machine', {
      name: `${props.verb}-todo`,
      type: StateMachineType.EXPRESS,
      bindings: { [binding]: step.handler.functionArn },
      failures: { kind: 'share', percent: 50 },
      runbook: 'mutation-failures',
    });
    step.handler.grantInvokeLatestVersion(this.machine);
    stack.publish(`workflows/${props.verb}-todo-arn`, this.machine.stateMachine.stateMachineArn);
  }
}
