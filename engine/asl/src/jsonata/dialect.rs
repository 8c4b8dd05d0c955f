//! The functions that Step Functions adds to JSONata.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html#jsonata-functions-provided-by-sfn>

use jsonata_core::evaluator::EvaluatorError;
use jsonata_core::value::JValue;

use super::convert::from_value;
use super::texts::OUT_OF_MEMORY;
use crate::entropy::{Entropy, JavaRandom};
use crate::json::Value;

/// AWS runs out of memory when a range has more.
const MAX_RANGE: i128 = 360_145;
const ALGORITHMS: [&str; 5] = ["SHA-1", "SHA-384", "SHA-256", "SHA-512", "MD5"];

pub(super) type Answer = Result<JValue, EvaluatorError>;

pub(super) fn failure(message: impl Into<String>) -> EvaluatorError {
    EvaluatorError::EvaluationError(message.into())
}

fn mismatch(function: &str, position: usize) -> EvaluatorError {
    failure(format!("T0410: Argument {position} of function \"{function}\" does not match function signature"))
}

/// Refuses more arguments than a function takes.
fn at_most(function: &str, arguments: &[JValue], most: usize) -> Result<(), EvaluatorError> {
    if arguments.len() > most { Err(mismatch(function, most + 1)) } else { Ok(()) }
}

/// A whole number, cut towards zero; `None` for one that is undefined.
fn whole(arguments: &[JValue], position: usize, function: &str) -> Result<Option<i64>, EvaluatorError> {
    match arguments.get(position) {
        None | Some(JValue::Undefined) => Ok(None),
        Some(JValue::Number(number)) if number.is_finite() => Ok(Some(*number as i64)),
        Some(_) => Err(mismatch(function, position + 1)),
    }
}

/// `$partition(array, size)`: chunks of the array; nothing of nothing, and nothing in chunks of none.
pub(super) fn partition(arguments: &[JValue]) -> Answer {
    at_most("partition", arguments, 2)?;
    let items = match arguments.first() {
        None | Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::Array(items)) => items,
        Some(_) => {
            return Err(failure("T0412: Argument 1 of function \"partition\" must be an array of undefined"));
        }
    };
    let Some(size) = whole(arguments, 1, "partition")? else {
        return Ok(JValue::array(vec![JValue::Array(items.clone())]));
    };
    match usize::try_from(size) {
        Err(_) => Err(failure("D3137: Second argument must be zero or greater")),
        Ok(0) => Ok(JValue::Undefined),
        Ok(_) if items.is_empty() => Ok(JValue::Undefined),
        Ok(size) => Ok(JValue::array(items.chunks(size).map(|chunk| JValue::array(chunk.to_vec())).collect())),
    }
}

/// `$range(first, last, step)`: a sequence, so that a range of one is that number alone, and one of none is nothing.
pub(super) fn range(arguments: &[JValue]) -> Answer {
    at_most("range", arguments, 3)?;
    if arguments.len() < 2 {
        return Err(mismatch("range", arguments.len() + 1));
    }
    let (first, last, step) =
        (whole(arguments, 0, "range")?, whole(arguments, 1, "range")?, whole(arguments, 2, "range")?);
    let (Some(first), Some(last), Some(step)) = (first, last, step) else {
        return Ok(JValue::Undefined);
    };
    let (first, last, step) = (i128::from(first), i128::from(last), i128::from(step));
    // More than `MAX_RANGE` is as good as any.
    let length = if step == 0 { 0 } else { ((last - first) / step + 1).min(MAX_RANGE + 1) };
    if step == 0 || (last - first).signum() * step.signum() < 0 {
        return Ok(JValue::Undefined);
    }
    if length > MAX_RANGE {
        return Err(failure(OUT_OF_MEMORY));
    }
    let mut numbers: Vec<JValue> = (0..length).map(|index| JValue::from_f64((first + index * step) as f64)).collect();
    Ok(match numbers.len() {
        1 => numbers.swap_remove(0),
        _ => JValue::array(numbers),
    })
}

/// `$hash(text, algorithm)`: in hexadecimal digits.
pub(super) fn hash(arguments: &[JValue]) -> Answer {
    at_most("hash", arguments, 2)?;
    let text = match arguments.first() {
        Some(JValue::Undefined) => return Ok(JValue::Undefined),
        Some(JValue::String(text)) => text,
        _ => return Err(mismatch("hash", 1)),
    };
    let algorithm = match arguments.get(1) {
        None => return Ok(JValue::Undefined),
        Some(JValue::Undefined) => "null",
        Some(JValue::String(algorithm)) => algorithm,
        Some(_) => return Err(mismatch("hash", 2)),
    };
    if !ALGORITHMS.contains(&algorithm) {
        let known = ALGORITHMS.join(", ");
        return Err(failure(format!("D3137: Hash algorithm '{algorithm}' must be one of {known}")));
    }
    crate::intrinsic::hash(&Value::from(&**text), &Value::from(algorithm))
        .map(|hash| from_value(&hash))
        .map_err(failure)
}

