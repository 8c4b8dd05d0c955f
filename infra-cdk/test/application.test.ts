import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CAPABILITIES, ENVIRONMENTS } from '../scripts/matrix.ts';
import { synthesized } from '../scripts/templates.ts';
import { configurationOf, type Capabilities, type Environment } from '../src/environments.ts';
import { machineNames } from '../src/machines/definition.ts';
import { resourcesOf, statementsOf, templatesOf } from './support.ts';

const RUNBOOKS = resolve(import.meta.dirname, '../../docs/runbooks');
const CHOICES = { pushSecret: 'push', uploadTopic: true };
const ALL_ON = configurationOf({ kind: 'production' }, [], CHOICES);

/** What belongs to each capability: no name may hold these words once it is off. */
const TRACES: Record<keyof Capabilities, RegExp> = {
  activity: /activity/i,
  reminders: /todos-to-reminders|remind-arn|check-reminder/,
  notifications: /notification|preferences|todo-reminders|upload-outcomes|SES::/,
  push: /push|register-device/i,
  analytics: /analytics/i,
  media: /media|erase-subject|clean-uploads/i,
  video: /video|mediaconvert|media-transcode|media-playlist/i,
  pictures: /CloudFront|leases|signing|media-serve|picture-errors/,
  uploadTopic: /upload-topic|TopicConfigurations/,
  alerts: /alerts|AlarmActions/,
};

describe.each(ENVIRONMENTS)('%s', (_, configuration) => {
  const templates = templatesOf(configuration);

  it('shares values between stacks through parameters only', () => {
    const text = JSON.stringify([...templates.values()].map((template) => template.toJSON()));
    expect(text).not.toContain('Fn::ImportValue');
    expect(text).not.toContain('"Export"');
  });

  it('reads only parameters that exactly one stack writes', () => {
    const written = resourcesOf(templates.values(), 'AWS::SSM::Parameter').map(({ Properties }) => Properties.Name);
    const read = [...templates.values()].flatMap((template) =>
      Object.values(template.toJSON().Parameters ?? {}).map((parameter) => (parameter as { Default: string }).Default),
    );
    expect(new Set(written).size).toBe(written.length);
    expect(read.filter((name) => !written.includes(name))).toEqual([]);
  });

  it('tags everything that can be tagged with its billing group', () => {
    const untaggable =
      /^AWS::(IAM::Policy|SQS::QueuePolicy|SNS::TopicPolicy|S3::BucketPolicy|Scheduler::Schedule|Lambda::(Permission|EventInvokeConfig|Url)|CloudFront::(CachePolicy|OriginAccessControl)|Events::Archive|ApiGatewayV2::(Integration|Route))$/;
    const untagged = resourcesOf(templates.values()).filter(({ Type, Properties }) => {
      const { Tags = [] } = Properties;
      const tags = Array.isArray(Tags) ? Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) : Tags;
      return !untaggable.test(Type) && tags['billing-group'] !== configuration.billingGroup;
    });
    expect(untagged.map(({ Type }) => Type)).toEqual([]);
  });

  it('allows no action on everything, but for services that know no resources', () => {
    const wildcards = [...templates.values()]
      .flatMap(statementsOf)
      .filter(({ Resource }) =>
        JSON.stringify(Resource)
          .replaceAll(/\/(uploads|media)\/\*/g, '')
          .replaceAll(/:endpoint\/\*\/[a-z0-9-]+\/\*/g, '')
          .includes('*'),
      )
      .flatMap(({ Action }) => Action);
    const known =
      /^(xray:(Put|Get)|logs:(Create|Get|Update|Delete|List)LogDeliver|logs:(PutResourcePolicy|DescribeResourcePolicies|DescribeLogGroups)$|mediaconvert:(Probe|CancelJob)$)/;
    expect(wildcards.filter((action) => !known.test(action))).toEqual([]);
  });

  it('links every alarm to a runbook that exists', () => {
    for (const { Properties } of resourcesOf(templates.values(), 'AWS::CloudWatch::Alarm')) {
      const [, runbook] = /Runbook: (docs\/runbooks\/[a-z-]+\.md)$/.exec(Properties.AlarmDescription) ?? [];
      expect(runbook, Properties.AlarmName).toBeDefined();
      expect(existsSync(resolve(RUNBOOKS, basename(runbook ?? ''))), runbook).toBe(true);
    }
  });

  it('has an alarm for every machine, function, pipe, queue and API', () => {
    const alarms = resourcesOf(templates.values(), 'AWS::CloudWatch::Alarm').map(
      ({ Properties }) => Properties.AlarmName,
    );
    const owners: [string, string, RegExp][] = [
      ['AWS::StepFunctions::StateMachine', 'StateMachineName', /-failures$/],
      ['AWS::Lambda::Function', 'FunctionName', /-errors$/],
      ['AWS::Pipes::Pipe', 'Name', /-failures$/],
      ['AWS::SQS::Queue', 'QueueName', /^$|-backlog$/],
      ['AWS::ApiGatewayV2::Api', 'Name', /-server-errors$/],
    ];
    for (const [type, property, ending] of owners) {
      for (const { Properties } of resourcesOf(templates.values(), type)) {
        const name: string = Properties[property];
        expect(
          alarms.some((alarm) => alarm.startsWith(name) && ending.test(alarm.slice(name.length))),
          name,
        ).toBe(true);
      }
    }
  });

  it('gives every queue dead letters, and every asynchronous target too', () => {
    const queues = resourcesOf(templates.values(), 'AWS::SQS::Queue');
    const live = queues.filter(({ Properties }) => !Properties.QueueName.endsWith('-dead-letters'));
    expect(live.every(({ Properties }) => Properties.RedrivePolicy !== undefined)).toBe(true);
    const targets = resourcesOf(templates.values(), 'AWS::Events::Rule').flatMap(
      ({ Properties }) => Properties.Targets,
    );
    expect(targets.every((target) => target.DeadLetterConfig !== undefined)).toBe(true);
    const sources = resourcesOf(templates.values(), 'AWS::Pipes::Pipe').map(
      ({ Properties }) => Properties.SourceParameters,
    );
    expect(sources.every((source) => source.DynamoDBStreamParameters.DeadLetterConfig !== undefined)).toBe(true);
  });

  it('costs nothing when nobody uses it', () => {
    const types = new Set(resourcesOf(templates.values()).map(({ Type }) => Type));
    const priced = [...types].filter((type) => /^AWS::(EC2|RDS|ElastiCache|ElasticLoadBalancing|ECS|KMS)/.test(type));
    expect(priced).toEqual([]);
    const text = JSON.stringify([...templates.values()].map((template) => template.toJSON()));
    expect(text).not.toMatch(/ProvisionedConcurrency|ProvisionedThroughput/);
  });

  it('is the same in every account and region', () => {
    const text = JSON.stringify([...templates.values()].map((template) => template.toJSON()));
    expect(text).not.toMatch(/\b\d{12}\b|(us|eu|ap)-[a-z]+-\d/);
  });

  it('runs Rust on arm64 only', () => {
    const functions = resourcesOf(templates.values(), 'AWS::Lambda::Function').map(({ Properties }) => Properties);
    expect(new Set(functions.map(({ Runtime }) => Runtime))).toEqual(new Set(['provided.al2023']));
    expect(new Set(functions.flatMap(({ Architectures }) => Architectures))).toEqual(new Set(['arm64']));
  });

  it('keeps no log for ever', () => {
    const groups = resourcesOf(templates.values(), 'AWS::Logs::LogGroup');
    expect(groups.every(({ Properties }) => Properties.RetentionInDays > 0)).toBe(true);
  });
});

