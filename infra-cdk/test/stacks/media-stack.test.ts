import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, stackOf } from '../support.ts';

const template = stackOf('Media', configurationOf({ kind: 'development' }));

it('hears of every object, and routes only what is uploaded', () => {
  const ofObjects = resourcesOf([template], 'AWS::Events::Rule').filter(
    ({ Properties }) => Properties.EventPattern.source[0] === 'aws.s3',
  );
  const rules = ofObjects.map(({ Properties }) => [
    Properties.Name,
    Properties.EventPattern['detail-type'],
    Properties.EventPattern.detail.bucket.name.length,
  ]);
  expect(rules).toEqual([
    ['media-uploads', ['Object Created'], 1],
    ['media-objects', ['Object Created', 'Object Deleted'], 2],
  ]);
});

it('tells the functions that start processing which machines there are', () => {
  const functions = resourcesOf([template], 'AWS::Lambda::Function').map(({ Properties }) => Properties);
  const starting = functions.filter(({ Environment }) => Environment?.Variables?.PROCESS_IMAGE_ARN !== undefined);
  expect(starting.map(({ FunctionName }) => FunctionName).sort()).toEqual(['media-retry', 'media-route']);
});
