//! `Assign`: which names variables can have.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html>

use super::{Fields, QueryLanguage, expected};
use crate::template::Template;

const LONGEST: usize = 80;
/// Where JSONata finds the state's input, result and context.
const RESERVED: &str = "states";

impl Fields<'_> {
    /// The object's `Assign`.
    pub(crate) fn assign(&self) -> Option<Template> {
        if let Some(assign) = self.get("Assign").and_then(|value| value.as_object()) {
            for field in assign.keys() {
                let name = match self.language {
                    QueryLanguage::JsonPath => field.strip_suffix(".$").unwrap_or(field),
                    QueryLanguage::Jsonata => field,
                };
                if let Some((code, problem)) = problem(name) {
                    self.report(code, problem, format!("{}/{field}", self.at("Assign")), None);
                }
            }
        }
        if self.language == QueryLanguage::JsonPath
            && self.get("Assign").is_some_and(|assign| assign.as_object().is_none())
        {
            self.field_problem("Assign", expected("OBJECT"));
        }
        self.template("Assign")
    }
}

/// The code and the text of what is wrong with a name.
fn problem(name: &str) -> Option<(&'static str, String)> {
    if name == RESERVED {
        return Some(("RESERVED_VARIABLE_NAME", format!("Cannot assign to reserved variable '${name}'.")));
    }
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(unicode_ident::is_xid_start);
    let is_identifier = starts && characters.all(unicode_ident::is_xid_continue);
    let problem = match name.chars().count() {
        _ if !is_identifier => "contains invalid characters".to_owned(),
        length if length > LONGEST => format!("is longer than {LONGEST} characters"),
        _ => return None,
    };
    Some(("INVALID_VARIABLE_NAME", format!("Invalid variable name '{name}': the variable name {problem}.")))
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn a_variable_is_named_by_a_unicode_identifier() {
        let longest = "x".repeat(80);
        for name in ["x", "größe", "π2", "a_b", &longest] {
            assert_eq!(problem(name), None, "{name}");
        }
        let too_long = "x".repeat(81);
        for name in ["", "2x", "_x", "a-b", "a.b", "x[2]", "$x", "states", &too_long] {
            assert!(problem(name).is_some(), "{name}");
        }
    }
}
