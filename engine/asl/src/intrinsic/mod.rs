//! The intrinsic functions of JSONPath states: `States.Format('…', $.name)`.

mod arrays;
mod math;
mod parse;
mod text;

use std::sync::Arc;

pub(crate) use parse::parse;
pub(crate) use text::hash;

use crate::data::Data;
use crate::failure::Failure;
use crate::json::Value;
use crate::path::{Nowhere, Path};

/// A call of an intrinsic function.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// As the definition spells it.
    text: Arc<str>,
    function: Function,
    arguments: Vec<Argument>,
}

#[derive(Clone, Debug)]
enum Argument {
    Literal(Value),
    Path(Path),
    Call(Call),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Function {
    Array,
    ArrayPartition,
    ArrayContains,
    ArrayRange,
    ArrayGetItem,
    ArrayLength,
    ArrayUnique,
    Base64Encode,
    Base64Decode,
    Hash,
    JsonMerge,
    JsonToString,
    StringToJson,
    MathRandom,
    MathAdd,
    StringSplit,
    Uuid,
    Format,
}

impl Function {
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "Array" => Self::Array,
            "ArrayPartition" => Self::ArrayPartition,
            "ArrayContains" => Self::ArrayContains,
            "ArrayRange" => Self::ArrayRange,
            "ArrayGetItem" => Self::ArrayGetItem,
            "ArrayLength" => Self::ArrayLength,
            "ArrayUnique" => Self::ArrayUnique,
            "Base64Encode" => Self::Base64Encode,
            "Base64Decode" => Self::Base64Decode,
            "Hash" => Self::Hash,
            "JsonMerge" => Self::JsonMerge,
            "JsonToString" => Self::JsonToString,
            "StringToJson" => Self::StringToJson,
            "MathRandom" => Self::MathRandom,
            "MathAdd" => Self::MathAdd,
            "StringSplit" => Self::StringSplit,
            "UUID" => Self::Uuid,
            "Format" => Self::Format,
            _ => return None,
        })
    }

    /// How many arguments it takes.
    fn arity(self) -> std::ops::RangeInclusive<usize> {
        match self {
            Self::Array => 0..=usize::MAX,
            Self::Format => 1..=usize::MAX,
            Self::Uuid => 0..=0,
            Self::ArrayLength
            | Self::ArrayUnique
            | Self::Base64Encode
            | Self::Base64Decode
            | Self::JsonToString
            | Self::StringToJson => 1..=1,
            Self::ArrayPartition
            | Self::ArrayContains
            | Self::ArrayGetItem
            | Self::Hash
            | Self::MathAdd
            | Self::StringSplit => 2..=2,
            Self::ArrayRange | Self::JsonMerge => 3..=3,
            Self::MathRandom => 2..=3,
        }
    }
}

impl Call {
    /// The function's result. What fails is told of the whole expression, however deep in it.
    pub(crate) fn evaluate(&self, data: &Data<'_>) -> Result<Value, Failure> {
        self.value(data).map_err(|problem| {
            Failure::runtime(format!("The function '{}' had the following error: {problem}", self.text))
        })
    }

    fn value(&self, data: &Data<'_>) -> Result<Value, String> {
        let arguments = self.arguments.iter().map(|argument| argument.value(data)).collect::<Result<Vec<_>, _>>()?;
        self.apply(&arguments, data)
    }

    /// The paths among the arguments, of nested calls too.
    pub(crate) fn paths(&self) -> Vec<&Path> {
        self.arguments
            .iter()
            .flat_map(|argument| match argument {
                Argument::Literal(_) => Vec::new(),
                Argument::Path(path) => vec![path],
                Argument::Call(call) => call.paths(),
            })
            .collect()
    }

    fn apply(&self, arguments: &[Value], data: &Data<'_>) -> Result<Value, String> {
        match (self.function, arguments) {
            (Function::Array, items) => Ok(Value::array(items.to_vec())),
            (Function::ArrayPartition, [array, size]) => arrays::partition(array, size),
            (Function::ArrayContains, [array, item]) => arrays::contains(array, item),
            (Function::ArrayRange, [first, last, step]) => arrays::range(first, last, step),
            (Function::ArrayGetItem, [array, index]) => arrays::get(array, index),
            (Function::ArrayLength, [array]) => Ok(Value::from(arrays::items(array)?.len())),
            (Function::ArrayUnique, [array]) => arrays::unique(array),
            (Function::Base64Encode, [text]) => text::encode(text),
            (Function::Base64Decode, [text]) => text::decode(text),
            (Function::Hash, [value, algorithm]) => text::hash(value, algorithm),
            (Function::JsonMerge, [first, second, deep]) => text::merge(first, second, deep),
            (Function::JsonToString, [value]) => text::to_json(value),
            (Function::StringToJson, [text]) => text::parse_json(text),
            (Function::MathRandom, [start, end]) => math::random(start, end, data.entropy.unit()),
            (Function::MathRandom, [start, end, seed]) => {
                let seed = seed.as_i64().ok_or("The seed must be an integer")?;
                math::random(start, end, crate::entropy::seeded_unit(seed))
            }
            (Function::MathAdd, [first, second]) => math::add(first, second),
            (Function::StringSplit, [text, separators]) => text::split(text, separators),
            (Function::Uuid, []) => Ok(Value::from(data.entropy.uuid())),
            (Function::Format, [template, rest @ ..]) => text::format(template, rest),
            _ => Err("Invalid number of arguments".to_owned()),
        }
    }
}

impl Argument {
    fn value(&self, data: &Data<'_>) -> Result<Value, String> {
        match self {
            Self::Literal(value) => Ok(value.clone()),
            Self::Call(call) => call.value(data),
            Self::Path(path) => data.look_up(path).map_err(|nowhere| match nowhere {
                Nowhere::Inapplicable(_) | Nowhere::TooMany => nowhere.text().to_owned(),
                Nowhere::Absent(_) | Nowhere::PastEnd(_) | Nowhere::NoInput => format!(
                    "The JsonPath argument for the field '{}' could not be found in the input '{}'",
                    path.told(),
                    data.input_text()
                ),
            }),
        }
    }
}
