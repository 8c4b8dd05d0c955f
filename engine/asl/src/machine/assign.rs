//! `Assign`: which names variables can have.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/workflow-variables.html>

use super::{Fields, QueryLanguage};
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
                if let Some(problem) = problem(name) {
                    self.report("SCHEMA_VALIDATION_FAILED", problem, self.at("Assign"), None);
                }
            }
        }
        self.template("Assign")
    }
}

fn problem(name: &str) -> Option<String> {
    if name == RESERVED {
        return Some(format!("The variable name '{name}' is reserved"));
    }
    let mut characters = name.chars();
    let starts = characters.next().is_some_and(unicode_ident::is_xid_start);
    let is_identifier = starts && characters.all(unicode_ident::is_xid_continue);
    let fits = name.chars().count() <= LONGEST;
    (!is_identifier || !fits)
        .then(|| format!("The variable name '{name}' is not a Unicode identifier of at most {LONGEST} characters"))
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
