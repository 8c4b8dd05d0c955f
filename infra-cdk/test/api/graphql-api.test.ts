import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { expect, it } from 'vitest';
import { configurationOf } from '../../src/environments.ts';
import { GraphqlApi } from '../../src/api/graphql-api.ts';
import { resourcesOf, templateOf } from '../support.ts';

const build = (configuration = configurationOf({ kind: 'development' })) =>
  templateOf(
    (stack) => {
      const code = Code.fromInline('exports.handler = async () => ({})');
      const handler = new Function(stack, 'Handler', { runtime: Runtime.NODEJS_22_X, handler: 'index.handler', code });
      new GraphqlApi(stack, 'Api', { handler }).answer('/media/graphql', 'Media', handler);
    },
    { configuration, others: ['alerts/topic-arn'] },
  );
const template = build();

it('has a route for each subgraph, in payload format 2.0', () => {
  const routes = resourcesOf([template], 'AWS::ApiGatewayV2::Route');
  expect(routes.map(({ Properties }) => Properties.RouteKey)).toEqual(['POST /graphql', 'POST /media/graphql']);
  template.hasResourceProperties('AWS::ApiGatewayV2::Integration', {
    IntegrationType: 'AWS_PROXY',
    PayloadFormatVersion: '2.0',
    TimeoutInMillis: 29_000,
  });
});

it('lets pages of the app ask, and of this machine where people develop', () => {
  const cors = (...of: Parameters<typeof configurationOf>) =>
    resourcesOf([build(configurationOf(...of))], 'AWS::ApiGatewayV2::Api')[0]?.Properties.CorsConfiguration;
  const app = { AllowMethods: ['GET', 'POST'], AllowHeaders: ['content-type'], MaxAge: 3600 };
  expect(cors({ kind: 'development' })).toEqual({ ...app, AllowOrigins: ['http://*'] });
  const appOrigin = 'https://app.example.org';
  expect(cors({ kind: 'production' }, [], { appOrigin })).toEqual({ ...app, AllowOrigins: [appOrigin] });
  expect(cors({ kind: 'production' })).toBeUndefined();
});

it('is throttled and logs each request', () => {
  const [stage] = resourcesOf([template], 'AWS::ApiGatewayV2::Stage');
  expect(stage?.Properties).toMatchObject({
    StageName: '$default',
    AutoDeploy: true,
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
  });
  expect(JSON.parse(stage?.Properties.AccessLogSettings.Format)).toMatchObject({ status: '$context.status' });
});

it('alarms about server errors', () => {
  template.hasResourceProperties('AWS::CloudWatch::Alarm', { AlarmName: 'graphql-server-errors', MetricName: '5xx' });
});
