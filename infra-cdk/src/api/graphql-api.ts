import { Duration } from 'aws-cdk-lib';
import {
  CorsHttpMethod,
  HttpApi,
  HttpMethod,
  HttpStage,
  LogGroupLogDestination,
  type CorsPreflightOptions,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import { AccessLogFormat } from 'aws-cdk-lib/aws-apigateway';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { RunbookAlarm } from '../alarms/runbook-alarm.ts';
import { RetainedLogs } from '../logs.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

const ACCESS_LOG = JSON.stringify({
  requestId: '$context.requestId',
  time: '$context.requestTime',
  route: '$context.routeKey',
  status: '$context.status',
  latency: '$context.responseLatency',
  sourceIp: '$context.identity.sourceIp',
  error: '$context.error.message',
  integrationError: '$context.integrationErrorMessage',
});

/** Properties of {@link GraphqlApi}. */
export interface GraphqlApiProps {
  /** Answers `POST /graphql`, in payload format 2.0. */
  readonly handler: IFunction;
  /**
   * Requests per second, on average.
   *
   * @default 100
   */
  readonly rateLimit?: number;
  /**
   * Requests at once.
   *
   * @default 200
   */
  readonly burstLimit?: number;
}

/** The HTTP API that clients speak GraphQL to. */
export class GraphqlApi extends Construct {
  private readonly api: HttpApi;

  constructor(scope: Construct, id: string, props: GraphqlApiProps) {
    super(scope, id);
    const { names, configuration } = ConcernStack.of(this);
    const apiName = names.resource('graphql');
    const api = new HttpApi(this, 'HttpApi', {
      apiName,
      description: 'GraphQL over HTTP',
      corsPreflight: corsFor(configuration.appOrigins),
      createDefaultStage: false,
    });
    this.api = api;
    this.answer('/graphql', 'Graphql', props.handler);
    new HttpStage(this, 'Stage', {
      httpApi: api,
      stageName: '$default',
      autoDeploy: true,
      throttle: { rateLimit: props.rateLimit ?? 100, burstLimit: props.burstLimit ?? 200 },
      accessLogSettings: {
        destination: new LogGroupLogDestination(new RetainedLogs(this, 'Logs', `/aws/vendedlogs/http-api/${apiName}`)),
        format: AccessLogFormat.custom(ACCESS_LOG),
      },
    });
    new RunbookAlarm(this, 'ServerErrors', {
      name: 'graphql-server-errors',
      meaning: `The HTTP API ${apiName} answers with server errors`,
      runbook: 'api-errors',
      metric: api.metricServerError({ statistic: 'Sum', period: Duration.minutes(5) }),
    });
  }

  /** Has `handler` answer requests to `path`, in payload format 2.0. */
  answer(path: string, id: string, handler: IFunction, method = HttpMethod.POST): void {
    const routes = this.api.addRoutes({
      path,
      methods: [method],
      integration: new HttpLambdaIntegration(id, handler, { timeout: Duration.seconds(29) }),
    });
    for (const route of routes) {
      acknowledge(
        route,
        'AwsSolutions-APIG4',
        'Identity does not exist yet: everything belongs to everyone, and the stage is throttled',
      );
    }
  }
}

/**
 * What pages of the app may ask: GraphQL, and playlists of films. API Gateway knows single origins and all of a scheme, and
 * nothing between, so that any port of this machine is any origin without TLS.
 */
function corsFor(appOrigins: readonly string[]): CorsPreflightOptions | undefined {
  if (appOrigins.length === 0) return undefined;
  const origins = appOrigins.map((origin) => origin.replace(/^(https?:\/\/).*\*.*$/, '$1*'));
  return {
    allowOrigins: [...new Set(origins)],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
    allowHeaders: ['content-type'],
    maxAge: Duration.hours(1),
  };
}
