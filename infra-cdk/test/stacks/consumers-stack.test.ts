import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Consumers', configurationOf({ kind: 'development' }));

it('has five consumers, each with its own rule', () => {
  const rules = resourcesOf([template], 'AWS::Events::Rule').map(({ Properties }) => [
    Properties.Name,
    Properties.EventPattern['detail-type'],
  ]);
  expect(rules).toEqual([
    ['todo-activity', [{ prefix: 'todo.' }]],
    ['todo-reminders', ['todo.reminder_due']],
    ['upload-outcomes', ['media.processed', 'media.rejected']],
    ['todo-analytics', [{ prefix: 'todo.' }]],
    ['media-analytics', [{ prefix: 'media.' }]],
  ]);
});

it('lets only the rule call the function', () => {
  template.hasResourceProperties('AWS::Lambda::Permission', { Principal: 'events.amazonaws.com' });
  const [permission] = resourcesOf([template], 'AWS::Lambda::Permission');
  expect(permission?.Properties.SourceArn).toBeDefined();
});
