import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { RustFunction } from '../functions/rust-function.ts';
import { acknowledge } from '../nag/acknowledge.ts';
import { ConcernStack } from '../stacks/concern-stack.ts';

/** Properties of {@link PushDevices}. */
export interface PushDevicesProps {
  /** Who pushes to devices. */
  readonly sender: RustFunction;
  /** Where it is kept which device an owner has. */
  readonly preferences: ITable;
  /** The secret with the credentials of push services, made by hand before. */
  readonly secretName: string;
}

/**
 * Pushes to devices. CloudFormation has no platform applications: the function makes them of the secret's credentials, when
 * the first device of a platform registers.
 */
export class PushDevices extends Construct {
  constructor(scope: Construct, id: string, props: PushDevicesProps) {
    super(scope, id);
    const stack = ConcernStack.of(this);
    const name = stack.names.resource('sluicegate');
    const arn = (resource: string, resourceName?: string) =>
      stack.formatArn({ service: 'sns', resource, resourceName });
    const endpoints = arn('endpoint', `*/${name}/*`);
    const register = new RustFunction(this, 'Register', {
      binary: 'notification-register-device',
      description: 'Makes a device the one that its owner is told by',
      environment: {
        PREFERENCES_TABLE: props.preferences.tableName,
        PUSH_SECRET: props.secretName,
        PUSH_APPLICATION: name,
        PUSH_APPLICATIONS_ARN: arn('app'),
      },
      failures: { kind: 'share', percent: 50 },
    });
    Secret.fromSecretNameV2(this, 'Credentials', props.secretName).grantRead(register);
    props.preferences.grant(register, 'dynamodb:GetItem', 'dynamodb:PutItem');
    const applications = ['APNS', 'APNS_SANDBOX', 'GCM'].map((platform) => arn('app', `${platform}/${name}`));
    register.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['sns:CreatePlatformApplication', 'sns:CreatePlatformEndpoint'],
        resources: applications,
      }),
    );
    for (const [grantee, action] of [
      [register, 'sns:SetEndpointAttributes'],
      [props.sender, 'sns:Publish'],
    ] as const) {
      grantee.grantPrincipal.addToPrincipalPolicy(new PolicyStatement({ actions: [action], resources: [endpoints] }));
      acknowledge(
        grantee,
        `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:sns:<AWS::Region>:<AWS::AccountId>:endpoint/*/${name}/*]`,
        'Devices come and go: their endpoints have ids that nobody knows before',
      );
    }
  }
}
