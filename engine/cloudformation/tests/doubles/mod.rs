//! Services that write down what they are asked and answer what a template can refer to.
#![allow(dead_code, clippy::unwrap_used)]

use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use clock::{Clock, Timestamp, VirtualClock};
use cloudformation::{CloudFormationError, DeployReport, Options, Stacks, Template};
use serde_json::{Value, json};
use service::{Api, JsonVersion, Operations, Platform, Scope, Service, ServiceError};
use store::{Location, Store};

/// An operation that is refused, and how.
type Refusal = (&'static str, ServiceError);

#[derive(Clone, Default)]
pub(crate) struct Calls {
    made: Arc<Mutex<Vec<(String, Value)>>>,
    refusal: Arc<Mutex<Option<Refusal>>>,
}

impl Calls {
    /// `Operation name`, in order, since it was last asked.
    pub(crate) fn take(&self) -> Vec<String> {
        let calls = std::mem::take(&mut *self.made.lock().unwrap());
        calls.into_iter().map(|(operation, input)| format!("{operation} {}", subject(&input))).collect()
    }

    /// The inputs of an operation, since it was last asked.
    pub(crate) fn inputs(&self, operation: &str) -> Vec<Value> {
        let mut calls = self.made.lock().unwrap();
        let (wanted, rest) = std::mem::take(&mut *calls).into_iter().partition(|(name, _)| name == operation);
        *calls = rest;
        let wanted: Vec<(String, Value)> = wanted;
        wanted.into_iter().map(|(_, input)| input).collect()
    }

    pub(crate) fn refuse(&self, operation: &'static str, error: ServiceError) {
        *self.refusal.lock().unwrap() = Some((operation, error));
    }

    pub(crate) fn allow_all(&self) {
        *self.refusal.lock().unwrap() = None;
    }
}

fn subject(input: &Value) -> &str {
    let names = [
        "QueueName",
        "QueueUrl",
        "TableName",
        "FunctionName",
        "ArchiveName",
        "Rule",
        "name",
        "stateMachineArn",
        "RouteKey",
        "StageName",
        "IntegrationUri",
        "Name",
        "ApiId",
        "TopicArn",
        "SubscriptionArn",
        "SecretId",
        "EmailIdentity",
        "TemplateName",
        "ConfigurationSetName",
        "Id",
    ];
    names.iter().find_map(|name| input[*name].as_str()).unwrap_or("")
}

struct Double {
    api: &'static Api,
    calls: Calls,
}

#[async_trait]
impl Service for Double {
    fn api(&self) -> &'static Api {
        self.api
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.calls.made.lock().unwrap().push((operation.to_owned(), input.clone()));
        if let Some((refused, error)) = &*self.calls.refusal.lock().unwrap()
            && *refused == operation
        {
            return Err(error.clone());
        }
        let name = subject(&input);
        let arn = |service: &str, kind: &str| format!("arn:aws:{service}:us-east-1:000000000000:{kind}{name}");
        Ok(match operation {
            "CreateQueue" | "UpdateQueue" if self.api.id == "mediaconvert" => {
                json!({"Queue": {"Arn": arn("mediaconvert", "queues/"), "Name": name}})
            }
            "CreateJobTemplate" | "UpdateJobTemplate" => {
                json!({"JobTemplate": {"Arn": arn("mediaconvert", "jobTemplates/"), "Name": name}})
            }
            "CreateQueue" => json!({"QueueUrl": format!("http://127.0.0.1:4566/000000000000/{name}")}),
            "CreateTable" => json!({"TableDescription": {
                "TableStatus": "ACTIVE", "TableArn": arn("dynamodb", "table/"),
                "LatestStreamArn": arn("dynamodb", "table/") + "/stream/1",
            }}),
            "DescribeTable" => json!({"Table": {"TableArn": arn("dynamodb", "table/")}}),
            "CreateEventBus" => json!({"EventBusArn": arn("events", "event-bus/")}),
            "PutRule" => json!({"RuleArn": arn("events", "rule/")}),
            "PutTargets" | "RemoveTargets" => json!({"FailedEntryCount": 0, "FailedEntries": []}),
            "CreateArchive" | "UpdateArchive" => json!({"ArchiveArn": arn("events", "archive/")}),
            "CreatePipe" | "UpdatePipe" => json!({"Arn": arn("pipes", "pipe/")}),
            "CreateSchedule" | "UpdateSchedule" => json!({"ScheduleArn": arn("scheduler", "schedule/default/")}),
            "CreateScheduleGroup" => json!({"ScheduleGroupArn": arn("scheduler", "schedule-group/")}),
            "CreateStateMachine" => json!({"stateMachineArn": arn("states", "stateMachine:")}),
            "CreateFunction" | "UpdateFunctionConfiguration" => json!({"FunctionArn": arn("lambda", "function:")}),
            "CreateTopic" => json!({"TopicArn": arn("sns", "")}),
            "Subscribe" => json!({"SubscriptionArn": format!("{name}:1")}),
            "CreateSecret" => json!({"ARN": arn("secretsmanager", "secret:") + "-AbCdEf"}),
            "GetRandomPassword" => json!({"RandomPassword": "p4ss"}),
            "CreateEmailIdentity" => json!({"DkimAttributes": {"Tokens": ["one", "two", "three"]}}),
            "CreateFunctionUrlConfig" | "UpdateFunctionUrlConfig" => {
                json!({"FunctionArn": name, "FunctionUrl": "http://abc.lambda-url.us-east-1.localhost:8080/"})
            }
            "CreateDistribution" | "UpdateDistribution" => {
                json!({"Distribution": {"Id": "E1", "DomainName": "e1.cloudfront.localhost:8080"}})
            }
            "CreateOriginAccessControl" | "UpdateOriginAccessControl" => json!({"OriginAccessControl": {"Id": "E2"}}),
            "CreateCachePolicy" | "UpdateCachePolicy" => json!({"CachePolicy": {"Id": "E3", "LastModifiedTime": 0}}),
            "CreateApi" => json!({"ApiId": "api1", "ApiEndpoint": "http://127.0.0.1:8080"}),
            "CreateIntegration" => json!({"IntegrationId": "integration1"}),
            "CreateRoute" => json!({"RouteId": "route1"}),
            "CreateStage" => json!({"StageName": input["StageName"]}),
            "GetParameter" => {
                return Err(ServiceError::client("ParameterNotFound", ""));
            }
            _ => json!({}),
        })
    }
}

