//! What an expression's text mentions, so that only that is converted for it.

use std::collections::BTreeSet;

/// The variables in an expression, and the members of `$states` it uses.
#[derive(Debug, Default)]
pub(crate) struct Mentions {
    variables: BTreeSet<String>,
    members: BTreeSet<String>,
    /// `$states` is used as a whole.
    all_members: bool,
}

impl Mentions {
    /// Scans the text. Words in strings and comments count too: that costs a conversion and never an answer.
    pub(crate) fn of(text: &str) -> Self {
        let mut mentions = Self::default();
        let mut rest = text;
        while let Some(position) = rest.find('$') {
            rest = &rest[position + 1..];
            let name = word(rest);
            if name.is_empty() {
                continue;
            }
            rest = &rest[name.len()..];
            if name == "states" {
                let member =
                    rest.trim_start().strip_prefix('.').map(|rest| word(rest.trim_start())).unwrap_or_default();
                if member.is_empty() {
                    mentions.all_members = true;
                } else {
                    mentions.members.insert(member.to_owned());
                }
            }
            mentions.variables.insert(name.to_owned());
        }
        mentions
    }

    pub(crate) fn variable(&self, name: &str) -> bool {
        self.variables.contains(name)
    }

    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        self.variables.iter().map(String::as_str)
    }

    pub(crate) fn member(&self, name: &str) -> bool {
        self.all_members || self.members.contains(name)
    }
}

fn word(text: &str) -> &str {
    let end = text.find(|character: char| !(character.is_alphanumeric() || character == '_')).unwrap_or(text.len());
    &text[..end]
}
