import { configurationOf, type Capabilities, type Configuration, type Environment } from './environments.ts';

const CAPABILITIES: readonly (keyof Capabilities)[] = [
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
const KINDS = 'development, integration, production, developer/<name>, preview/<pull request>, tenant/<name>';

/**
 * Reads the configuration from environment variables.
 *
 * - `SLUICEGATE_ENVIRONMENT`: for example `production` or `preview/12`; `development` when absent.
 * - `SLUICEGATE_WITHOUT`: capabilities to leave out, for example `analytics,activity`; none when absent.
 * - `SLUICEGATE_MAIL_DOMAIN`: the domain that mail comes from, for example `mail.example.org`.
 * - `SLUICEGATE_PUSH_SECRET`: the secret with the credentials of push services; no pushes when absent.
 * - `SLUICEGATE_UPLOAD_TOPIC`: `on` for a topic that S3 tells of every upload; none when absent.
 * - `SLUICEGATE_ORIGIN`: where the app is served from, for example `https://app.example.org`.
 */
export function configurationFrom(variables: NodeJS.ProcessEnv): Configuration {
  const without = (variables.SLUICEGATE_WITHOUT ?? '').split(',').filter((name) => name !== '');
  const environment = parseEnvironment(variables.SLUICEGATE_ENVIRONMENT ?? 'development');
  return configurationOf(environment, without.map(capability), {
    appOrigin: originFrom(variables.SLUICEGATE_ORIGIN),
    mailDomain: domainFrom(variables.SLUICEGATE_MAIL_DOMAIN),
    pushSecret: variables.SLUICEGATE_PUSH_SECRET || undefined,
    uploadTopic: isOn(variables.SLUICEGATE_UPLOAD_TOPIC),
  });
}

function domainFrom(text = ''): string | undefined {
  if (text === '') return undefined;
  if (/^([a-z0-9-]{1,63}\.)+[a-z]{2,63}$/.test(text)) return text;
  throw new Error(`SLUICEGATE_MAIL_DOMAIN must be a domain such as mail.example.org: ${text}`);
}

function originFrom(text = ''): string | undefined {
  if (text === '') return undefined;
  if (/^https?:\/\/[^/*\s]+$/.test(text)) return text;
  throw new Error(`SLUICEGATE_ORIGIN must be an origin such as https://app.example.org, without a path: ${text}`);
}

function isOn(text = ''): boolean {
  if (text === '' || text === 'on') return text === 'on';
  throw new Error(`SLUICEGATE_UPLOAD_TOPIC must be on, or absent: ${text}`);
}

function parseEnvironment(text: string): Environment {
  const [kind = '', detail] = text.split('/', 2);
  if (detail === undefined && (kind === 'development' || kind === 'integration' || kind === 'production')) {
    return { kind };
  }
  if (detail !== undefined && /^[a-z][a-z0-9]{0,19}$/.test(detail)) {
    if (kind === 'developer') return { kind, name: detail };
    if (kind === 'tenant') return { kind, tenant: detail };
  }
  if (kind === 'preview' && detail !== undefined && /^[1-9][0-9]{0,8}$/.test(detail)) {
    return { kind, pullRequest: Number(detail) };
  }
  throw new Error(
    `SLUICEGATE_ENVIRONMENT must be one of ${KINDS} (names: up to 20 lower-case letters and digits): ${text}`,
  );
}

function capability(name: string): keyof Capabilities {
  const known = CAPABILITIES.find((candidate) => candidate === name);
  if (known === undefined) {
    throw new Error(`SLUICEGATE_WITHOUT may list ${CAPABILITIES.join(', ')}: ${name}`);
  }
  return known;
}
