//! Errors of services as Task states see them.

use asl::{ResourceKind, Task};
use service::ServiceError;

use super::spelling::sdk_name;
use super::{s3, sdk};
use crate::shapes;

/// An error name and its cause.
pub(crate) struct Failure {
    pub(crate) error: String,
    pub(crate) cause: String,
}

/// How the errors of an optimized integration are named: those of AWS's SDK for Java.
pub(super) struct Dialect {
    /// In resource ARNs: `dynamodb`.
    id: &'static str,
    /// What stands before the dot: `DynamoDB`.
    pub(super) prefix: &'static str,
    /// The SDK's name of the service: `AmazonDynamoDBv2`.
    pub(super) service: &'static str,
    /// The SDK's class for errors without one of their own: `AmazonDynamoDBException`.
    pub(super) base: &'static str,
}

pub(super) const LAMBDA: Dialect =
    Dialect { id: "lambda", prefix: "Lambda", service: "AWSLambda", base: "AWSLambdaException" };
pub(super) const DYNAMODB: Dialect =
    Dialect { id: "dynamodb", prefix: "DynamoDB", service: "AmazonDynamoDBv2", base: "AmazonDynamoDBException" };
pub(super) const SNS: Dialect = Dialect { id: "sns", prefix: "SNS", service: "AmazonSNS", base: "AmazonSNSException" };
pub(super) const SQS: Dialect = Dialect { id: "sqs", prefix: "SQS", service: "AmazonSQS", base: "AmazonSQSException" };
pub(super) const EVENTS: Dialect =
    Dialect { id: "events", prefix: "EventBridge", service: "AmazonEventBridge", base: "AmazonEventBridgeException" };
pub(super) const MEDIACONVERT: Dialect = Dialect {
    id: "mediaconvert",
    prefix: "MediaConvert",
    service: "AWSMediaConvert",
    base: "AWSMediaConvertException",
};
pub(super) const STATES: Dialect =
    Dialect { id: "states", prefix: "StepFunctions", service: "AWSStepFunctions", base: "AWSStepFunctionsException" };

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

impl Dialect {
    pub(super) fn failure(&self, error: &ServiceError) -> Failure {
        let code = self.code(error);
        let class = modelled(self.id, &error.code).map_or_else(|| self.base.to_owned(), class);
        Failure {
            error: format!("{}.{class}", self.prefix),
            cause: format!(
                "{} (Service: {}; Status Code: {}; Error Code: {}; Request ID: {}; Proxy: null)",
                message(error),
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
pub(super) fn of_sdk(service: &sdk::SdkService, action: &str, error: &ServiceError) -> Failure {
    if service.name == "s3" {
        return s3::failure(action, error);
    }
    let class = match modelled(&format!("aws-sdk:{}", service.name), &error.code) {
        Some(shape) => sdk_name(&class(shape)),
        None => format!("{}Exception", service.prefix),
    };
    let attempts = if service.tells_attempts { " (SDK Attempt Count: 1)" } else { "" };
    Failure {
        error: format!("{}.{class}", service.prefix),
        cause: format!(
            "{} (Service: {}, Status Code: {}, Request ID: {}){attempts}",
            message(error),
            service.prefix,
            error.status,
            uuid::Uuid::new_v4()
        ),
    }
}

/// An error's message; Java prints its `null` where there is none.
fn message(error: &ServiceError) -> &str {
    if error.message.is_empty() { "null" } else { &error.message }
}

/// The shape of an error that the service's API models: the SDKs have classes for those alone.
fn modelled(service: &str, code: &str) -> Option<&'static str> {
    shapes::service(service)?.errors.get(code).map(String::as_str)
}

/// The name of the SDK's class for the shape of an error.
fn class(shape: &str) -> String {
    match shape.strip_suffix("Fault") {
        Some(name) => format!("{name}Exception"),
        None if shape.ends_with("Exception") => shape.to_owned(),
        None => format!("{shape}Exception"),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_named_after_the_classes_of_the_sdks() {
        let optimized = |dialect: &Dialect, code: &str| dialect.failure(&ServiceError::client(code, "")).error;
        assert_eq!(optimized(&SNS, "ParameterValueInvalid"), "SNS.InvalidParameterValueException");
        assert_eq!(optimized(&SNS, "KMSDisabled"), "SNS.KMSDisabledException");
        assert_eq!(optimized(&SQS, "QueueDoesNotExist"), "SQS.QueueDoesNotExistException");
        assert_eq!(optimized(&SQS, "MissingRequiredParameterException"), "SQS.AmazonSQSException");
        assert_eq!(optimized(&DYNAMODB, "ValidationException"), "DynamoDB.AmazonDynamoDBException");
        assert_eq!(optimized(&STATES, "ExecutionAlreadyExists"), "StepFunctions.ExecutionAlreadyExistsException");
        let of_sdk = |name: &str, code: &str| {
            let service = sdk::service(name).expect("known");
            of_sdk(service, "action", &ServiceError::client(code, "")).error
        };
        assert_eq!(of_sdk("sns", "KMSDisabled"), "Sns.KmsDisabledException");
        assert_eq!(of_sdk("sqs", "MissingRequiredParameterException"), "Sqs.SqsException");
        assert_eq!(of_sdk("dynamodb", "ValidationException"), "DynamoDb.DynamoDbException");
        assert_eq!(of_sdk("scheduler", "ValidationException"), "Scheduler.ValidationException");
        assert_eq!(of_sdk("sfn", "InvalidToken"), "Sfn.InvalidTokenException");
        assert_eq!(of_sdk("ssm", "ParameterNotFound"), "Ssm.ParameterNotFoundException");
        let nothing_said = SNS.failure(&ServiceError::client("NotFound", ""));
        assert!(nothing_said.cause.starts_with("null (Service: AmazonSNS; "), "{}", nothing_said.cause);
    }
}
