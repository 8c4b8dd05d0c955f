//! Items to what the children of a map run are given.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/input-output-itembatcher.html>

use std::sync::Arc;

use crate::execution::MAX_PAYLOAD_BYTES;
use crate::json::{Object, Payload, Value};

/// What one child of a distributed Map is given.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// Its input.
    pub input: Payload,
    /// How many items it is.
    pub items: u64,
}

/// Splits items by the evaluated `ItemBatcher`: no batch has more items, or as the child's input more bytes, than it
/// says.
pub fn batches(items: &[Payload], batcher: Option<&Value>) -> Vec<Batch> {
    let Some(batcher) = batcher else {
        return items.iter().map(|item| Batch { input: item.clone(), items: 1 }).collect();
    };
    let number = |name: &str| batcher.get(name).and_then(Value::as_f64).filter(|number| *number >= 1.0);
    let most_items = number("MaxItemsPerBatch").map_or(usize::MAX, |number| number as usize);
    let most_bytes = number("MaxInputBytesPerBatch").map_or(MAX_PAYLOAD_BYTES, |number| number as usize);
    let input = batcher.get("BatchInput");
    let frame = batch(Vec::new(), input).input.text().len();
    let mut batches: Vec<Vec<Value>> = Vec::new();
    let mut bytes = 0;
    for item in items {
        let size = item.text().len();
        // Between two items there is a comma.
        match batches.last_mut().filter(|batch| batch.len() < most_items && bytes + 1 + size <= most_bytes) {
            Some(batch) => {
                bytes += 1 + size;
                batch.push(item.value().clone());
            }
            None => {
                bytes = frame + size;
                batches.push(vec![item.value().clone()]);
            }
        }
    }
    batches.into_iter().map(|items| batch(items, input)).collect()
}

fn batch(items: Vec<Value>, input: Option<&Value>) -> Batch {
    let count = items.len() as u64;
    let mut members = Object::new();
    if let Some(input) = input {
        members.insert(Arc::from("BatchInput"), input.clone());
    }
    members.insert(Arc::from("Items"), Value::array(items));
    Batch { input: Payload::from(Value::object(members)), items: count }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(batcher: &str, items: &[&str]) -> Vec<String> {
        let items: Vec<Payload> = items.iter().map(|item| Payload::parse(item).expect("valid")).collect();
        let batcher = Value::parse(batcher).expect("valid");
        batches(&items, Some(&batcher)).iter().map(|batch| batch.input.text().to_string()).collect()
    }

    #[test]
    fn a_batch_has_neither_more_items_nor_more_bytes_than_allowed() {
        assert_eq!(split(r#"{"MaxItemsPerBatch":2}"#, &["1", "2", "3"]), [r#"{"Items":[1,2]}"#, r#"{"Items":[3]}"#]);
        // {"Items":[1,2]} has 15 bytes.
        let fifteen = r#"{"MaxInputBytesPerBatch":15}"#;
        assert_eq!(split(fifteen, &["1", "2", "3"]), [r#"{"Items":[1,2]}"#, r#"{"Items":[3]}"#]);
        let fourteen = r#"{"MaxInputBytesPerBatch":14}"#;
        assert_eq!(split(fourteen, &["1", "2"]), [r#"{"Items":[1]}"#, r#"{"Items":[2]}"#]);
        let both = r#"{"MaxInputBytesPerBatch":40,"MaxItemsPerBatch":9,"BatchInput":{"a":"b"}}"#;
        assert_eq!(split(both, &["1", "2", "3"]), [r#"{"BatchInput":{"a":"b"},"Items":[1,2,3]}"#]);
    }
}
