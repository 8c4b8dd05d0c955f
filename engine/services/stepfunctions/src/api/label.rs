//! How machines with a wrong Map `Label` are refused: not as other definitions are, and as recorded.

use asl::Invalid;

/// `Error=ValueError Args=['Label cannot be empty'] in definition '…'.`, when the first finding is about a label.
pub(super) fn refusal(invalid: &Invalid, definition: &str) -> Option<String> {
    let finding = invalid.diagnostics.first()?;
    let about_label = finding.location.ends_with("/Label") && finding.message.starts_with("Label ");
    about_label.then(|| format!("Error=ValueError Args=[{}] in definition '{definition}'.", quote(&finding.message)))
}

/// Single quotes, or double ones around text that has single quotes only.
fn quote(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    match (text.contains('\''), text.contains('"')) {
        (true, false) => format!("\"{text}\""),
        _ => format!("'{}'", text.replace('\'', "\\'")),
    }
}

#[cfg(test)]
mod tests {
    use super::quote;

    #[test]
    fn quotes_are_chosen_by_the_text() {
        assert_eq!(quote("Label cannot be empty"), "'Label cannot be empty'");
        assert_eq!(quote("invalid: '\\n'"), r#""invalid: '\\n'""#);
        assert_eq!(quote("invalid: '\"'"), r#"'invalid: \'"\''"#);
    }
}
