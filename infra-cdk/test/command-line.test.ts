import { describe, expect, it } from 'vitest';
import { configurationFrom } from '../src/command-line.ts';

describe('configurationFrom', () => {
  it('is development without variables', () => {
    expect(configurationFrom({}).environment).toEqual({ kind: 'development' });
  });

  it.each([
    ['production', { kind: 'production' }],
    ['developer/ada', { kind: 'developer', name: 'ada' }],
    ['preview/12', { kind: 'preview', pullRequest: 12 }],
    ['tenant/acme', { kind: 'tenant', tenant: 'acme' }],
  ])('reads %s', (text, environment) => {
    expect(configurationFrom({ SLUICEGATE_ENVIRONMENT: text }).environment).toEqual(environment);
  });

  it.each(['', 'prod', 'production/x', 'preview', 'preview/0', 'preview/x', 'developer/Ada', 'tenant/a-b'])(
    'refuses %j and says what there is',
    (text) => {
      const read = () => configurationFrom({ SLUICEGATE_ENVIRONMENT: text });
      expect(read).toThrow(/SLUICEGATE_ENVIRONMENT must be one of development, .*: /);
    },
  );

  it('sends mail from the domain that is named', () => {
    const { notifications } = configurationFrom({ SLUICEGATE_MAIL_DOMAIN: 'mail.example.org' }).capabilities;
    expect(notifications).toMatchObject({ enabled: true, mailDomain: 'mail.example.org' });
    expect(() => configurationFrom({ SLUICEGATE_MAIL_DOMAIN: 'https://example.org' })).toThrow(
      'SLUICEGATE_MAIL_DOMAIN must be a domain such as mail.example.org: https://example.org',
    );
  });

  it('has a topic for uploads only where it is asked for', () => {
    expect(configurationFrom({}).capabilities.uploadTopic.enabled).toBe(false);
    expect(configurationFrom({ SLUICEGATE_UPLOAD_TOPIC: 'on' }).capabilities.uploadTopic.enabled).toBe(true);
    expect(() => configurationFrom({ SLUICEGATE_UPLOAD_TOPIC: 'yes' })).toThrow(
      'SLUICEGATE_UPLOAD_TOPIC must be on, or absent: yes',
    );
  });

  it('leaves out capabilities by name', () => {
    const { capabilities } = configurationFrom({ SLUICEGATE_WITHOUT: 'analytics,activity' });
    expect([capabilities.analytics.enabled, capabilities.activity.enabled, capabilities.reminders.enabled]).toEqual([
      false,
      false,
      true,
    ]);
  });

  it('refuses a capability that does not exist', () => {
    expect(() => configurationFrom({ SLUICEGATE_WITHOUT: 'telepathy' })).toThrow(
      'SLUICEGATE_WITHOUT may list activity, reminders, notifications, push, analytics, media, video, pictures, uploadTopic, alerts: telepathy',
    );
  });
});
