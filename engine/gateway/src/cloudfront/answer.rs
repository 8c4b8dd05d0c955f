//! From a request to the origin that its cache behaviour names, and back.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderValue, Response, StatusCode, request};
use serde_json::Value;
use uuid::Uuid;

use super::forward::{forwarded, policies};
use super::pattern::matches;
use super::records::{Kind, Record, items, text};
use super::service::CloudFront;
use crate::function_url::FunctionUrls;

/// A distribution, and the cache behaviour that a path has in it.
pub(crate) struct Served {
    distribution: Arc<Record>,
    behaviour: Value,
}

impl CloudFront {
    /// The distribution that has a host of its own, or one that its `Aliases` name.
    pub(crate) fn by_host(&self, host: &str, path: &str) -> Option<Served> {
        let distribution = self.all(Kind::Distribution).into_iter().find(|distribution| {
            let own = host.strip_suffix(".cloudfront.net").or_else(|| host.strip_suffix(".cloudfront.localhost"));
            own.is_some_and(|id| id.eq_ignore_ascii_case(&distribution.id))
                || items(&distribution.config["Aliases"]).any(|alias| alias == host)
        })?;
        Some(served(distribution, path))
    }

    /// The distribution of this id.
    pub(crate) fn by_id(&self, id: &str, path: &str) -> Option<Served> {
        Some(served(self.get(Kind::Distribution, id)?, path))
    }

    /// The first distribution with a cache behaviour, other than its default one, for that path.
    pub(crate) fn by_path(&self, path: &str) -> Option<Served> {
        self.all(Kind::Distribution).into_iter().find_map(|distribution| {
            let behaviour = behaviour_of(&distribution, path)?.clone();
            Some(Served { distribution, behaviour })
        })
    }

    /// The origin's answer.
    pub(crate) async fn answer(
        &self,
        urls: &FunctionUrls,
        served: &Served,
        head: &request::Parts,
        body: &[u8],
    ) -> Response<Bytes> {
        let (distribution, behaviour) = (&served.distribution, &served.behaviour);
        if distribution.config["Enabled"] != true {
            return refusal(StatusCode::FORBIDDEN, "The distribution is disabled.");
        }
        if !allows(behaviour, head.method.as_str()) {
            let text = "This distribution is not configured to allow the HTTP request method that was used for this \
                        request. The distribution supports only cachable requests.";
            return refusal(StatusCode::FORBIDDEN, text);
        }
        let target = text(behaviour, "TargetOriginId");
        let origin = items(&distribution.config["Origins"]).find(|origin| text(origin, "Id") == target);
        let found = origin.and_then(|origin| {
            let domain = text(origin, "DomainName");
            let id = FunctionUrls::id_of(domain).filter(|id| urls.find(id).is_some())?;
            Some((origin, domain, id))
        });
        let Some((origin, domain, id)) = found else {
            return refusal(StatusCode::BAD_GATEWAY, "CloudFront wasn't able to resolve the origin domain name.");
        };
        let signed = self
            .get(Kind::OriginAccessControl, text(origin, "OriginAccessControlId"))
            .is_some_and(|control| text(&control.config, "SigningBehavior") != "never");
        let forwarded = forwarded(head, &policies(self, behaviour), domain, origin);
        let mut response = urls.answer(id, &forwarded, body, signed).await;
        let headers = response.headers_mut();
        headers.insert("x-cache", HeaderValue::from_static("Miss from cloudfront"));
        if let Ok(id) = HeaderValue::from_str(&Uuid::new_v4().simple().to_string()) {
            headers.insert("x-amz-cf-id", id);
        }
        response
    }
}

fn served(distribution: Arc<Record>, path: &str) -> Served {
    let behaviour = behaviour_of(&distribution, path).unwrap_or(&distribution.config["DefaultCacheBehavior"]).clone();
    Served { distribution, behaviour }
}

/// The first behaviour that names the path.
fn behaviour_of<'a>(distribution: &'a Record, path: &str) -> Option<&'a Value> {
    items(&distribution.config["CacheBehaviors"]).find(|behaviour| matches(text(behaviour, "PathPattern"), path))
}

/// Whether a behaviour takes such requests; without a list it takes those that read.
fn allows(behaviour: &Value, method: &str) -> bool {
    let mut methods = items(&behaviour["AllowedMethods"]).peekable();
    if methods.peek().is_none() {
        return method == "GET" || method == "HEAD";
    }
    methods.any(|allowed| allowed == method)
}

/// An answer of CloudFront's own.
fn refusal(status: StatusCode, reason: &str) -> Response<Bytes> {
    let page = format!(
        "<html><head><title>ERROR: The request could not be satisfied</title></head><body><h1>{status}</h1><p>{reason}</p></body></html>"
    );
    let mut response = Response::new(Bytes::from(page));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static("text/html"));
    headers.insert("x-cache", HeaderValue::from_static("Error from cloudfront"));
    response
}
