import { EventBus } from 'aws-cdk-lib/aws-events';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { StreamPipe } from '../pipes/stream-pipe.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

const EXISTS = { S: [{ exists: true }] };
const ABSENT = { S: [{ exists: false }] };

/** The pipes from the stream of todos: to the bus as domain events, and to the machine that reminds. */
export class PipesStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Pipes', 'Pipes from the stream of todos', props);
    this.todosToBus();
    if (this.configuration.capabilities.reminders.enabled) this.todosToReminders();
  }

  private todosToBus(): void {
    const publish = new RustFunction(this, 'Publish', {
      binary: 'todo-publish',
      description: 'Makes domain events of changes to todos',
      environment: {},
      failures: { kind: 'any' },
    });
    const bus = EventBus.fromEventBusName(this, 'Bus', this.read('events/bus-name'));
    new StreamPipe(this, 'TodosToBus', {
      name: 'todos-to-bus',
      description: 'Tells the bus about each change to a todo',
      streamArn: this.read('data/todos-stream-arn'),
      filters: [{ eventName: ['INSERT', 'MODIFY', 'REMOVE'], dynamodb: { Keys: { id: EXISTS } } }],
      batchSize: 10,
      enrichment: {
        arn: publish.handler.functionArn,
        grant: (role) => publish.handler.grantInvokeLatestVersion(role),
      },
      target: {
        arn: bus.eventBusArn,
        grant: (role) => bus.grantPutEventsTo(role),
        parameters: {
          eventBridgeEventBusParameters: { detailType: '$.detailType', source: '$.source' },
          inputTemplate: '<$.detail>',
        },
      },
    });
  }

  private todosToReminders(): void {
    const remind = StateMachine.fromStateMachineArn(this, 'Remind', this.read('workflows/remind-arn'));
    new StreamPipe(this, 'TodosToReminders', {
      name: 'todos-to-reminders',
      description: 'Starts a reminder for each open todo that has a due time and was not reminded of',
      streamArn: this.read('data/todos-stream-arn'),
      filters: [
        {
          eventName: ['INSERT', 'MODIFY'],
          dynamodb: { NewImage: { id: EXISTS, dueAt: EXISTS, status: { S: ['OPEN'] }, remindedFor: ABSENT } },
        },
      ],
      batchSize: 1,
      target: {
        arn: remind.stateMachineArn,
        grant: (role) => remind.grantStartExecution(role),
        parameters: {
          stepFunctionStateMachineParameters: { invocationType: 'FIRE_AND_FORGET' },
          inputTemplate: '{"id": <$.dynamodb.NewImage.id.S>, "dueAt": <$.dynamodb.NewImage.dueAt.S>}',
        },
      },
    });
  }
}
