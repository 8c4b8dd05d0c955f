import { configurationOf, type Capabilities, type Configuration } from '../src/environments.ts';

/** Every capability that has a switch. */
export const CAPABILITIES: readonly (keyof Capabilities)[] = [
  'activity',
  'reminders',
  'notifications',
  'push',
  'analytics',
  'media',
  'video',
  'pictures',
  'uploadTopic',
  'alerts',
];

/** The configurations that every check looks at, by name. */
export const ENVIRONMENTS: readonly (readonly [string, Configuration])[] = [
  ['development', configurationOf({ kind: 'development' })],
  ['production', configurationOf({ kind: 'production' })],
  [
    'production with all there is',
    configurationOf({ kind: 'production' }, [], { pushSecret: 'push', uploadTopic: true }),
  ],
  ['production without capabilities', configurationOf({ kind: 'production' }, CAPABILITIES)],
];
