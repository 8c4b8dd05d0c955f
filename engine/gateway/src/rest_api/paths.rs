//! Which resource and method a request reaches.

use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::records::{Members, Resource, Resources};

/// What a request reaches.
pub(super) struct Reached<'a> {
    pub(super) resource: &'a Resource,
    pub(super) method: &'a Members,
    /// The path's variables, decoded.
    pub(super) variables: Members,
}

/// The resource whose path fits best (words before variables, variables before greedy ones), where it has the method or `ANY`.
pub(super) fn reached<'a>(resources: &'a Resources, method: &str, path: &str) -> Option<Reached<'a>> {
    let fits = resources.values().filter_map(|resource| {
        let method = resource.methods.get(method).or_else(|| resource.methods.get("ANY"))?;
        let (rank, variables) = fit(&resource.path, path)?;
        Some((rank, Reached { resource, method, variables }))
    });
    fits.min_by(|(one, _), (other, _)| one.cmp(other)).map(|(_, reached)| reached)
}

/// How a path fits a resource's: segment by segment the kind of what took it, and the variables.
fn fit(template: &str, path: &str) -> Option<(Vec<u8>, Members)> {
    let (mut ranks, mut variables) = (Vec::new(), Members::new());
    let mut rest = path.trim_matches('/');
    for part in template.trim_matches('/').split('/').filter(|part| !part.is_empty()) {
        let variable = part.strip_prefix('{').and_then(|part| part.strip_suffix('}'));
        if rest.is_empty() {
            return None;
        }
        if let Some(greedy) = variable.and_then(|name| name.strip_suffix('+')) {
            variables.insert(greedy.to_owned(), decoded(rest));
            ranks.push(2);
            return Some((ranks, variables));
        }
        let (segment, following) = rest.split_once('/').unwrap_or((rest, ""));
        match variable {
            Some(name) => {
                variables.insert(name.to_owned(), decoded(segment));
                ranks.push(1);
            }
            None if segment == part => ranks.push(0),
            None => return None,
        }
        rest = following;
    }
    rest.is_empty().then_some((ranks, variables))
}

fn decoded(segment: &str) -> Value {
    percent_decode_str(segment).decode_utf8_lossy().into_owned().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_before_variables_and_variables_before_greedy_ones() {
        let paths = ["/", "/orders", "/orders/{id}", "/orders/latest", "/{proxy+}"];
        let any = |path: &&str| {
            let methods = [("ANY".to_owned(), Members::new())].into();
            ((*path).to_owned(), Resource { path: (*path).to_owned(), methods, ..Resource::default() })
        };
        let resources: Resources = paths.iter().map(any).collect();
        for (path, expected) in [
            ("/", "/"),
            ("/orders/", "/orders"),
            ("/orders/latest", "/orders/latest"),
            ("/orders/7", "/orders/{id}"),
            ("/orders/7/lines", "/{proxy+}"),
        ] {
            let found = reached(&resources, "GET", path).map(|reached| reached.resource.path.as_str());
            assert_eq!(found, Some(expected), "{path}");
        }
        let id = reached(&resources, "GET", "/orders/a%20b").expect("fits").variables;
        assert_eq!(id["id"], "a b");
    }
}
