//! Requests and answers of `aws-sdk` integrations: as AWS's SDK for Java 2 spells them here, as the APIs have them there.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/supported-services-awssdk.html>

use asl::Resource;
use clock::Timestamp;
use serde_json::{Value, json};

use crate::shapes::{self, Shape};

/// How a service's API differs from what machines see, besides its members' names.
#[derive(Clone, Copy, Debug)]
pub(super) struct Api {
    /// Whether its members begin with small letters.
    pub(super) camel_case: bool,
    /// Whether it tells moments to the second.
    pub(super) whole_seconds: bool,
}

/// One operation's spelling.
pub(super) struct Spelling {
    api: Api,
    model: &'static shapes::Service,
    operation: String,
}

impl Spelling {
    /// That of an `action` of the service that resource ARNs name `aws-sdk:` and `name`; `None` where it isn't known.
    pub(super) fn of(api: Api, name: &str, action: &str) -> Option<Self> {
        let model = shapes::service(&format!("aws-sdk:{name}"))?;
        Some(Self { api, model, operation: Resource::operation(action) })
    }

    /// A request as the API has it. JSON in the place of text is sent as its text.
    pub(super) fn request(&self, given: Value) -> Value {
        match self.model.requests.get(&self.operation) {
            Some(wanted) => self.sent(wanted, given),
            None => given,
        }
    }

    fn sent(&self, wanted: &str, given: Value) -> Value {
        match (wanted, &given) {
            ("string", Value::Object(_) | Value::Array(_)) => return json!(asl::Value::from(&given).to_text()),
            ("timestamp", Value::String(text)) => {
                return Timestamp::parse_rfc3339(text).map_or(given, |moment| json!(moment.as_epoch_seconds()));
            }
            _ => {}
        }
        match (self.model.shapes.get(wanted), given) {
            (Some(Shape::Structure { structure, .. }), Value::Object(members)) => {
                let sent = members.into_iter().map(|(name, member)| {
                    let known = match structure.get_key_value(&name) {
                        None => structure.iter().find(|(known, _)| sdk_name(known) == name),
                        found => found,
                    };
                    match known {
                        Some((known, inner)) => (self.api_name(known), self.sent(inner, member)),
                        None => (self.api_name(&name), member),
                    }
                });
                Value::Object(sent.collect())
            }
            (Some(Shape::List(inner)), Value::Array(items)) => {
                items.into_iter().map(|item| self.sent(inner, item)).collect()
            }
            (Some(Shape::Map(inner)), Value::Object(members)) => {
                members.into_iter().map(|(key, member)| (key, self.sent(inner, member))).collect()
            }
            (_, given) => given,
        }
    }

    fn api_name(&self, name: &str) -> String {
        if self.api.camel_case { with_first(name, char::to_ascii_lowercase) } else { name.to_owned() }
    }

    /// An answer as machines see it.
    pub(super) fn answer(&self, answered: Value) -> Value {
        match self.model.answers.get(&self.operation) {
            Some(wanted) => self.told(wanted, answered),
            // The operation answers nothing.
            None => json!({}),
        }
    }

    fn told(&self, wanted: &str, answered: Value) -> Value {
        match (wanted, answered.as_f64()) {
            ("timestamp", Some(seconds)) => {
                return json!(instant(if self.api.whole_seconds { seconds.trunc() } else { seconds }));
            }
            ("timestamp", None) => return self.respelled(answered),
            _ => {}
        }
        match (self.model.shapes.get(wanted), answered) {
            (Some(Shape::Structure { structure, .. }), Value::Object(members)) => {
                let told = members.into_iter().map(|(name, member)| {
                    let name = with_first(&name, char::to_ascii_uppercase);
                    let member = match structure.get(&name) {
                        Some(inner) => self.told(inner, member),
                        None => member,
                    };
                    (sdk_name(&name), member)
                });
                Value::Object(told.collect())
            }
            (Some(Shape::List(inner)), Value::Array(items)) => {
                items.into_iter().map(|item| self.told(inner, item)).collect()
            }
            (Some(Shape::Map(inner)), Value::Object(members)) => {
                members.into_iter().map(|(key, member)| (key, self.told(inner, member))).collect()
            }
            (_, answered) => answered,
        }
    }

    /// A moment that the service has spelled itself.
    fn respelled(&self, answered: Value) -> Value {
        let moment = answered.as_str().and_then(Timestamp::parse_rfc3339);
        let Some(moment) = moment else { return answered };
        let seconds = moment.as_epoch_seconds();
        json!(instant(if self.api.whole_seconds { seconds.trunc() } else { seconds }))
    }
}

