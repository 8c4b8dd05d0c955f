//! SQS's query protocol: it flattens lists and maps under names of their own.
//!
//! <https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-making-api-requests-xml.html>

use bytes::Bytes;
use http::{Request, header};
use serde_json::{Map, Value, json};

/// Field of a list to its member.
const LISTS: &[(&str, &str)] = &[
    ("ActionName", "Actions"),
    ("AttributeName", "AttributeNames"),
    ("AWSAccountId", "AWSAccountIds"),
    ("MessageAttributeName", "MessageAttributeNames"),
    ("MessageSystemAttributeName", "MessageSystemAttributeNames"),
    ("TagKey", "TagKeys"),
];

/// Field of a map to its member, and what key and value are called.
const MAPS: &[(&str, &str, &str, &str)] = &[
    ("Attribute", "Attributes", "Name", "Value"),
    ("MessageAttribute", "MessageAttributes", "Name", "Value"),
    ("MessageSystemAttribute", "MessageSystemAttributes", "Name", "Value"),
    ("Tag", "Tags", "Key", "Value"),
];

/// Members that are numbers.
const NUMBERS: &[&str] = &[
    "DelaySeconds",
    "MaxNumberOfMessages",
    "MaxNumberOfMessagesPerSecond",
    "MaxResults",
    "VisibilityTimeout",
    "WaitTimeSeconds",
];

/// The input of `action` in the shape of the service model.
pub(super) fn input(action: &str, fields: Map<String, Value>, request: &Request<Bytes>) -> Value {
    let mut input = members(fields);
    if action == "CreateQueue"
        && let Some(tags) = input.remove("Tags")
    {
        input.insert("tags".to_owned(), tags);
    }
    // The old form of a request addresses the queue itself.
    let path = request.uri().path();
    if path.len() > 1 && !input.contains_key("QueueUrl") {
        let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or("localhost");
        input.insert("QueueUrl".to_owned(), format!("http://{host}{path}").into());
    }
    Value::Object(input)
}

fn members(fields: Map<String, Value>) -> Map<String, Value> {
    fields.into_iter().map(|(name, value)| member(&name, value)).collect()
}

fn member(name: &str, value: Value) -> (String, Value) {
    if let Some((_, to)) = LISTS.iter().find(|(from, _)| *from == name) {
        return ((*to).to_owned(), Value::Array(items(value)));
    }
    if let Some((_, to, key, content)) = MAPS.iter().find(|(from, ..)| *from == name) {
        let entries = items(value).into_iter().filter_map(|mut entry| {
            let key = entry.get(key)?.as_str()?.to_owned();
            Some((key, entry.get_mut(content)?.take()))
        });
        return ((*to).to_owned(), Value::Object(entries.collect()));
    }
    if name.ends_with("BatchRequestEntry") {
        let entries = items(value).into_iter().map(|entry| match entry {
            Value::Object(fields) => Value::Object(members(fields)),
            other => other,
        });
        return ("Entries".to_owned(), entries.collect());
    }
    let number = value.as_str().filter(|_| NUMBERS.contains(&name)).and_then(|text| text.parse::<i64>().ok());
    (name.to_owned(), number.map_or(value, Value::from))
}

/// A list of one may come without its number.
fn items(value: Value) -> Vec<Value> {
    match value {
        Value::Array(items) => items,
        single => vec![single],
    }
}

/// The output of `action` with lists and maps under the names of their elements.
pub(super) fn output(action: &str, output: Value) -> Value {
    let Value::Object(members) = output else { return output };
    let renamed = members.into_iter().map(|(name, value)| match (name.as_str(), value) {
        ("QueueUrls" | "queueUrls", urls) => ("QueueUrl".to_owned(), urls),
        ("Messages", Value::Array(messages)) => {
            ("Message".to_owned(), messages.into_iter().map(|message| self::output(action, message)).collect())
        }
        ("Successful", entries) => (format!("{action}ResultEntry"), entries),
        ("Failed", entries) => ("BatchResultErrorEntry".to_owned(), entries),
        ("Results", entries) => (format!("{action}ResultEntry"), entries),
        (name, Value::Object(entries)) if MAPS.iter().any(|(_, to, ..)| *to == name) => {
            let (element, _, key, content) = MAPS.iter().find(|(_, to, ..)| *to == name).expect("the guard found it");
            let entries = entries.into_iter().map(|(name, value)| json!({ *key: name, *content: value }));
            ((*element).to_owned(), entries.collect())
        }
        (name, value) => (name.to_owned(), value),
    });
    Value::Object(renamed.collect())
}

/// An error's name in the query protocol, which old clients and `x-amzn-query-error` use.
pub(in crate::aws) fn query_error_code(code: &str) -> &str {
    match code {
        "BatchEntryIdsNotDistinct" => "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
        "BatchRequestTooLong" => "AWS.SimpleQueueService.BatchRequestTooLong",
        "EmptyBatchRequest" => "AWS.SimpleQueueService.EmptyBatchRequest",
        "InvalidBatchEntryId" => "AWS.SimpleQueueService.InvalidBatchEntryId",
        "InvalidParameterValueException" => "InvalidParameterValue",
        "PurgeQueueInProgress" => "AWS.SimpleQueueService.PurgeQueueInProgress",
        "MessageNotInflight" => "AWS.SimpleQueueService.MessageNotInflight",
        "MissingRequiredParameterException" => "MissingParameter",
        "QueueDeletedRecently" => "AWS.SimpleQueueService.QueueDeletedRecently",
        "QueueDoesNotExist" => "AWS.SimpleQueueService.NonExistentQueue",
        "QueueNameExists" => "QueueAlreadyExists",
        "TooManyEntriesInBatchRequest" => "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
        "UnsupportedOperation" => "AWS.SimpleQueueService.UnsupportedOperation",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flattened_fields_become_members_of_the_service_model() {
        let fields = json!({
            "QueueUrl": "http://localhost/000000000000/q",
            "DelaySeconds": "5",
            "AttributeName": ["All"],
            "MessageAttribute": [{ "Name": "a", "Value": { "DataType": "String", "StringValue": "x" } }],
            "SendMessageBatchRequestEntry": [{ "Id": "1", "DelaySeconds": "7", "MessageBody": "b" }],
        });
        let Value::Object(fields) = fields else { unreachable!("an object") };
        assert_eq!(
            input("SendMessageBatch", fields, &Request::new(Bytes::new())),
            json!({
                "QueueUrl": "http://localhost/000000000000/q",
                "DelaySeconds": 5,
                "AttributeNames": ["All"],
                "MessageAttributes": { "a": { "DataType": "String", "StringValue": "x" } },
                "Entries": [{ "Id": "1", "DelaySeconds": 7, "MessageBody": "b" }],
            })
        );
    }

    #[test]
    fn a_received_message_carries_its_attributes_as_name_and_value() {
        assert_eq!(
            output("ReceiveMessage", json!({ "Messages": [{ "Body": "b", "Attributes": { "SentTimestamp": "1" } }] })),
            json!({ "Message": [{ "Body": "b", "Attribute": [{ "Name": "SentTimestamp", "Value": "1" }] }] })
        );
    }
}
