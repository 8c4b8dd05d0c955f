//! Functions of the library that are replaced: those that would look at the real clock or dice, or take all memory.

use jsonata_core::evaluator::{Context, Evaluator};
use jsonata_core::value::JValue;

use super::dialect::{self, Answer, failure};
use super::names::Mentions;
use super::texts::OUT_OF_MEMORY;
use crate::data::Data;
use crate::entropy::Entropy;

/// `$pad` in the library allocates what it is told: more than a payload holds is refused.
const MAX_PAD: f64 = 262_144.0;

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
    add("partition", Box::new(dialect::partition));
    add("range", Box::new(dialect::range));
    add("hash", Box::new(dialect::hash));
    add("parse", Box::new(dialect::parse));
    // There is none, as AWS has it.
    add("eval", Box::new(|_| Err(failure("T1006: Attempted to invoke a non-function"))));
    add("pad", Box::new(pad));
    add("millis", Box::new(move |_| Ok(JValue::from_i64(now.as_millis()))));
    add("now", Box::new(move |arguments| format_now(now.as_millis(), arguments)));
    let dice = entropy.clone();
    add("uuid", Box::new(move |arguments| dialect::uuid(arguments, &entropy)));
    add("random", Box::new(move |arguments| dialect::random(arguments, &dice)));
}

fn pad(arguments: &[JValue]) -> Answer {
    if arguments.get(1).and_then(JValue::as_f64).is_some_and(|width| width.abs() > MAX_PAD) {
        return Err(failure(OUT_OF_MEMORY));
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
