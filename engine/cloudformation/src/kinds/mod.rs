//! The types of resources that are really made, each by AWS's own operations.

mod api_destination;
mod archive;
mod bucket;
mod bucket_configurations;
mod bucket_policy;
mod cloudfront;
mod connection;
mod email_configuration_set;
mod email_identity;
mod email_template;
mod event_bus;
mod event_bus_policy;
mod event_invoke_config;
mod event_source_mapping;
mod function;
mod function_url;
mod global_table;
mod http_api;
mod job_template;
mod log_group;
mod parameter;
mod pipe;
mod properties;
mod queue;
mod rule;
mod schedule;
mod schedule_group;
mod secret;
mod state_machine;
mod table;
mod table_changes;
mod topic;
mod topic_policy;
mod topic_subscription;
mod transcoding_queue;

use async_trait::async_trait;
use serde_json::{Map, Value};
use service::{Scope, ServiceError, Services};

use crate::evaluation::Made;

/// The engine, as a resource's module sees it.
pub(crate) struct Aws<'a> {
    pub(crate) services: &'a Services,
    pub(crate) scope: &'a Scope,
}

impl Aws<'_> {
    /// Calls an operation of a service.
    pub(crate) async fn call(&self, service: &str, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.services.call(service, operation, input).await
    }

    /// Deletes something; that it is gone already is no error.
    pub(crate) async fn delete(&self, service: &str, operation: &str, input: Value) -> Result<(), ServiceError> {
        match self.call(service, operation, input).await {
            Ok(_) => Ok(()),
            Err(error) if is_missing(&error) => Ok(()),
            Err(error) => Err(error),
        }
    }
}

/// Whether AWS says that there is no such thing; every service has its own word for it.
fn is_missing(error: &ServiceError) -> bool {
    let code = error.code.as_str();
    ["NotFound", "DoesNotExist", "NonExistentQueue"].iter().any(|sign| code.contains(sign))
}

/// A resource as it should be.
pub(crate) struct Desired<'a> {
    /// The name it gets when it is not given one.
    pub(crate) default_name: String,
    pub(crate) properties: &'a Map<String, Value>,
}

impl Desired<'_> {
    /// The value of a property.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.properties.get(name)
    }

    /// The value of a property that is a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).and_then(Value::as_str)
    }

    /// The name given by this property, or the default one.
    pub(crate) fn name(&self, property: &str) -> String {
        self.text(property).map_or_else(|| self.default_name.clone(), str::to_owned)
    }

    /// Those of `names` that are given, as they are.
    pub(crate) fn only(&self, names: &[&str]) -> Map<String, Value> {
        let given = names.iter().filter_map(|name| Some(((*name).to_owned(), self.get(name)?.clone())));
        given.collect()
    }
}

/// A resource as it was made.
pub(crate) struct Previous<'a> {
    pub(crate) physical_id: &'a str,
    pub(crate) properties: &'a Map<String, Value>,
    pub(crate) attributes: &'a Map<String, Value>,
}

/// How resources of a type are made, changed and removed.
#[async_trait]
pub(crate) trait Kind: Send + Sync {
    /// The property that names the resource, where it has one.
    fn name_property(&self) -> Option<&'static str>;

    /// The property that says within what its name is unique, where that is not all of its type.
    fn named_within(&self) -> Option<&'static str> {
        None
    }

    /// Properties that are put into effect.
    fn applied(&self) -> &'static [&'static str];

    /// Properties that AWS has and that change nothing here; they are reported.
    fn declared(&self) -> &'static [&'static str] {
        &[]
    }

    /// Properties that can't change without a new resource.
    fn replacing(&self) -> &'static [&'static str];

    /// Whether something would be lost with the resource.
    fn holds_data(&self) -> bool {
        false
    }

    /// What it asks of the engine's services.
    fn operations(&self) -> &'static [(&'static str, &'static str)];

    /// Makes the resource.
    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError>;

    /// Changes it to what is desired now.
    async fn update(&self, aws: &Aws<'_>, previous: &Previous<'_>, desired: &Desired<'_>)
    -> Result<Made, ServiceError>;

    /// Removes it; that it is gone already is no error.
    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError>;
}

/// The module of a type.
pub(crate) fn kind(resource_type: &str) -> Option<&'static dyn Kind> {
    let kind: &'static dyn Kind = match resource_type {
        "AWS::ApiGatewayV2::Api" => &http_api::Api,
        "AWS::ApiGatewayV2::Integration" => &http_api::Part::INTEGRATION,
        "AWS::ApiGatewayV2::Route" => &http_api::Part::ROUTE,
        "AWS::ApiGatewayV2::Stage" => &http_api::Part::STAGE,
        "AWS::CloudFront::CachePolicy" => &cloudfront::Part::CACHE_POLICY,
        "AWS::CloudFront::Distribution" => &cloudfront::Part::DISTRIBUTION,
        "AWS::CloudFront::OriginAccessControl" => &cloudfront::Part::ORIGIN_ACCESS_CONTROL,
        "AWS::DynamoDB::GlobalTable" => &global_table::GlobalTable,
        "AWS::DynamoDB::Table" => &table::Table,
        "AWS::Events::ApiDestination" => &api_destination::ApiDestination,
        "AWS::Events::Archive" => &archive::Archive,
        "AWS::Events::Connection" => &connection::Connection,
        "AWS::Events::EventBus" => &event_bus::EventBus,
        "AWS::Events::EventBusPolicy" => &event_bus_policy::EventBusPolicy,
        "AWS::Events::Rule" => &rule::Rule,
        "AWS::Lambda::EventInvokeConfig" => &event_invoke_config::EventInvokeConfig,
        "AWS::Lambda::EventSourceMapping" => &event_source_mapping::EventSourceMapping,
        "AWS::Lambda::Function" => &function::Function,
        "AWS::Lambda::Url" => &function_url::FunctionUrl,
        "AWS::Logs::LogGroup" => &log_group::LogGroup,
        "AWS::MediaConvert::JobTemplate" => &job_template::JobTemplate,
        "AWS::MediaConvert::Queue" => &transcoding_queue::TranscodingQueue,
        "AWS::Pipes::Pipe" => &pipe::Pipe,
        "AWS::S3::Bucket" => &bucket::Bucket,
        "AWS::S3::BucketPolicy" => &bucket_policy::BucketPolicy,
        "AWS::SES::ConfigurationSet" => &email_configuration_set::EmailConfigurationSet,
        "AWS::SES::EmailIdentity" => &email_identity::EmailIdentity,
        "AWS::SES::Template" => &email_template::EmailTemplate,
        "AWS::SNS::Subscription" => &topic_subscription::TopicSubscription,
        "AWS::SNS::Topic" => &topic::Topic,
        "AWS::SNS::TopicPolicy" => &topic_policy::TopicPolicy,
        "AWS::SQS::Queue" => &queue::Queue,
        "AWS::SSM::Parameter" => &parameter::Parameter,
        "AWS::Scheduler::Schedule" => &schedule::Schedule,
        "AWS::Scheduler::ScheduleGroup" => &schedule_group::ScheduleGroup,
        "AWS::SecretsManager::Secret" => &secret::Secret,
        "AWS::StepFunctions::StateMachine" => &state_machine::StateMachine,
        _ => return None,
    };
    Some(kind)
}
