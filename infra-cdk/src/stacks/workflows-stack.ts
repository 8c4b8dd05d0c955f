import { Construct } from 'constructs';
import { ActivityRecord } from '../machines/activity-record.ts';
import { Mutation } from '../machines/mutation.ts';
import { Reminder } from '../machines/reminder.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

/** The state machines and their steps. */
export class WorkflowsStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Workflows', 'State machines and their steps', props);
    const { activity, reminders } = this.configuration.capabilities;
    new Mutation(this, 'CreateTodo', { verb: 'create', description: 'Creates a todo', todoActions: ['PutItem'] });
    new Mutation(this, 'UpdateTodo', {
      verb: 'update',
      description: 'Changes a todo',
      todoActions: ['GetItem', 'UpdateItem', 'ConditionCheckItem'],
    });
    new Mutation(this, 'CompleteTodo', {
      verb: 'complete',
      description: 'Completes a todo',
      todoActions: ['GetItem', 'UpdateItem', 'ConditionCheckItem'],
    });
    new Mutation(this, 'DeleteTodo', {
      verb: 'delete',
      description: 'Deletes a todo',
      todoActions: ['GetItem', 'DeleteItem'],
    });
    if (reminders.enabled) new Reminder(this, 'Remind');
    if (activity.enabled) new ActivityRecord(this, 'RecordActivity');
  }
}
