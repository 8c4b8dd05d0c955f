//! The `Label` of a distributed Map: a part of the names of its executions.

use crate::machine::Fields;

const LONGEST: usize = 40;
const FORBIDDEN: &str = "?*<>{}[]:;,\\|^~$#%&`\"";

/// Reports the first thing that is wrong with a label, and one that another Map has.
pub(super) fn check(fields: &Fields<'_>, label: &str) {
    if let Some(problem) = problem(label) {
        fields.field_problem("Label", problem);
    }
    if !fields.reader.labels.borrow_mut().insert(label.into()) {
        fields.report("DUPLICATE_LABEL_NAME", format!("Duplicate Label name: {label}"), fields.at("Label"), None);
    }
}

fn problem(label: &str) -> Option<String> {
    if label.is_empty() {
        return Some("Label cannot be empty".to_owned());
    }
    if label.chars().count() > LONGEST {
        return Some(format!("Label cannot exceed {LONGEST} characters"));
    }
    let wrong = label
        .chars()
        .find(|character| character.is_whitespace() || character.is_control() || FORBIDDEN.contains(*character))?;
    Some(format!("Label contains invalid character: '{}'", spell(wrong)))
}

fn spell(character: char) -> String {
    match character {
        '\n' | '\r' | '\t' | '\\' => character.escape_default().to_string(),
        ' ' => character.to_string(),
        _ if character.is_control() || character.is_whitespace() => match u32::from(character) {
            code @ ..=0xff => format!("\\x{code:02x}"),
            code => format!("\\u{code:04x}"),
        },
        _ => character.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::problem;

    #[test]
    fn characters_that_cannot_be_seen_are_spelled() {
        for (label, spelled) in [("a?", "?"), ("a b", " "), ("\u{1}", "\\x01"), ("\u{85}", "\\x85"), ("\n", "\\n")] {
            let expected = format!("Label contains invalid character: '{spelled}'");
            assert_eq!(problem(label), Some(expected));
        }
        assert_eq!(problem("Orders-2_é"), None);
    }

    #[test]
    fn a_label_has_one_to_forty_characters() {
        assert_eq!(problem("").as_deref(), Some("Label cannot be empty"));
        assert_eq!(problem(&"x".repeat(40)), None);
        assert_eq!(problem(&"x".repeat(41)).as_deref(), Some("Label cannot exceed 40 characters"));
    }
}
