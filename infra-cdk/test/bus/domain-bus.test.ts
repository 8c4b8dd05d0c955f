import { expect, it } from 'vitest';
import { DomainBus } from '../../src/bus/domain-bus.ts';
import { configurationOf } from '../../src/environments.ts';
import { resourcesOf, templateOf } from '../support.ts';

it('archives every event, for 30 days while developing', () => {
  const [archive] = resourcesOf([templateOf((stack) => new DomainBus(stack, 'Domain'))], 'AWS::Events::Archive');
  expect(archive?.Properties).toMatchObject({ ArchiveName: 'sluicegate', RetentionDays: 30 });
  expect(archive?.Properties.EventPattern).toBeUndefined();
});

it('archives for ever in production, beyond the life of the stack', () => {
  const template = templateOf((stack) => new DomainBus(stack, 'Domain'), {
    configuration: configurationOf({ kind: 'production' }),
  });
  template.hasResource('AWS::Events::Archive', { DeletionPolicy: 'Retain' });
  expect(resourcesOf([template], 'AWS::Events::Archive')[0]?.Properties.RetentionDays).toBeUndefined();
});