describe.each(CAPABILITIES)('without %s', (capability) => {
  it('nothing of it is synthesized', () => {
    const off = templatesOf(configurationOf({ kind: 'production' }, [capability], CHOICES));
    const on = templatesOf(ALL_ON);
    const text = (templates: typeof on) => JSON.stringify([...templates.values()].map((template) => template.toJSON()));
    expect(text(on)).toMatch(TRACES[capability]);
    expect(text(off)).not.toMatch(TRACES[capability]);
  });
});

it('names a Rust binary for every function, and each binary once', () => {
  const functions = resourcesOf(templatesOf(ALL_ON).values(), 'AWS::Lambda::Function');
  expect(functions.map(({ Metadata }) => Metadata.sluicegate.binary).sort()).toEqual([
    'analytics-count',
    'media-clean-uploads',
    'media-complete-upload',
    'media-create-upload',
    'media-delete',
    'media-erase',
    'media-graphql',
    'media-index',
    'media-inspect',
    'media-playlist',
    'media-publish',
    'media-render',
    'media-retry',
    'media-route',
    'media-serve',
    'media-settle',
    'media-summarize',
    'media-transcode',
    'media-video-status',
    'notification-preferences',
    'notification-register-device',
    'notification-send',
    'todo-check-reminder',
    'todo-complete',
    'todo-create',
    'todo-delete',
    'todo-graphql',
    'todo-publish',
    'todo-update',
  ]);
});

it('deploys every machine that has a definition', () => {
  const machines = resourcesOf(templatesOf(ALL_ON).values(), 'AWS::StepFunctions::StateMachine');
  expect(machines.map(({ Properties }) => Properties.StateMachineName).sort()).toEqual(machineNames());
});

it('names every alarm in the table of runbooks', () => {
  const table = readFileSync(resolve(RUNBOOKS, 'README.md'), 'utf8');
  const alarms = resourcesOf(templatesOf(ALL_ON).values(), 'AWS::CloudWatch::Alarm').map(
    ({ Properties }) => Properties.AlarmName,
  );
  const isNamed = (alarm: string) => table.includes(`\`${alarm}\``) || alarm.endsWith('-errors');
  expect(alarms.filter((alarm) => !isNamed(alarm))).toEqual([]);
});

it('has no runbook that no alarm links to', () => {
  const alarms = resourcesOf(templatesOf(ALL_ON).values(), 'AWS::CloudWatch::Alarm');
  const linked = new Set(alarms.map(({ Properties }) => basename(Properties.AlarmDescription.split('Runbook: ')[1])));
  const written = readdirSync(RUNBOOKS).filter((file) => file !== 'README.md');
  expect(written.filter((file) => !linked.has(file))).toEqual([]);
});

it('uses no name twice in one account', () => {
  const sharing: Environment[] = [
    { kind: 'developer', name: 'ada' },
    { kind: 'developer', name: 'grace' },
    { kind: 'preview', pullRequest: 1 },
    { kind: 'tenant', tenant: 'acme' },
  ];
  const key = /^(TableName|FunctionName|StateMachineName|QueueName|LogGroupName|AlarmName|RuleName|ArchiveName|Name)$/;
  const names = sharing.flatMap((environment) =>
    resourcesOf(templatesOf(configurationOf(environment)).values()).flatMap(({ Type, Properties }) =>
      Object.entries(Properties)
        .filter(([property, value]) => key.test(property) && typeof value === 'string')
        .map(([, value]) => `${Type} ${value}`),
    ),
  );
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});

it('is the same to the byte each time', () => {
  expect([...synthesized()]).toEqual([...synthesized()]);
});