/// `$parse(text)`: the value of JSON text.
pub(super) fn parse(arguments: &[JValue]) -> Answer {
    at_most("parse", arguments, 1)?;
    match arguments.first() {
        None | Some(JValue::Undefined) => Ok(JValue::Undefined),
        Some(JValue::String(text)) => {
            Value::parse_strictly(text).map(|value| from_value(&value)).map_err(|_| failure("D3137: Invalid JSON"))
        }
        Some(_) => Err(mismatch("parse", 1)),
    }
}

/// `$uuid()`
pub(super) fn uuid(arguments: &[JValue], dice: &Entropy) -> Answer {
    at_most("uuid", arguments, 0)?;
    Ok(JValue::string(dice.uuid()))
}

/// `$random(seed)`: the same number for the same seed, that of Java's generator.
pub(super) fn random(arguments: &[JValue], dice: &Entropy) -> Answer {
    at_most("random", arguments, 1)?;
    let seed = whole(arguments, 0, "random")?;
    Ok(JValue::from_f64(seed.map_or_else(|| dice.unit(), |seed| JavaRandom::new(seed).unit())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::jsonata::convert::to_value;

    fn number(number: f64) -> JValue {
        JValue::from_f64(number)
    }

    fn numbers(numbers: &[f64]) -> JValue {
        JValue::array(numbers.iter().copied().map(number).collect())
    }

    fn text(answer: Answer) -> String {
        match answer {
            Ok(value) => to_value(&value).map_or("undefined".to_owned(), |value| value.to_text()),
            Err(error) => error.message().to_owned(),
        }
    }

    #[test]
    fn a_range_is_a_sequence_of_whole_numbers() {
        let of = |bounds: &[f64]| text(range(&bounds.iter().copied().map(number).collect::<Vec<_>>()));
        assert_eq!(of(&[0.0, 6.0, 2.0]), "[0,2,4,6]");
        assert_eq!(of(&[10.0, 0.0, -4.0]), "[10,6,2]");
        assert_eq!(of(&[-1.7, 2.0, 1.0]), "[-1,0,1,2]");
        assert_eq!(of(&[3.0, 3.0, 1.0]), "3");
        for nothing in [&[5.0, 1.0, 1.0][..], &[1.0, 5.0, 0.0], &[1.0, 5.0]] {
            assert_eq!(of(nothing), "undefined");
        }
        assert_eq!(of(&[1.0]), "T0410: Argument 2 of function \"range\" does not match function signature");
        assert_eq!(of(&[1.0, 360_146.0, 1.0]), OUT_OF_MEMORY);
        assert_eq!(of(&[1.0, 1e18, 1.0]), OUT_OF_MEMORY);
        assert!(of(&[1.0, 360_145.0, 1.0]).ends_with("360145]"));
        assert_eq!(
            of(&[1.0, 2.0, 1.0, 1.0]),
            "T0410: Argument 4 of function \"range\" does not match function signature"
        );
    }

    #[test]
    fn a_partition_of_nothing_or_into_nothing_is_undefined() {
        let items = numbers(&[1.0, 2.0, 3.0]);
        let of = |items: &JValue, size: f64| text(partition(&[items.clone(), number(size)]));
        assert_eq!(of(&items, 2.9), "[[1,2],[3]]");
        assert_eq!(text(partition(std::slice::from_ref(&items))), "[[1,2,3]]");
        assert_eq!(of(&items, 0.0), "undefined");
        assert_eq!(of(&numbers(&[]), 2.0), "undefined");
        assert_eq!(of(&items, -1.0), "D3137: Second argument must be zero or greater");
        assert_eq!(of(&JValue::Null, 2.0), "T0412: Argument 1 of function \"partition\" must be an array of undefined");
    }

    #[test]
    fn hashes_are_of_text_by_algorithms_that_are_spelled_so() {
        let of = |algorithm: &str| text(hash(&[JValue::string("Hello"), JValue::string(algorithm)]));
        assert_eq!(of("MD5"), "\"8b1a9953c4611296a827abf8c47804d7\"");
        assert_eq!(of("md5"), "D3137: Hash algorithm 'md5' must be one of SHA-1, SHA-384, SHA-256, SHA-512, MD5");
        assert_eq!(text(hash(&[JValue::string("a")])), "undefined");
        assert!(text(hash(&[number(1.0), JValue::string("MD5")])).starts_with("T0410: Argument 1 of"));
    }

    #[test]
    fn a_seed_gives_the_number_of_javas_generator() {
        let of = |seed: f64| text(random(&[number(seed)], &Entropy::default()));
        assert_eq!(of(42.0), "0.7275636800328681");
        assert_eq!(of(0.9), "0.730967787376657");
        assert!(text(random(&[JValue::Null], &Entropy::default())).starts_with("T0410: Argument 1 of"));
    }

    #[test]
    fn json_text_is_parsed_whole_or_not_at_all() {
        let of = |json: &str| text(parse(&[JValue::string(json)]));
        assert_eq!(of(r#"{"a":[1,null]}"#), r#"{"a":[1,null]}"#);
        for wrong in ["", "{} {}", r#"{"a":1,"a":2}"#, "1e400", "no"] {
            assert_eq!(of(wrong), "D3137: Invalid JSON", "{wrong}");
        }
        assert!(text(parse(&[JValue::Null])).starts_with("T0410: Argument 1 of"));
        assert_eq!(text(parse(&[])), "undefined");
    }
}
