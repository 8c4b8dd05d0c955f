//! Whether a path fits a route, and what its labels are.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// The labels that `path` puts into `template`: `{Name}` takes one segment, `{Name+}` the rest. Segments are decoded after
/// they are split, so an ARN's encoded slashes stay inside its label. `None` when the path doesn't fit.
pub(super) fn labels(template: &str, path: &str) -> Option<Map<String, Value>> {
    let mut labels = Map::new();
    let mut rest = path.trim_matches('/');
    for part in template.trim_matches('/').split('/') {
        let label = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        if let Some(greedy) = label.and_then(|name| name.strip_suffix('+')) {
            if rest.is_empty() {
                return None;
            }
            labels.insert(greedy.to_owned(), decoded(rest)?);
            return Some(labels);
        }
        let (segment, following) = rest.split_once('/').unwrap_or((rest, ""));
        match label {
            Some(name) if !segment.is_empty() => drop(labels.insert(name.to_owned(), decoded(segment)?)),
            None if segment == part => {}
            _ => return None,
        }
        rest = following;
    }
    rest.is_empty().then_some(labels)
}

fn decoded(segment: &str) -> Option<Value> {
    Some(Value::from(percent_decode_str(segment).decode_utf8().ok()?.into_owned()))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn labels_are_decoded_segments() {
        let fits = |template, path| labels(template, path).map(Value::Object);
        assert_eq!(
            fits("/2015-03-31/functions/{FunctionName}/invocations", "/2015-03-31/functions/a%3Ab%2Fc/invocations"),
            Some(json!({ "FunctionName": "a:b/c" }))
        );
        assert_eq!(fits("/tags/{arn+}", "/tags/arn:aws:x/y"), Some(json!({ "arn": "arn:aws:x/y" })));
        assert_eq!(fits("/functions/", "/functions"), Some(json!({})));
        for path in
            ["/functions", "/functions//policy", "/functions/a", "/functions/a/policy/b", "/functions/%ff/policy"]
        {
            assert_eq!(fits("/functions/{Name}/policy", path), None, "{path}");
        }
    }
}
