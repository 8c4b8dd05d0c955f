import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { OnDemandTable } from '../../src/tables/table.ts';
import { resourcesOf, templateOf } from '../support.ts';

it('costs nothing when idle and can be restored to any second', () => {
  const template = templateOf((stack) => new OnDemandTable(stack, 'Table', { name: 'things', partitionKey: 'id' }));
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    TableName: 'things',
    BillingMode: 'PAY_PER_REQUEST',
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
  });
});

it('streams both images only when asked to', () => {
  const streams = [true, false].map((stream) => {
    const template = templateOf(
      (stack) => new OnDemandTable(stack, 'Table', { name: 'things', partitionKey: 'id', stream }),
    );
    return resourcesOf([template], 'AWS::DynamoDB::Table')[0]?.Properties.StreamSpecification;
  });
  expect(streams).toEqual([{ StreamViewType: 'NEW_AND_OLD_IMAGES' }, undefined]);
});

it('outlives its stack in production and refuses to be deleted', () => {
  const template = templateOf((stack) => new OnDemandTable(stack, 'Table', { name: 'things', partitionKey: 'id' }), {
    configuration: configurationOf({ kind: 'production' }),
  });
  template.hasResource('AWS::DynamoDB::Table', {
    DeletionPolicy: 'Retain',
    UpdateReplacePolicy: 'Retain',
    Properties: { DeletionProtectionEnabled: true },
  });
});
