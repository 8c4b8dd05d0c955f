//! Paths as error texts spell them: `$['items'][0]`.

use super::Selector;

/// The selectors behind what they are applied to.
pub(super) fn spell(selectors: &[Selector]) -> String {
    selectors.iter().map(fragment).collect()
}

fn fragment(selector: &Selector) -> String {
    match selector {
        Selector::Name(name) => format!("['{name}']"),
        Selector::Names(names) => {
            let names: Vec<_> = names.iter().map(|name| format!("'{name}'")).collect();
            format!("[{}]", names.join(", "))
        }
        Selector::Index(index) => format!("[{index}]"),
        Selector::Indexes(indexes) => {
            let indexes: Vec<_> = indexes.iter().map(ToString::to_string).collect();
            format!("[{}]", indexes.join(","))
        }
        Selector::Slice { start, end, .. } => {
            let bound = |bound: &Option<i64>| bound.map(|bound| bound.to_string()).unwrap_or_default();
            format!("[{}:{}]", bound(start), bound(end))
        }
        Selector::Wildcard => "[*]".to_owned(),
        Selector::Descend(inner) => format!("..{}", fragment(inner)),
        Selector::Filter(_) => "[?]".to_owned(),
    }
}