macro_rules! api {
    ($id:literal, $($operation:literal),*) => {{
        static API: Api = Api {
            id: $id, name: $id, target_prefix: None, json_version: JsonVersion::V1_0, query_version: None, routes: &[],
            operations: Operations { built: &[$($operation),*], not_built: &[] },
        };
        &API
    }};
}

/// An engine whose services are doubles.
pub(crate) struct Engine {
    pub(crate) platform: Platform,
    pub(crate) stacks: Stacks,
    pub(crate) calls: Calls,
}

impl Engine {
    pub(crate) fn new() -> Self {
        Self::at(&Location::Memory)
    }

    pub(crate) fn at(location: &Location) -> Self {
        let clock: Arc<dyn Clock> = Arc::new(VirtualClock::starting_at(Timestamp::from_millis(0)));
        let platform = Platform::new(Store::open(location).unwrap(), clock, Scope::default());
        let calls = Calls::default();
        let apis = [
            api!("sqs", "CreateQueue", "SetQueueAttributes", "DeleteQueue"),
            api!(
                "sns",
                "CreateTopic",
                "SetTopicAttributes",
                "DeleteTopic",
                "Subscribe",
                "SetSubscriptionAttributes",
                "Unsubscribe"
            ),
            api!("secretsmanager", "CreateSecret", "GetRandomPassword", "UpdateSecret", "DeleteSecret"),
            api!(
                "ses",
                "CreateEmailIdentity",
                "DeleteEmailIdentity",
                "TagResource",
                "CreateEmailTemplate",
                "UpdateEmailTemplate",
                "DeleteEmailTemplate",
                "CreateConfigurationSet",
                "DeleteConfigurationSet"
            ),
            api!(
                "mediaconvert",
                "CreateQueue",
                "UpdateQueue",
                "DeleteQueue",
                "CreateJobTemplate",
                "UpdateJobTemplate",
                "DeleteJobTemplate"
            ),
            api!("ssm", "PutParameter", "DeleteParameter", "AddTagsToResource"),
            api!("dynamodb", "CreateTable", "UpdateTable", "DeleteTable"),
            api!(
                "events",
                "CreateEventBus",
                "UpdateEventBus",
                "DeleteEventBus",
                "PutRule",
                "PutTargets",
                "RemoveTargets",
                "DeleteRule",
                "CreateArchive",
                "UpdateArchive",
                "DeleteArchive",
                "PutPermission",
                "RemovePermission",
                "DescribeEventBus",
                "CreateConnection",
                "UpdateConnection",
                "DescribeConnection",
                "DeleteConnection",
                "CreateApiDestination",
                "UpdateApiDestination",
                "DeleteApiDestination"
            ),
            api!(
                "logs",
                "CreateLogGroup",
                "DeleteLogGroup",
                "PutRetentionPolicy",
                "DeleteRetentionPolicy",
                "TagLogGroup",
                "UntagLogGroup"
            ),
            api!(
                "s3",
                "CreateBucket",
                "DeleteBucket",
                "DeleteBucketCors",
                "DeleteBucketEncryption",
                "DeleteBucketLifecycle",
                "DeleteBucketOwnershipControls",
                "DeleteBucketPolicy",
                "DeleteBucketTagging",
                "DeletePublicAccessBlock",
                "PutBucketCors",
                "PutBucketEncryption",
                "PutBucketLifecycleConfiguration",
                "PutBucketNotificationConfiguration",
                "PutBucketOwnershipControls",
                "PutBucketPolicy",
                "PutBucketTagging",
                "PutBucketVersioning",
                "PutPublicAccessBlock"
            ),
            api!("pipes", "CreatePipe", "UpdatePipe", "DeletePipe"),
            api!(
                "scheduler",
                "CreateSchedule",
                "UpdateSchedule",
                "DeleteSchedule",
                "CreateScheduleGroup",
                "DeleteScheduleGroup"
            ),
            api!("states", "CreateStateMachine", "UpdateStateMachine", "DeleteStateMachine"),
            api!(
                "lambda",
                "CreateFunction",
                "UpdateFunctionConfiguration",
                "DeleteFunction",
                "UpdateFunctionCode",
                "CreateEventSourceMapping",
                "UpdateEventSourceMapping",
                "DeleteEventSourceMapping",
                "CreateFunctionUrlConfig",
                "UpdateFunctionUrlConfig",
                "DeleteFunctionUrlConfig",
                "PutFunctionEventInvokeConfig",
                "DeleteFunctionEventInvokeConfig"
            ),
            api!(
                "cloudfront",
                "CreateCachePolicy",
                "CreateDistribution",
                "CreateOriginAccessControl",
                "DeleteCachePolicy",
                "DeleteDistribution",
                "DeleteOriginAccessControl",
                "UpdateCachePolicy",
                "UpdateDistribution",
                "UpdateOriginAccessControl"
            ),
            api!(
                "apigateway",
                "CreateApi",
                "UpdateApi",
                "DeleteApi",
                "CreateRoute",
                "UpdateRoute",
                "DeleteRoute",
                "CreateIntegration",
                "UpdateIntegration",
                "DeleteIntegration",
                "CreateStage",
                "UpdateStage",
                "DeleteStage"
            ),
        ];
        for api in apis {
            platform.services.register(Arc::new(Double { api, calls: calls.clone() }));
        }
        let stacks = Stacks::open(&platform).unwrap();
        Self { platform, stacks, calls }
    }

    pub(crate) async fn deploy(&self, templates: &[Template]) -> Result<DeployReport, CloudFormationError> {
        self.stacks.deploy(templates, &Options::default()).await
    }
}

/// A template with these resources.
pub(crate) fn template(stack: &str, resources: Value) -> Template {
    parse(stack, json!({"Resources": resources}))
}

pub(crate) fn parse(stack: &str, template: Value) -> Template {
    Template::parse(&format!("{stack}.template.json"), &template.to_string()).unwrap()
}
