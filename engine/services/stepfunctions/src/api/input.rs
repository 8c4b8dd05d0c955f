//! The members of a request, with the constraints of AWS's service model.

use serde_json::{Map, Value};
use service::ServiceError;

use crate::errors;

/// The most bytes that an input, output or cause may have.
pub(crate) const DATA_LIMIT: usize = 262_144;

/// A request.
pub(crate) struct Input(Map<String, Value>);

impl Input {
    pub(crate) fn of(value: Value) -> Result<Self, ServiceError> {
        match value {
            Value::Object(members) => Ok(Self(members)),
            Value::Null => Ok(Self(Map::new())),
            _ => Err(ServiceError::client(
                "SerializationException",
                "Start of structure or map found where not expected.",
            )),
        }
    }

    /// The member, unless it is absent or null.
    pub(crate) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    pub(crate) fn text(&self, name: &str) -> Result<Option<&str>, ServiceError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(wrong_type(name, "a string")),
        }
    }

    pub(crate) fn required_text(&self, name: &str) -> Result<&str, ServiceError> {
        self.text(name)?.ok_or_else(|| errors::missing(name))
    }

    /// A text of 1 to `longest` characters.
    pub(crate) fn bounded(&self, name: &str, longest: usize) -> Result<&str, ServiceError> {
        let text = self.required_text(name)?;
        check_length(name, text, 1, longest)?;
        Ok(text)
    }

    /// [`Input::bounded`], where the member may be absent.
    pub(crate) fn optional_bounded(
        &self,
        name: &str,
        shortest: usize,
        longest: usize,
    ) -> Result<Option<&str>, ServiceError> {
        let text = self.text(name)?;
        if let Some(text) = text {
            check_length(name, text, shortest, longest)?;
        }
        Ok(text)
    }

    /// One of `values`.
    pub(crate) fn choice(&self, name: &str, values: &[&'static str]) -> Result<Option<&'static str>, ServiceError> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        match values.iter().find(|value| **value == text) {
            Some(value) => Ok(Some(value)),
            None => {
                let set = format!("satisfy enum value set: [{}]", values.join(", "));
                Err(errors::constraint(&format!("'{text}'"), name, &set))
            }
        }
    }

    pub(crate) fn boolean(&self, name: &str) -> Result<Option<bool>, ServiceError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(*value)),
            Some(_) => Err(wrong_type(name, "a boolean")),
        }
    }

    /// An integer between 0 and `most`.
    pub(crate) fn number(&self, name: &str, most: u64) -> Result<Option<u64>, ServiceError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_i64().ok_or_else(|| wrong_type(name, "an integer"))?;
        match u64::try_from(number) {
            Ok(number) if number <= most => Ok(Some(number)),
            Ok(_) => Err(errors::constraint(
                &format!("'{number}'"),
                name,
                &format!("have value less than or equal to {most}"),
            )),
            Err(_) => Err(errors::constraint(&format!("'{number}'"), name, "have value greater than or equal to 0")),
        }
    }

    /// A number within bounds.
    pub(crate) fn float(&self, name: &str, (least, most): (f64, f64)) -> Result<Option<f64>, ServiceError> {
        let Some(value) = self.get(name) else { return Ok(None) };
        let number = value.as_f64().ok_or_else(|| wrong_type(name, "a number"))?;
        let bound = match number {
            _ if number < least => format!("have value greater than or equal to {least}"),
            _ if number > most => format!("have value less than or equal to {most}"),
            _ => return Ok(Some(number)),
        };
        Err(errors::constraint(&format!("'{number}'"), name, &bound))
    }

    /// A structure's members.
    pub(crate) fn structure(&self, name: &str) -> Result<Option<&Map<String, Value>>, ServiceError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Object(members)) => Ok(Some(members)),
            Some(_) => Err(wrong_type(name, "a structure")),
        }
    }

    /// Whether `includedData` asks for inputs, outputs and definitions too, as it does unless it says otherwise.
    pub(crate) fn includes_data(&self) -> Result<bool, ServiceError> {
        Ok(self.choice("includedData", &["ALL_DATA", "METADATA_ONLY"])? != Some("METADATA_ONLY"))
    }

    pub(crate) fn list(&self, name: &str) -> Result<Option<&Vec<Value>>, ServiceError> {
        match self.get(name) {
            None => Ok(None),
            Some(Value::Array(items)) => Ok(Some(items)),
            Some(_) => Err(wrong_type(name, "a list")),
        }
    }
}

pub(crate) fn check_length(name: &str, text: &str, shortest: usize, longest: usize) -> Result<(), ServiceError> {
    let length = text.chars().count();
    if length < shortest {
        let bound = format!("have length greater than or equal to {shortest}");
        return Err(errors::constraint(&format!("'{text}'"), name, &bound));
    }
    if length > longest {
        let bound = format!("have length less than or equal to {longest}");
        return Err(errors::constraint(&format!("'{text}'"), name, &bound));
    }
    Ok(())
}

/// Names of machines, executions and activities, of 1 to 80 characters: no white space, wildcards, brackets, quotes,
/// control characters …
pub(crate) fn check_name(name: &str) -> Result<(), ServiceError> {
    check_length("name", name, 1, 80)?;
    let forbidden = |character: char| {
        character.is_control()
            || character.is_whitespace()
            || "<>{}[]?*\"#%\\^|~`$&,;:/".contains(character)
            || "\u{fffe}\u{ffff}\u{10ffff}".contains(character)
    };
    if name.chars().any(forbidden) {
        return Err(errors::invalid_name(name));
    }
    Ok(())
}

/// A member of another JSON type than the service model has.
pub(crate) fn wrong_type(name: &str, wanted: &str) -> ServiceError {
    ServiceError::client("SerializationException", format!("the member '{name}' must be {wanted}"))
}
