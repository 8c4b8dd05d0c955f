import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Data', configurationOf({ kind: 'development' }));

it('has the tables of the domain, of which todos and media stream', () => {
  const tables = resourcesOf([template], 'AWS::DynamoDB::Table').map(({ Properties }) => [
    Properties.TableName,
    Properties.StreamSpecification?.StreamViewType,
    Properties.TimeToLiveSpecification?.AttributeName,
  ]);
  expect(tables).toEqual([
    ['todos', 'NEW_AND_OLD_IMAGES', undefined],
    ['idempotency', undefined, 'expiresAt'],
    ['activity', undefined, undefined],
    ['media', 'NEW_AND_OLD_IMAGES', 'expiresAt'],
    ['objects', undefined, 'expiresAt'],
    ['leases', undefined, 'expiresAt'],
    ['notifications', undefined, 'expiresAt'],
    ['preferences', undefined, undefined],
    ['analytics', undefined, 'expiresAt'],
  ]);
});

it('indexes todos by owner, in the order of their position', () => {
  template.hasResourceProperties('AWS::DynamoDB::Table', {
    TableName: 'todos',
    GlobalSecondaryIndexes: [
      {
        IndexName: 'byOwner',
        KeySchema: [
          { AttributeName: 'owner', KeyType: 'HASH' },
          { AttributeName: 'position', KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'ALL' },
      },
    ],
  });
});
