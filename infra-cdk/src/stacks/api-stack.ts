import { Duration } from 'aws-cdk-lib';
import { HttpMethod } from 'aws-cdk-lib/aws-apigatewayv2';
import { Table } from 'aws-cdk-lib/aws-dynamodb';
import { Grant } from 'aws-cdk-lib/aws-iam';
import { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import { GraphqlApi } from '../api/graphql-api.ts';
import { RustFunction } from '../functions/rust-function.ts';
import { MediaGraphql } from '../media/media-graphql.ts';
import { MediaPlaylist } from '../media/media-playlist.ts';
import { ConcernStack, type ConcernStackProps } from './concern-stack.ts';

const MUTATIONS = ['create', 'update', 'complete', 'delete'] as const;

/** The GraphQL API: it reads tables and starts machines, nothing else. */
export class ApiStack extends ConcernStack {
  constructor(scope: Construct, props: ConcernStackProps) {
    super(scope, 'Api', 'GraphQL over HTTP', props);
    const todos = Table.fromTableName(this, 'Todos', this.read('data/todos-table-name'));
    const machines = MUTATIONS.map((verb) => ({ verb, arn: this.read(`workflows/${verb}-todo-arn`) }));
    const graphql = new RustFunction(this, 'Graphql', {
      binary: 'todo-graphql',
      description: 'Answers GraphQL requests',
      environment: {
        TODOS_TABLE: todos.tableName,
        ...Object.fromEntries(machines.map(({ verb, arn }) => [`${verb.toUpperCase()}_TODO_ARN`, arn])),
      },
      failures: { kind: 'any' },
      timeout: Duration.seconds(29),
      memorySize: 512,
    });
    todos.grant(graphql, 'dynamodb:GetItem');
    Grant.addToPrincipal({
      grantee: graphql,
      actions: ['dynamodb:Query'],
      resourceArns: [`${todos.tableArn}/index/byOwner`],
    });
    for (const { verb, arn } of machines) {
      StateMachine.fromStateMachineArn(this, `${verb}-todo`, arn).grantStartSyncExecution(graphql);
    }
    const api = new GraphqlApi(this, 'Api', { handler: graphql.handler });
    const { media, video } = this.configuration.capabilities;
    if (!media.enabled) return;
    api.answer('/media/graphql', 'Media', new MediaGraphql(this, 'MediaGraphql').handler);
    if (!video.enabled) return;
    const { handler } = new MediaPlaylist(this, 'MediaPlaylist');
    api.answer('/media/{id}/stream/{playlist}', 'Playlist', handler, HttpMethod.GET);
  }
}
