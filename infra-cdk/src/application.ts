import { App, type AppProps } from 'aws-cdk-lib';
import recommendedFeatureFlags from 'aws-cdk-lib/recommended-feature-flags.json';
import type { Configuration } from './environments.ts';
import { SharedValues } from './shared/shared-values.ts';
import { AlertsStack } from './stacks/alerts-stack.ts';
import { ApiStack } from './stacks/api-stack.ts';
import { ConsumersStack } from './stacks/consumers-stack.ts';
import { DataStack } from './stacks/data-stack.ts';
import { EventsStack } from './stacks/events-stack.ts';
import { MediaStack } from './stacks/media-stack.ts';
import { PipesStack } from './stacks/pipes-stack.ts';
import { WorkflowsStack } from './stacks/workflows-stack.ts';

/** All stacks of one environment, in an order in which they can be deployed. */
export function application(configuration: Configuration, props: AppProps = {}): App {
  const app = new App({ analyticsReporting: false, context: recommendedFeatureFlags, ...props });
  const { activity, alerts, analytics, media, notifications } = configuration.capabilities;
  const stack = { configuration, shared: new SharedValues() };
  if (alerts.enabled) new AlertsStack(app, stack);
  new DataStack(app, stack);
  new EventsStack(app, stack);
  new WorkflowsStack(app, stack);
  new PipesStack(app, stack);
  if (media.enabled) new MediaStack(app, stack);
  if (activity.enabled || notifications.enabled || analytics.enabled) new ConsumersStack(app, stack);
  new ApiStack(app, stack);
  return app;
}
