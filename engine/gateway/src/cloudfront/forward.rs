//! What of a request reaches the origin: what the cache behaviour's policies name, and what CloudFront says itself.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/controlling-origin-requests.html>

use http::header::{self, HeaderMap, HeaderName, HeaderValue};
use http::request;
use serde_json::{Value, json};

use super::records::{Kind, items, text};
use super::service::CloudFront;

/// AWS's own policies that distributions may name: nothing in the key, the same without caching, everything but `Host`.
///
/// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html>
const NOTHING: &[&str] = &["658327ea-f89d-4fab-a63d-7e88639e58f6", "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"];
const ALL_BUT_HOST: &str = "b689b0a8-53d0-40ab-baf2-68738e2966ac";

/// What is passed on whatever the policies say.
const ALWAYS: &[HeaderName] = &[
    header::IF_MATCH,
    header::IF_MODIFIED_SINCE,
    header::IF_NONE_MATCH,
    header::IF_RANGE,
    header::IF_UNMODIFIED_SINCE,
    header::RANGE,
    header::CONTENT_TYPE,
    header::CONTENT_LENGTH,
];

/// Whether distributions may name this policy.
pub(super) fn is_known_policy(cloudfront: &CloudFront, id: &str) -> bool {
    NOTHING.contains(&id) || id == ALL_BUT_HOST || cloudfront.get(Kind::CachePolicy, id).is_some()
}

/// The policies of a behaviour: what they let through.
pub(super) fn policies(cloudfront: &CloudFront, behaviour: &Value) -> Vec<Value> {
    let ids = ["CachePolicyId", "OriginRequestPolicyId"].map(|member| text(behaviour, member));
    let policy = |id: &str| match id {
        "" => None,
        ALL_BUT_HOST => Some(json!({
            "HeadersConfig": { "HeaderBehavior": "allExcept", "Headers": { "Items": ["host"] } },
            "CookiesConfig": { "CookieBehavior": "all" },
            "QueryStringsConfig": { "QueryStringBehavior": "all" },
        })),
        id => {
            let record = cloudfront.get(Kind::CachePolicy, id)?;
            Some(record.config["ParametersInCacheKeyAndForwardedToOrigin"].clone())
        }
    };
    ids.into_iter().filter_map(policy).collect()
}

/// The request as the origin gets it, whose `Host` is `domain`.
pub(super) fn forwarded(head: &request::Parts, policies: &[Value], domain: &str, origin: &Value) -> request::Parts {
    let named = |section: &str, behaviour: &str, list: &str, name: &str| {
        policies.iter().any(|policy| {
            let section = &policy[section];
            let is_listed = items(&section[list]).filter_map(Value::as_str).any(|it| it.eq_ignore_ascii_case(name));
            match text(section, behaviour) {
                "all" => true,
                "whitelist" => is_listed,
                "allExcept" => !is_listed,
                _ => false,
            }
        })
    };
    let mut headers = HeaderMap::new();
    for (name, value) in &head.headers {
        let is_cookie = *name == header::COOKIE;
        let passes = !is_cookie && named("HeadersConfig", "HeaderBehavior", "Headers", name.as_str());
        if ALWAYS.contains(name) || passes {
            headers.append(name.clone(), value.clone());
        }
    }
    let cookies = head.headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let cookies: Vec<_> = cookies
        .flat_map(|value| value.split("; "))
        .filter(|cookie| {
            let name = cookie.split('=').next().unwrap_or_default();
            named("CookiesConfig", "CookieBehavior", "Cookies", name)
        })
        .collect();
    put(&mut headers, header::COOKIE, &cookies.join("; "));
    put(&mut headers, header::HOST, domain);
    put(&mut headers, header::USER_AGENT, "Amazon CloudFront");
    for custom in items(&origin["CustomHeaders"]) {
        if let Ok(name) = text(custom, "HeaderName").parse::<HeaderName>() {
            put(&mut headers, name, text(custom, "HeaderValue"));
        }
    }
    let query: Vec<_> = head
        .uri
        .query()
        .into_iter()
        .flat_map(|query| query.split('&'))
        .filter(|field| {
            let name = field.split('=').next().unwrap_or_default();
            named("QueryStringsConfig", "QueryStringBehavior", "QueryStrings", name)
        })
        .collect();
    let query = if query.is_empty() { String::new() } else { format!("?{}", query.join("&")) };
    let mut forwarded = head.clone();
    forwarded.headers = headers;
    let address = format!("{}{}{query}", text(origin, "OriginPath"), head.uri.path());
    forwarded.uri = address.parse().unwrap_or_else(|_| head.uri.clone());
    forwarded
}

fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value)
        && !value.is_empty()
    {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use http::Request;

    use super::*;

    fn head() -> request::Parts {
        let request = Request::get("/media/1/card?v=2&token=x")
            .header("accept", "image/webp")
            .header("cookie", "a=1; session=2")
            .header("host", "127.0.0.1:8080")
            .header("if-none-match", "\"x\"")
            .header("x-secret", "1");
        request.body(()).expect("a request").into_parts().0
    }

    #[test]
    fn the_origin_gets_what_the_policies_name() {
        let policy = json!({
            "HeadersConfig": { "HeaderBehavior": "whitelist", "Headers": { "Items": ["Accept"] } },
            "CookiesConfig": { "CookieBehavior": "whitelist", "Cookies": { "Items": ["session"] } },
            "QueryStringsConfig": { "QueryStringBehavior": "whitelist", "QueryStrings": { "Items": ["v"] } },
        });
        let forwarded = forwarded(&head(), &[policy], "x.lambda-url.us-east-1.on.aws", &json!({}));
        assert_eq!(forwarded.uri, "/media/1/card?v=2");
        let value = |name: &str| forwarded.headers.get(name).and_then(|value| value.to_str().ok());
        assert_eq!(value("accept"), Some("image/webp"));
        assert_eq!(value("cookie"), Some("session=2"));
        assert_eq!(value("host"), Some("x.lambda-url.us-east-1.on.aws"));
        assert_eq!(value("if-none-match"), Some("\"x\""));
        assert_eq!(value("user-agent"), Some("Amazon CloudFront"));
        assert_eq!(value("x-secret"), None);
    }

    #[test]
    fn without_policies_the_origin_learns_the_path_alone() {
        let origin = json!({
            "OriginPath": "/v1",
            "CustomHeaders": { "Items": [{ "HeaderName": "x-from", "HeaderValue": "edge" }] },
        });
        let forwarded = forwarded(&head(), &[], "x.lambda-url.us-east-1.on.aws", &origin);
        assert_eq!(forwarded.uri, "/v1/media/1/card");
        assert_eq!(forwarded.headers["x-from"], "edge");
        assert!(!forwarded.headers.contains_key("accept") && !forwarded.headers.contains_key("cookie"));
    }
}
