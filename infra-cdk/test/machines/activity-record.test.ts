import { expect, it } from 'vitest';
import { ActivityRecord } from '../../src/machines/activity-record.ts';
import { actionsOf, templateOf } from '../support.ts';

it('may only put items into the table of activity', () => {
  const template = templateOf((stack) => new ActivityRecord(stack, 'RecordActivity'), {
    others: ['data/activity-table-name'],
  });
  expect(actionsOf(template).filter((action) => action.startsWith('dynamodb:'))).toEqual(['dynamodb:PutItem']);
});