/// A moment as Java's `Instant` prints it: with milliseconds if there are any.
fn instant(seconds: f64) -> String {
    let moment = Timestamp::from_epoch_seconds(seconds);
    if moment.as_millis() % 1000 == 0 { moment.to_rfc3339_seconds() } else { moment.to_rfc3339_millis() }
}

fn with_first(name: &str, case: fn(&char) -> char) -> String {
    let mut letters = name.chars();
    letters.next().iter().map(case).chain(letters).collect()
}

/// A member's name as the SDK has it, with a large first letter: abbreviations at the front are words, `Md5OfBody` for
/// `MD5OfBody`.
pub(super) fn sdk_name(name: &str) -> String {
    if name == "NULL" {
        // `null` is a word of Java's.
        return "Nul".to_owned();
    }
    let letters: Vec<char> = name.chars().collect();
    let is = |place: usize, test: fn(&char) -> bool| letters.get(place).is_some_and(test);
    let in_abbreviation =
        |place: usize| is(place, char::is_ascii_uppercase) && !is(place + 1, char::is_ascii_lowercase);
    let end = (1..).find(|place| !in_abbreviation(*place)).unwrap_or(1);
    let spelled = letters.iter().enumerate();
    spelled
        .map(|(place, letter)| if (1..end).contains(&place) { letter.to_ascii_lowercase() } else { *letter })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn abbreviations_at_the_front_are_words() {
        for (api, java) in [
            ("ARN", "Arn"),
            ("MD5OfMessageBody", "Md5OfMessageBody"),
            ("ETag", "ETag"),
            ("ID", "Id"),
            ("VersionId", "VersionId"),
            ("KmsKeyId", "KmsKeyId"),
            ("SSEKMSKeyId", "SsekmsKeyId"),
            ("SSEDescription", "SseDescription"),
            ("RotationLambdaARN", "RotationLambdaARN"),
            ("ChecksumCRC32", "ChecksumCRC32"),
            ("S3Key", "S3Key"),
            ("BOOL", "Bool"),
            ("NULL", "Nul"),
            ("SS", "Ss"),
            ("S", "S"),
        ] {
            assert_eq!(sdk_name(api), java);
        }
    }

    fn spelling(name: &str, action: &str) -> Spelling {
        let api = Api { camel_case: name == "sfn", whole_seconds: false };
        Spelling::of(api, name, action).expect("known")
    }

    #[test]
    fn what_callers_name_keeps_its_name() {
        let scan = spelling("dynamodb", "scan");
        let item = json!({"SS": {"SS": ["a"]}, "m": {"M": {"NULL": {"NULL": true}, "BOOL": {"BOOL": false}}}});
        let told = json!({"SS": {"Ss": ["a"]}, "m": {"M": {"NULL": {"Nul": true}, "BOOL": {"Bool": false}}}});
        assert_eq!(scan.answer(json!({"Items": [item]})), json!({"Items": [told]}));
        let put = spelling("dynamodb", "putItem");
        let sent = put.request(json!({"TableName": "t", "Item": told}));
        assert_eq!(sent, json!({"TableName": "t", "Item": item}));
        assert_eq!(put.request(sent.clone()), sent, "the API's own spelling is understood too");
        let queues = spelling("sqs", "getQueueAttributes");
        assert_eq!(queues.answer(json!({"Attributes": {"QueueArn": "a"}})), json!({"Attributes": {"QueueArn": "a"}}));
    }

    #[test]
    fn moments_are_instants_and_json_is_sent_as_its_text() {
        let start = spelling("sfn", "startExecution");
        assert_eq!(
            start.request(json!({"StateMachineArn": "a", "Input": {"B": [1]}})),
            json!({"stateMachineArn": "a", "input": r#"{"B":[1]}"#})
        );
        for (seconds, told) in
            [(1_700_000_000.0, "2023-11-14T22:13:20Z"), (1_700_000_000.25, "2023-11-14T22:13:20.250Z")]
        {
            let answer = start.answer(json!({"executionArn": "a", "startDate": seconds}));
            assert_eq!(answer, json!({"ExecutionArn": "a", "StartDate": told}));
        }
        let filter = spelling("cloudwatchlogs", "filterLogEvents");
        assert_eq!(filter.answer(json!({"Events": [{"Timestamp": 17}]})), json!({"Events": [{"Timestamp": 17}]}));
        let put = spelling("eventbridge", "putEvents");
        assert_eq!(
            put.request(json!({"Entries": [{"Time": "2023-11-14T22:13:20Z"}]})),
            json!({"Entries": [{"Time": 1_700_000_000.0}]})
        );
    }
}
