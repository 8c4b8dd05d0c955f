//! Entries of PutEvents: what makes one an event, and AWS's texts for those that aren't.

use clock::Timestamp;
use serde::Deserialize;
use serde_json::{Value, json};
use service::{Scope, ServiceError};
use uuid::Uuid;

use crate::envelope::{self, Envelope};
use crate::error;

/// <https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEventsRequestEntry.html>
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Entry {
    time: Option<Moment>,
    source: Option<String>,
    resources: Option<Vec<String>>,
    detail_type: Option<String>,
    detail: Option<String>,
    pub(crate) event_bus_name: Option<String>,
    trace_header: Option<String>,
}

/// A time as the wire has it: seconds since the epoch, or RFC 3339 from callers inside the engine.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Moment {
    Seconds(f64),
    Text(String),
}

impl Entry {
    /// The event that this entry makes, or what its entry in the answer is instead.
    pub(crate) fn into_envelope(self, scope: &Scope, now: Timestamp) -> Result<Envelope, Value> {
        let required = |value: Option<String>, name: &str| {
            value.filter(|value| !value.is_empty()).ok_or_else(|| {
                let message = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
                json!({"ErrorCode": "InvalidArgument", "ErrorMessage": message})
            })
        };
        let source = required(self.source, "Source")?;
        let detail_type = required(self.detail_type, "DetailType")?;
        let detail = required(self.detail, "Detail")?;
        let detail = envelope::detail(&detail)
            .ok_or_else(|| json!({"ErrorCode": "MalformedDetail", "ErrorMessage": "Detail is malformed."}))?;
        let time = match self.time {
            None => Some(now),
            Some(Moment::Seconds(seconds)) => Some(Timestamp::from_epoch_seconds(seconds)),
            Some(Moment::Text(text)) => Timestamp::parse_rfc3339(&text),
        };
        let time = time.ok_or_else(|| {
            json!({"ErrorCode": "InvalidArgument", "ErrorMessage": "Parameter Time is not valid. Reason: it is not a timestamp."})
        })?;
        Ok(Envelope {
            version: "0".to_owned(),
            id: Uuid::new_v4().to_string(),
            detail_type,
            source,
            account: scope.account.clone(),
            time,
            region: scope.region.clone(),
            replay_name: None,
            resources: self.resources.unwrap_or_default(),
            detail,
        })
    }

    /// What the answer has in place of an entry whose source only AWS's own services may use.
    pub(crate) fn refuse_source(&self) -> Option<Value> {
        let reserved = self.source.as_deref().is_some_and(|source| source.starts_with("aws."));
        let message = "Not authorized for the source.";
        reserved.then(|| json!({"ErrorCode": "NotAuthorizedForSourceException", "ErrorMessage": message}))
    }

    /// How many bytes count towards the limit of a request.
    fn size(&self) -> usize {
        let text = |text: &Option<String>| text.as_deref().map_or(0, str::len);
        let resources: usize = self.resources.iter().flatten().map(String::len).sum();
        let time = if self.time.is_some() { 14 } else { 0 };
        time + text(&self.source) + text(&self.detail_type) + text(&self.detail) + resources
    }

    /// How AWS prints an entry in an error.
    fn print(&self) -> String {
        let text = |text: &Option<String>| text.clone().unwrap_or_else(|| "null".to_owned());
        let time = match &self.time {
            None => "null".to_owned(),
            Some(Moment::Seconds(seconds)) => Timestamp::from_epoch_seconds(*seconds).to_rfc3339_seconds(),
            Some(Moment::Text(text)) => text.clone(),
        };
        let resources =
            self.resources.as_ref().map_or_else(|| "null".to_owned(), |all| format!("[{}]", all.join(", ")));
        format!(
            "PutEventsRequestEntry(time={time}, source={}, resources={resources}, detailType={}, detail={}, \
             eventBusName={}, traceHeader={}, kmsKeyIdentifier=null, internalMetadata=null)",
            text(&self.source),
            text(&self.detail_type),
            text(&self.detail),
            text(&self.event_bus_name),
            text(&self.trace_header)
        )
    }
}

/// Checks a request as a whole: how many entries, and how large they are together.
pub(crate) fn check_request(entries: &[Entry], most_bytes: usize) -> Result<(), ServiceError> {
    if entries.is_empty() {
        return Err(error::constraint("[]", "entries", "Member must have length greater than or equal to 1"));
    }
    if entries.len() > 10 {
        let printed: Vec<String> = entries.iter().map(Entry::print).collect();
        let rule = "Member must have length less than or equal to 10";
        return Err(error::constraint(format_args!("[{}]", printed.join(", ")), "entries", rule));
    }
    if entries.iter().map(Entry::size).sum::<usize>() > most_bytes {
        return Err(ServiceError::validation("Total size of the entries in the request is over the limit."));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(value: Value) -> Entry {
        serde_json::from_value(value).expect("an entry")
    }

    fn refusal(value: Value) -> Value {
        entry(value).into_envelope(&Scope::default(), Timestamp::default()).expect_err("refused")
    }

    #[test]
    fn each_required_member_is_told_by_name_and_in_order() {
        let full = json!({"Source": "s", "DetailType": "t", "Detail": "{}"});
        for name in ["Source", "DetailType", "Detail"] {
            for lacking in [Value::Null, json!("")] {
                let mut value = full.clone();
                value[name] = lacking;
                let expected = format!("Parameter {name} is not valid. Reason: {name} is a required argument.");
                assert_eq!(refusal(value), json!({"ErrorCode": "InvalidArgument", "ErrorMessage": expected}));
            }
        }
        for malformed in ["text", "\"text\"", "[1]", "{"] {
            let value = json!({"Source": "s", "DetailType": "t", "Detail": malformed});
            assert_eq!(refusal(value)["ErrorMessage"], "Detail is malformed.");
        }
    }

    #[test]
    fn eleven_entries_are_refused_with_all_of_them_printed() {
        let entries: Vec<Entry> =
            (0..11).map(|_| entry(json!({"Source": "s", "DetailType": "t", "Detail": "{}"}))).collect();
        let one = "PutEventsRequestEntry(time=null, source=s, resources=null, detailType=t, detail={}, \
                   eventBusName=null, traceHeader=null, kmsKeyIdentifier=null, internalMetadata=null)";
        let message = check_request(&entries, 1 << 20).expect_err("too many").message;
        assert_eq!(
            message,
            format!(
                "1 validation error detected: Value '[{}]' at 'entries' failed to satisfy constraint: Member must have \
                 length less than or equal to 10",
                [one; 11].join(", ")
            )
        );
    }

    #[test]
    fn a_request_over_the_limit_is_refused_whole() {
        let entries = [entry(json!({"Source": "sss", "DetailType": "ttt", "Detail": "{}", "Time": 1}))];
        assert!(check_request(&entries, 22).is_ok());
        let message = check_request(&entries, 21).expect_err("14 + 3 + 3 + 2 bytes").message;
        assert_eq!(message, "Total size of the entries in the request is over the limit.");
    }
}
