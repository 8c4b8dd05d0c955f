//! Which route a request takes.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-routes.html>

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

/// A route's key: `GET /todos/{id}`, `ANY /files/{proxy+}` or `$default`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum RouteKey<'a> {
    Default,
    Path {
        /// `None` for `ANY`.
        method: Option<&'a str>,
        segments: Vec<Segment<'a>>,
    },
}

/// The kinds of segment, the most specific first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Segment<'a> {
    Literal(&'a str),
    Variable(&'a str),
    Greedy(&'a str),
}

/// How well a route fits: the least is the best.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Rank(Vec<u8>, bool);

const METHODS: &[&str] = &["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

impl<'a> RouteKey<'a> {
    /// `None` for text that is no route's key.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        if text == "$default" {
            return Some(Self::Default);
        }
        let (method, path) = text.split_once(' ')?;
        let path = path.strip_prefix('/').filter(|_| METHODS.contains(&method))?;
        let segments: Option<Vec<_>> = split(path).map(Segment::parse).collect();
        let segments = segments?;
        let is_greedy_inside = segments.iter().rev().skip(1).any(|it| matches!(it, Segment::Greedy(_)));
        (!is_greedy_inside).then_some(Self::Path { method: Some(method).filter(|it| *it != "ANY"), segments })
    }

    /// How well the route fits a request, and the variables of its path. Segments are literal before variable before
    /// greedy, from the left; then a method is better than `ANY`; `$default` is the last.
    pub(super) fn fit(&self, method: &str, path: &str) -> Option<(Rank, Map<String, Value>)> {
        let Self::Path { method: its, segments } = self else {
            return Some((Rank(vec![u8::MAX], true), Map::new()));
        };
        if its.is_some_and(|its| its != method) {
            return None;
        }
        let (mut rank, mut variables) = (Vec::new(), Map::new());
        let mut rest = split(path.strip_prefix('/')?).peekable();
        for segment in segments {
            match segment {
                Segment::Literal(text) => {
                    rest.next_if(|segment| decoded(segment) == *text)?;
                    rank.push(0);
                }
                Segment::Variable(name) => {
                    let segment = rest.next().filter(|segment| !segment.is_empty())?;
                    variables.insert((*name).to_owned(), decoded(segment).into());
                    rank.push(1);
                }
                Segment::Greedy(name) => {
                    rest.peek().filter(|segment| !segment.is_empty())?;
                    let all: Vec<_> = rest.by_ref().map(decoded).collect();
                    variables.insert((*name).to_owned(), all.join("/").into());
                    rank.push(2);
                }
            }
        }
        rest.next().is_none().then_some((Rank(rank, its.is_none()), variables))
    }
}

impl<'a> Segment<'a> {
    fn parse(segment: &'a str) -> Option<Self> {
        let Some(name) = segment.strip_prefix('{') else {
            return (!segment.contains(['{', '}'])).then_some(Self::Literal(segment));
        };
        let name = name.strip_suffix('}')?;
        let (name, make): (_, fn(&'a str) -> Self) = match name.strip_suffix('+') {
            Some(name) => (name, Self::Greedy),
            None => (name, Self::Variable),
        };
        (!name.is_empty() && !name.contains(['{', '}', '+'])).then(|| make(name))
    }
}

/// No segment for the root.
fn split(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(move |_| !path.is_empty())
}

fn decoded(segment: &str) -> String {
    percent_decode_str(segment).decode_utf8_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn taken<'a>(keys: &[&'a str], method: &str, path: &str) -> Option<(&'a str, Value)> {
        let fits = keys.iter().filter_map(|key| {
            let (rank, variables) = RouteKey::parse(key).expect("a route key").fit(method, path)?;
            Some((rank, *key, variables))
        });
        fits.min_by(|one, other| one.0.cmp(&other.0)).map(|(_, key, variables)| (key, Value::Object(variables)))
    }

    #[test]
    fn the_most_specific_route_is_taken() {
        let keys = [
            "$default",
            "ANY /{proxy+}",
            "GET /pets/{id}",
            "GET /pets/dog",
            "ANY /pets/dog",
            "ANY /pets/{proxy+}",
            "GET /",
        ];
        for (method, path, key, variables) in [
            ("GET", "/pets/dog", "GET /pets/dog", json!({})),
            ("POST", "/pets/dog", "ANY /pets/dog", json!({})),
            ("GET", "/pets/c%C3%A4t", "GET /pets/{id}", json!({ "id": "cät" })),
            ("PUT", "/pets/cat", "ANY /pets/{proxy+}", json!({ "proxy": "cat" })),
            ("GET", "/pets/dog/1", "ANY /pets/{proxy+}", json!({ "proxy": "dog/1" })),
            ("GET", "/a/b", "ANY /{proxy+}", json!({ "proxy": "a/b" })),
            ("GET", "/", "GET /", json!({})),
            ("POST", "/", "$default", json!({})),
        ] {
            assert_eq!(taken(&keys, method, path), Some((key, variables)), "{method} {path}");
        }
        assert_eq!(taken(&["POST /graphql"], "GET", "/graphql"), None);
        assert_eq!(taken(&["POST /graphql"], "POST", "/graphql/"), None);
    }

    #[test]
    fn nonsense_is_no_route_key() {
        for text in ["", "GET", "GET graphql", "FETCH /a", "GET /{a+}/b", "GET /{", "GET /a{b}", "GET /{}"] {
            assert_eq!(RouteKey::parse(text), None, "{text}");
        }
    }
}
