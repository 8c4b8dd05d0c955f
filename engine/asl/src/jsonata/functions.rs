//! The functions that Step Functions adds to JSONata, and those that must not look at the real clock or dice.

use jsonata_core::evaluator::{Context, Evaluator, EvaluatorError};
use jsonata_core::value::JValue;

use super::convert::{from_value, to_value};
use super::names::Mentions;
use crate::data::Data;
use crate::entropy::{Entropy, seeded_unit};
use crate::json::Value;

/// AWS's bound on what `$range` makes.
const MAX_RANGE: usize = 1000;
/// `$pad` in the library allocates what it is told: more than a payload holds is refused.
const MAX_PAD: f64 = 262_144.0;

type Answer = Result<JValue, EvaluatorError>;
type Function = Box<dyn Fn(&[JValue]) -> Answer>;

/// Registers what the expression mentions.
pub(super) fn register(evaluator: &mut Evaluator, mentions: &Mentions, data: &Data<'_>) {
    let now = data.context.now;
    let entropy = Entropy::new(data.entropy.next_if(mentions.variable("random") || mentions.variable("uuid")));
    let mut add = |name: &str, function: Function| {
        if mentions.variable(name) {
            // A name that is a built-in of the library is overridden; the others are new.
            let registered = evaluator.register_fn_override(name, move |arguments: &[JValue]| function(arguments));
            debug_assert!(registered.is_ok(), "{name} can be overridden");
        }
    };
    add("partition", Box::new(partition));
    add("range", Box::new(range));
    add("hash", Box::new(hash));
    add("parse", Box::new(parse));
    add("pad", Box::new(pad));
    add("millis", Box::new(move |_| Ok(JValue::from_i64(now.as_millis()))));
    add("now", Box::new(move |arguments| format_now(now.as_millis(), arguments)));
    let dice = entropy.clone();
    add("uuid", Box::new(move |_| Ok(JValue::string(entropy.uuid()))));
    add(
        "random",
        Box::new(move |arguments| {
            Ok(JValue::from_f64(match arguments.first().and_then(JValue::as_f64) {
                Some(seed) => seeded_unit(seed as i64),
                None => dice.unit(),
            }))
        }),
    );
}

fn failure(message: impl Into<String>) -> EvaluatorError {
    EvaluatorError::EvaluationError(message.into())
}

fn number(arguments: &[JValue], position: usize, function: &str) -> Result<f64, EvaluatorError> {
    arguments
        .get(position)
        .and_then(JValue::as_f64)
        .filter(|number| number.is_finite())
        .ok_or_else(|| failure(format!("T0410: Argument {} of function \"{function}\" must be a number", position + 1)))
}

fn partition(arguments: &[JValue]) -> Answer {
    let Some(items) = arguments.first().filter(|first| !first.is_undefined()) else {
        return Ok(JValue::Undefined);
    };
    let size = number(arguments, 1, "partition")?.round();
    if size < 1.0 {
        return Err(failure("T0410: Argument 2 of function \"partition\" must be a positive number"));
    }
    // Beyond what an array can hold all sizes are alike.
    let size = size.min(1e9) as usize;
    let items = items.as_array().cloned().unwrap_or_else(|| vec![items.clone()]);
    Ok(JValue::array(items.chunks(size).map(|chunk| JValue::array(chunk.to_vec())).collect()))
}

/// A sequence, so that a range of one is that number alone, as AWS answers.
fn range(arguments: &[JValue]) -> Answer {
    let (first, last, step) =
        (number(arguments, 0, "range")?, number(arguments, 1, "range")?, number(arguments, 2, "range")?);
    if step == 0.0 {
        return Err(failure("T0410: Argument 3 of function \"range\" must not be zero"));
    }
    let mut numbers = Vec::new();
    let mut next = first;
    while (step > 0.0 && next <= last) || (step < 0.0 && next >= last) {
        if numbers.len() == MAX_RANGE {
            return Err(failure(format!("D2014: The range must not have more than {MAX_RANGE} items")));
        }
        numbers.push(JValue::from_f64(next));
        next = first + step * numbers.len() as f64;
    }
    Ok(match numbers.len() {
        1 => numbers.swap_remove(0),
        _ => JValue::array(numbers),
    })
}

fn hash(arguments: &[JValue]) -> Answer {
    let value = arguments.first().and_then(to_value).unwrap_or_default();
    let algorithm = arguments.get(1).and_then(JValue::as_str).unwrap_or("SHA-256");
    crate::intrinsic::hash(&value, &Value::from(algorithm)).map(|hash| from_value(&hash)).map_err(failure)
}

fn parse(arguments: &[JValue]) -> Answer {
    let Some(text) = arguments.first().and_then(JValue::as_str) else {
        return Ok(JValue::Undefined);
    };
    Value::parse(text).map(|value| from_value(&value)).map_err(|error| failure(format!("D3141: {error}")))
}

fn pad(arguments: &[JValue]) -> Answer {
    if number(arguments, 1, "pad")?.abs() > MAX_PAD {
        return Err(failure("D3010: Argument 2 of function \"pad\" is too large"));
    }
    let mut context = Context::new();
    for (name, argument) in ["text", "width", "character"].iter().zip(arguments) {
        context.bind((*name).to_owned(), argument.clone());
    }
    let source = if arguments.len() > 2 { "$pad($text, $width, $character)" } else { "$pad($text, $width)" };
    evaluate(source, context)
}

fn format_now(millis: i64, arguments: &[JValue]) -> Answer {
    let mut context = Context::new();
    context.bind("moment".to_owned(), JValue::from_i64(millis));
    for (name, argument) in ["picture", "zone"].iter().zip(arguments) {
        context.bind((*name).to_owned(), argument.clone());
    }
    let source = match arguments.len() {
        0 => "$fromMillis($moment)",
        1 => "$fromMillis($moment, $picture)",
        _ => "$fromMillis($moment, $picture, $zone)",
    };
    evaluate(source, context)
}

fn evaluate(source: &str, context: Context) -> Answer {
    let ast = jsonata_core::parser::parse(source).map_err(|error| failure(error.to_string()))?;
    Evaluator::with_context(context).evaluate(&ast, &JValue::Undefined)
}
