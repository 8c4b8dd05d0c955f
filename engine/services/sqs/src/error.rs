//! The errors of SQS, by their names in the JSON protocol; the gateway knows what the query protocol calls them.

use service::ServiceError;

/// The code by which entries of a batch, which are older than the JSON protocol, know `error`.
pub(crate) fn query_code(error: &ServiceError) -> &str {
    match error.code.as_str() {
        "InvalidParameterValueException" => "InvalidParameterValue",
        "MessageNotInflight" => "AWS.SimpleQueueService.MessageNotInflight",
        "MissingRequiredParameterException" => "MissingParameter",
        code => code,
    }
}

pub(crate) fn no_such_queue() -> ServiceError {
    ServiceError::client("QueueDoesNotExist", "The specified queue does not exist.")
}

/// AWS lets a queue be purged once a minute.
pub(crate) fn purge_in_progress(queue: &str) -> ServiceError {
    let message = format!("Only one PurgeQueue operation on {queue} is allowed every 60 seconds.");
    ServiceError::client("PurgeQueueInProgress", message).with_status(403)
}

pub(crate) fn queue_differs(attribute: &str) -> ServiceError {
    let message = format!("A queue already exists with the same name and a different value for attribute {attribute}");
    ServiceError::client("QueueNameExists", message)
}

pub(crate) fn missing(parameter: &str) -> ServiceError {
    let message = format!("The request must contain the parameter {parameter}.");
    ServiceError::client("MissingRequiredParameterException", message)
}

pub(crate) fn invalid_value(message: impl Into<String>) -> ServiceError {
    ServiceError::client("InvalidParameterValueException", message)
}

pub(crate) fn invalid_parameter(value: impl std::fmt::Display, parameter: &str, reason: &str) -> ServiceError {
    invalid_value(format!("Value {value} for parameter {parameter} is invalid. Reason: {reason}"))
}

pub(crate) fn unknown_attribute(name: &str) -> ServiceError {
    ServiceError::client("InvalidAttributeName", format!("Unknown Attribute {name}."))
}

pub(crate) fn invalid_attribute(name: &str) -> ServiceError {
    let message = format!("Invalid value for the parameter {name}.");
    ServiceError::client("InvalidAttributeValue", message)
}

pub(crate) fn invalid_contents() -> ServiceError {
    let message = "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to \
                   #xFFFD | #x10000 to #x10FFFF";
    ServiceError::client("InvalidMessageContents", message)
}

pub(crate) fn invalid_receipt() -> ServiceError {
    ServiceError::client("ReceiptHandleIsInvalid", "The input receipt handle is invalid.")
}

pub(crate) fn not_in_flight() -> ServiceError {
    ServiceError::client("MessageNotInflight", "The message referred to is not in flight.")
}

pub(crate) fn empty_batch(entry: &str) -> ServiceError {
    ServiceError::client("EmptyBatchRequest", format!("There should be at least one {entry} in the request."))
}

pub(crate) fn batch_too_many(entries: usize) -> ServiceError {
    let message = format!("Maximum number of entries per request are 10. You have sent {entries}.");
    ServiceError::client("TooManyEntriesInBatchRequest", message)
}

pub(crate) fn batch_too_long(limit: usize, bytes: usize) -> ServiceError {
    let message = format!("Batch requests cannot be longer than {limit} bytes. You have sent {bytes} bytes.");
    ServiceError::client("BatchRequestTooLong", message)
}

pub(crate) fn batch_id_repeated(id: &str) -> ServiceError {
    ServiceError::client("BatchEntryIdsNotDistinct", format!("Id {id} repeated."))
}

pub(crate) fn batch_id_invalid() -> ServiceError {
    let message = "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most \
                   80 letters long.";
    ServiceError::client("InvalidBatchEntryId", message)
}

pub(crate) fn only_fifo(attribute: &str) -> ServiceError {
    let message = format!("You can specify the {attribute} only when FifoQueue is set to true.");
    ServiceError::client("InvalidAttributeName", message)
}

/// A parameter that queues of this kind don't take.
pub(crate) fn wrong_kind(value: impl std::fmt::Display, parameter: &str) -> ServiceError {
    invalid_parameter(value, parameter, "The request include parameter that is not valid for this queue type")
}

pub(crate) fn not_found(message: impl Into<String>) -> ServiceError {
    ServiceError::client("ResourceNotFoundException", message)
}
