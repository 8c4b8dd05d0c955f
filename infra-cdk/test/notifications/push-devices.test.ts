import { describe, expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { actionsOf, resourcesOf, stackOf } from '../support.ts';

const without = stackOf('Consumers', configurationOf({ kind: 'development' }));
const template = stackOf('Consumers', configurationOf({ kind: 'development' }, [], { pushSecret: 'push-credentials' }));

describe('without a secret', () => {
  it('nobody pushes to devices', () => {
    expect(actionsOf(without).filter((action) => action.startsWith('sns:'))).toEqual([]);
    expect(JSON.stringify(without.toJSON())).not.toMatch(/register-device|PUSH_/);
  });
});

describe('with a secret', () => {
  it('devices register with its credentials, which no template holds', () => {
    const register = resourcesOf([template], 'AWS::Lambda::Function').find(
      ({ Properties }) => Properties.FunctionName === 'notification-register-device',
    );
    expect(register?.Properties.Environment.Variables.PUSH_SECRET).toBe('push-credentials');
    expect(actionsOf(template)).toContain('secretsmanager:GetSecretValue');
    template.resourceCountIs('AWS::SecretsManager::Secret', 0);
  });

  it('pushes go to devices of the application, and to no topic', () => {
    expect(actionsOf(template).filter((action) => action.startsWith('sns:'))).toEqual([
      'sns:CreatePlatformApplication',
      'sns:CreatePlatformEndpoint',
      'sns:Publish',
      'sns:SetEndpointAttributes',
    ]);
  });
});
