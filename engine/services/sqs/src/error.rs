//! The errors of SQS, each with the code of its JSON protocol and that of its query protocol.

use serde_json::Value;
use service::ServiceError;

/// The member of every [`ServiceError`] of this service that the wire sends as the header of that name instead:
/// `AWS.SimpleQueueService.NonExistentQueue;Sender`, the code that clients of the query protocol know the error by.
pub const QUERY_ERROR: &str = "x-amzn-query-error";

fn error(code: &str, query_code: &str, message: impl Into<String>) -> ServiceError {
    ServiceError::client(code, message).with_member(QUERY_ERROR, format!("{query_code};Sender"))
}

fn prefixed(code: &str, message: impl Into<String>) -> ServiceError {
    error(code, &format!("AWS.SimpleQueueService.{code}"), message)
}

/// The code by which the query protocol, and entries of a batch, know `error`.
pub(crate) fn query_code(error: &ServiceError) -> &str {
    let header = error.members.get(QUERY_ERROR).and_then(Value::as_str).unwrap_or(&error.code);
    header.split(';').next().unwrap_or(header)
}

pub(crate) fn no_such_queue() -> ServiceError {
    error("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "The specified queue does not exist.")
}

pub(crate) fn queue_differs(attribute: &str) -> ServiceError {
    let message = format!("A queue already exists with the same name and a different value for attribute {attribute}");
    error("QueueNameExists", "QueueAlreadyExists", message)
}

pub(crate) fn missing(parameter: &str) -> ServiceError {
    let message = format!("The request must contain the parameter {parameter}.");
    error("MissingRequiredParameterException", "MissingParameter", message)
}

pub(crate) fn invalid_value(message: impl Into<String>) -> ServiceError {
    error("InvalidParameterValueException", "InvalidParameterValue", message)
}

pub(crate) fn invalid_parameter(value: impl std::fmt::Display, parameter: &str, reason: &str) -> ServiceError {
    invalid_value(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
}

pub(crate) fn unknown_attribute(name: &str) -> ServiceError {
    error("InvalidAttributeName", "InvalidAttributeName", format!("Unknown Attribute {name}."))
}

pub(crate) fn invalid_attribute(name: &str) -> ServiceError {
    let message = format!("Invalid value for the parameter {name}.");
    error("InvalidAttributeValue", "InvalidAttributeValue", message)
}

pub(crate) fn invalid_contents() -> ServiceError {
    let message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to \
                   #xFFFD | #x10000 to #x10FFFF";
    error("InvalidMessageContents", "InvalidMessageContents", message)
}

pub(crate) fn invalid_receipt() -> ServiceError {
    error("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
}

pub(crate) fn not_in_flight() -> ServiceError {
    prefixed("MessageNotInflight", "The message referred to is not in flight.")
}

pub(crate) fn empty_batch(entry: &str) -> ServiceError {
    prefixed("EmptyBatchRequest", format!("There should be at least one {entry} in the request."))
}

pub(crate) fn batch_too_many(entries: usize) -> ServiceError {
    let message = format!("Maximum number of entries per request are 10. You have sent {entries}.");
    prefixed("TooManyEntriesInBatchRequest", message)
}

pub(crate) fn batch_too_long(limit: usize, bytes: usize) -> ServiceError {
    let message = format!("Batch requests cannot be longer than {limit} bytes. You have sent {bytes} bytes.");
    prefixed("BatchRequestTooLong", message)
}

pub(crate) fn batch_id_repeated(id: &str) -> ServiceError {
    prefixed("BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
}

pub(crate) fn batch_id_invalid() -> ServiceError {
    let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most \
                   80 letters long.";
    prefixed("InvalidBatchEntryId", message)
}

pub(crate) fn only_fifo(attribute: &str) -> ServiceError {
    let message = format!("You can specify the {attribute} only when FifoQueue is set to true.");
    error("InvalidAttributeName", "InvalidAttributeName", message)
}

/// A parameter that queues of this kind don't take.
pub(crate) fn wrong_kind(value: impl std::fmt::Display, parameter: &str) -> ServiceError {
    invalid_parameter(value, parameter, "The request include parameter that is not valid for this queue type")
}

pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    error("ResourceNotFoundException", "ResourceNotFoundException", message)
}
