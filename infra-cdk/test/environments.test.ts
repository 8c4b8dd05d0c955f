import { describe, expect, it } from 'vitest';
import { configurationOf, suffixOf, type Environment } from '../src/environments.ts';

describe('configurationOf', () => {
  it.each<[Environment, 'retain' | 'destroy']>([
    [{ kind: 'development' }, 'destroy'],
    [{ kind: 'preview', pullRequest: 12 }, 'destroy'],
    [{ kind: 'integration' }, 'destroy'],
    [{ kind: 'production' }, 'retain'],
    [{ kind: 'tenant', tenant: 'acme' }, 'retain'],
  ])('%o: data is kept where customers are', (environment, kind) => {
    expect(configurationOf(environment).data).toEqual({ kind });
  });

  it('keeps what people wrote out of the logs of production', () => {
    expect(configurationOf({ kind: 'production' }).logs.includeExecutionData).toBe(false);
  });

  it('switches off what is named, and nothing else', () => {
    const { capabilities } = configurationOf({ kind: 'production' }, ['analytics']);
    const on = Object.entries(capabilities)
      .filter(([, { enabled }]) => enabled)
      .map(([name]) => name);
    expect(on).toEqual(['activity', 'reminders', 'notifications', 'media', 'video', 'pictures', 'alerts']);
  });

  it('notifies nobody while developing', () => {
    expect(configurationOf({ kind: 'development' }).capabilities.alerts).toEqual({ enabled: false });
  });
});

describe('suffixOf', () => {
  it('tells environments apart that share an account', () => {
    const sharing: Environment[] = [
      { kind: 'developer', name: 'ada' },
      { kind: 'developer', name: 'grace' },
      { kind: 'preview', pullRequest: 1 },
      { kind: 'preview', pullRequest: 2 },
      { kind: 'tenant', tenant: 'acme' },
    ];
    expect(new Set(sharing.map(suffixOf)).size).toBe(sharing.length);
  });
});
