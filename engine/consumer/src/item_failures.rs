//! Failures that a function or a state machine reports of single records.

use serde_json::Value;

use crate::{Failure, Record};

/// The indexes of the records that an answer reports as `{"batchItemFailures": [{"itemIdentifier": "<id>"}]}`, in order. An
/// answer without is a success.
///
/// <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-pipes-batching-concurrency.html>
///
/// # Errors
/// The answer names what isn't in the batch, which fails all of it.
pub fn reported(answer: &Value, records: &[Record]) -> Result<Vec<usize>, Failure> {
    let Some(failures) = answer.get("batchItemFailures").and_then(Value::as_array) else {
        return Ok(Vec::new());
    };
    let mut failed = Vec::new();
    for failure in failures {
        let identifier = failure.get("itemIdentifier").and_then(Value::as_str).unwrap_or_default();
        let before = failed.len();
        let is_meant = |(_, record): &(usize, &Record)| is_called(record, identifier);
        failed.extend(records.iter().enumerate().filter(is_meant).map(|(index, _)| index));
        if failed.len() == before {
            let told = format!("the target reported the failure of a record that it was not given: {failure}");
            return Err(Failure::new(told));
        }
    }
    failed.sort_unstable();
    failed.dedup();
    Ok(failed)
}

fn is_called(record: &Record, identifier: &str) -> bool {
    let sequence_number = || record.value.pointer("/dynamodb/SequenceNumber").and_then(Value::as_str);
    !identifier.is_empty() && (record.id == identifier || sequence_number() == Some(identifier))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn outcome(answer: &Value) -> Result<Vec<usize>, Failure> {
        let record = |id: &str, number: &str| Record {
            id: id.to_owned(),
            value: json!({"dynamodb": {"SequenceNumber": number}}),
        };
        reported(answer, &[record("a", "7"), record("b", "8"), record("b", "8")])
    }

    #[test]
    fn only_well_formed_reports_are_partial() {
        for answer in [json!(null), json!({}), json!({"batchItemFailures": []}), json!({"batchItemFailures": null})] {
            assert_eq!(outcome(&answer), Ok(vec![]), "{answer}");
        }
        let report = |identifier: Value| json!({"batchItemFailures": [{"itemIdentifier": identifier}]});
        assert_eq!(outcome(&report(json!("b"))), Ok(vec![1, 2]));
        assert_eq!(outcome(&report(json!("7"))), Ok(vec![0]));
        for identifier in [json!(""), json!(null), json!("unknown")] {
            assert!(outcome(&report(identifier)).is_err());
        }
        assert!(outcome(&json!({"batchItemFailures": [{"foo": "a"}]})).is_err());
    }
}
