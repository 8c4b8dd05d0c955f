//! Errors of services as Task states see them.

use asl::{ResourceKind, Task};
use service::ServiceError;

use super::{s3, sdk};

/// An error name and its cause.
pub(crate) struct Failure {
    pub(crate) error: String,
    pub(crate) cause: String,
}

/// How the errors of an optimized integration are named: those of AWS's SDK for Java.
pub(super) struct Dialect {
    /// What stands before the dot: `DynamoDB`.
    pub(super) prefix: &'static str,
    /// The SDK's name of the service: `AmazonDynamoDBv2`.
    pub(super) service: &'static str,
    /// The SDK's class for errors without one of their own: `AmazonDynamoDBException`.
    pub(super) base: &'static str,
}

pub(super) const LAMBDA: Dialect = Dialect { prefix: "Lambda", service: "AWSLambda", base: "AWSLambdaException" };
pub(super) const DYNAMODB: Dialect =
    Dialect { prefix: "DynamoDB", service: "AmazonDynamoDBv2", base: "AmazonDynamoDBException" };
pub(super) const SNS: Dialect = Dialect { prefix: "SNS", service: "AmazonSNS", base: "AmazonSNSException" };
pub(super) const SQS: Dialect = Dialect { prefix: "SQS", service: "AmazonSQS", base: "AmazonSQSException" };
pub(super) const EVENTS: Dialect =
    Dialect { prefix: "EventBridge", service: "AmazonEventBridge", base: "AmazonEventBridgeException" };
pub(super) const MEDIACONVERT: Dialect =
    Dialect { prefix: "MediaConvert", service: "AWSMediaConvert", base: "AWSMediaConvertException" };
pub(super) const STATES: Dialect =
    Dialect { prefix: "StepFunctions", service: "AWSStepFunctions", base: "AWSStepFunctionsException" };

/// The cause that readers and writers of map runs tell of an error of S3.
pub(crate) fn s3_cause(error: &ServiceError) -> String {
    format!(
        "{} (Service: Amazon S3; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
        error.message,
        error.status,
        error.code,
        uuid::Uuid::new_v4()
    )
}

/// Codes that the SDK has no class for.
const UNMODELLED: &[&str] = &[
    "AccessDeniedException",
    "InternalFailure",
    "InvalidParameterValue",
    "MissingParameter",
    "SerializationException",
    "UnknownOperationException",
    "ValidationError",
    "ValidationException",
];

impl Dialect {
    pub(super) fn failure(&self, error: &ServiceError) -> Failure {
        let code = self.code(error);
        let class = if UNMODELLED.contains(&code) { self.base.to_owned() } else { class(&error.code) };
        Failure {
            error: format!("{}.{class}", self.prefix),
            cause: format!(
                "{} (Service: {}; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
                error.message,
                self.service,
                error.status,
                code,
                uuid::Uuid::new_v4()
            ),
        }
    }

    /// The error's code; Step Functions calls SQS by its older query protocol, which has other ones.
    fn code<'a>(&self, error: &'a ServiceError) -> &'a str {
        match (self.service, error.code.as_str()) {
            ("AmazonSQS", "InvalidParameterValueException") => "InvalidParameterValue",
            ("AmazonSQS", "MissingRequiredParameterException") => "MissingParameter",
            ("AmazonSQS", "QueueDoesNotExist") => "AWS.SimpleQueueService.NonExistentQueue",
            (_, code) => code,
        }
    }
}

/// How an `aws-sdk` integration tells an error: as AWS's SDK for Java 2 does.
pub(super) fn of_sdk(service: &sdk::SdkService, error: &ServiceError) -> Failure {
    if service.name == "s3" {
        return s3::failure(error);
    }
    let class = if UNMODELLED.contains(&error.code.as_str()) {
        format!("{}Exception", service.prefix)
    } else {
        class(&error.code)
    };
    let attempts = if service.tells_attempts { " (SDK Attempt Count: 1)" } else { "" };
    Failure {
        error: format!("{}.{class}", service.prefix),
        cause: format!(
            "{} (Service: {}, Status Code: {}, Request ID: {}){attempts}",
            error.message,
            service.prefix,
            error.status,
            uuid::Uuid::new_v4()
        ),
    }
}

/// The name of the SDK's class for an error code.
fn class(code: &str) -> String {
    match code {
        // SNS's only code that is not the start of its class's name.
        "ParameterValueInvalid" => "InvalidParameterValueException".to_owned(),
        _ if code.ends_with("Exception") => code.to_owned(),
        _ => format!("{code}Exception"),
    }
}

/// How an attempt ends that was under way when the engine stopped: nobody knows whether the service has done it.
pub(crate) fn interrupted(task: &Task) -> Failure {
    let error = match &task.resource.kind {
        ResourceKind::Lambda => "Lambda.ServiceException".to_owned(),
        ResourceKind::Activity => "States.TaskFailed".to_owned(),
        ResourceKind::Integration { service, .. } => match &**service {
            "lambda" => "Lambda.ServiceException".to_owned(),
            "dynamodb" => base(&DYNAMODB),
            "sns" => base(&SNS),
            "sqs" => base(&SQS),
            "events" => base(&EVENTS),
            "mediaconvert" => base(&MEDIACONVERT),
            "states" => base(&STATES),
            other => match other.strip_prefix("aws-sdk:").and_then(sdk::service) {
                Some(service) => format!("{0}.{0}Exception", service.prefix),
                None => "States.TaskFailed".to_owned(),
            },
        },
    };
    let cause = format!("the engine stopped while {} was under way; whether it was done is unknown", task.resource);
    Failure { error, cause }
}

fn base(dialect: &Dialect) -> String {
    format!("{}.{}", dialect.prefix, dialect.base)
}

pub(super) fn not_built(arn: &str) -> Failure {
    Failure { error: "States.Runtime".to_owned(), cause: format!("sluice does not have the integration {arn} yet") }
}

pub(super) fn activity_in_express(arn: &str) -> Failure {
    Failure {
        error: "States.Runtime".to_owned(),
        cause: format!("Express state machines do not support activities: {arn}"),
    }
}
