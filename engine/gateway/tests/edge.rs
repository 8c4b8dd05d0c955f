//! What stands before the web address: distributions and addresses of functions.
#![allow(clippy::unwrap_used, missing_docs, unreachable_pub)]

mod support;

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, to_bytes};
use gateway::{CloudFront, Edge, FunctionUrl, FunctionUrls, HttpApis, WebPages};
use http::Request;
use serde_json::{Value, json};
use service::{Platform, ServiceError};
use tower::ServiceExt;

use support::{Fake, platform};

/// A function that answers its event, but for two paths.
fn lambda(_operation: &str, input: Value) -> Result<Value, ServiceError> {
    let event = &input["Payload"];
    Ok(match event["rawPath"].as_str().unwrap() {
        "/media/picture" => json!({ "Payload": {
            "statusCode": 200, "headers": { "content-type": "image/png" }, "body": "iVBORw==", "isBase64Encoded": true,
        } }),
        "/media/fails" => json!({ "FunctionError": "Unhandled", "Payload": { "errorType": "X" } }),
        _ => json!({ "Payload": event }),
    })
}

struct World {
    platform: Platform,
    cloudfront: Arc<CloudFront>,
    web: Router,
}

impl World {
    fn new() -> Self {
        let platform = platform();
        platform.services.register(Fake::lambda(lambda));
        let apis = HttpApis::open(&platform, "http://127.0.0.1:8080").unwrap();
        platform.services.register(apis.clone());
        let cloudfront = CloudFront::open(&platform, "cloudfront.localhost:8080").unwrap();
        platform.services.register(cloudfront.clone());
        let urls = FunctionUrls::new(&platform, |id| {
            let url = |is_open| FunctionUrl { function: "serve".to_owned(), is_open, cors: None };
            match id {
                "open" => Some(url(true)),
                "closed" => Some(url(false)),
                _ => None,
            }
        });
        let router = apis.router(WebPages::default());
        Self { web: Edge::new(apis, urls, Arc::clone(&cloudfront)).before(router), platform, cloudfront }
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.platform.services.call("cloudfront", operation, input).await
    }

    /// A distribution whose paths below `/media` lead to the address `function`; its id.
    async fn distribution(&self, function: &str, control: Option<&str>) -> String {
        let policy = json!({ "CachePolicyConfig": {
            "Name": format!("policy of {function}"), "MinTTL": 0,
            "ParametersInCacheKeyAndForwardedToOrigin": {
                "HeadersConfig": { "HeaderBehavior": "whitelist", "Headers": { "Quantity": 1, "Items": ["Accept"] } },
                "CookiesConfig": { "CookieBehavior": "none" },
                "QueryStringsConfig": { "QueryStringBehavior": "none" },
            },
        } });
        let policy = self.call("CreateCachePolicy", policy).await.unwrap()["CachePolicy"]["Id"].clone();
        let behaviour = json!({ "TargetOriginId": "o", "ViewerProtocolPolicy": "allow-all", "CachePolicyId": policy });
        let mut media = behaviour.clone();
        media["PathPattern"] = "/media/*".into();
        let config = json!({
            "CallerReference": "1", "Comment": "", "Enabled": true, "DefaultCacheBehavior": behaviour,
            "CacheBehaviors": { "Quantity": 1, "Items": [media] },
            "Origins": { "Quantity": 1, "Items": [{
                "Id": "o", "DomainName": format!("{function}.lambda-url.us-east-1.on.aws"),
                "OriginAccessControlId": control.unwrap_or_default(),
            }] },
        });
        let created = self.call("CreateDistribution", json!({ "DistributionConfig": config })).await.unwrap();
        created["Distribution"]["Id"].as_str().unwrap().to_owned()
    }

    async fn control(&self) -> String {
        let config = json!({
            "Name": "pictures", "OriginAccessControlOriginType": "lambda", "SigningBehavior": "always",
            "SigningProtocol": "sigv4",
        });
        let created = self.call("CreateOriginAccessControl", json!({ "OriginAccessControlConfig": config })).await;
        created.unwrap()["OriginAccessControl"]["Id"].as_str().unwrap().to_owned()
    }

    async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> (u16, Vec<u8>) {
        let mut request = Request::builder().method(method).uri(path);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self.web.clone().oneshot(request.body(Body::empty()).unwrap()).await.unwrap();
        let status = response.status().as_u16();
        (status, to_bytes(response.into_body(), usize::MAX).await.unwrap().to_vec())
    }
}

#[tokio::test]
async fn a_cache_behaviour_leads_to_the_function_with_what_its_policy_names() {
    let world = World::new();
    world.distribution("open", None).await;
    let headers = [("host", "127.0.0.1:8080"), ("accept", "image/webp"), ("x-other", "1"), ("cookie", "a=1")];
    let (status, body) = world.ask("GET", "/media/1/card?v=1", &headers).await;
    let event: Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((status, &event["rawPath"], &event["rawQueryString"]), (200, &json!("/media/1/card"), &json!("")));
    assert_eq!(event["headers"]["accept"], "image/webp");
    assert_eq!(event["headers"]["host"], "open.lambda-url.us-east-1.on.aws");
    assert_eq!((&event["headers"]["x-other"], &event["cookies"]), (&Value::Null, &Value::Null));
    assert_eq!(event["requestContext"]["accountId"], "anonymous");
    let (status, body) = world.ask("GET", "/media/picture", &[]).await;
    assert_eq!((status, body), (200, b"\x89PNG".to_vec()), "what is in base64 arrives as bytes");
    assert_eq!(world.ask("GET", "/media/fails", &[]).await.0, 502);
}

#[tokio::test]
async fn what_no_behaviour_names_stays_with_the_web_address() {
    let world = World::new();
    let id = world.distribution("open", None).await;
    assert_eq!(world.ask("GET", "/other", &[]).await.0, 404);
    let (status, refusal) = world.ask("POST", "/media/1", &[]).await;
    assert_eq!(status, 403, "a behaviour that reads takes nothing else");
    assert!(String::from_utf8(refusal).unwrap().contains("not configured to allow the HTTP request method"));
    assert_eq!(world.ask("GET", &format!("/_distributions/{id}/other"), &[]).await.0, 200);
    let host = format!("{}.cloudfront.net", id.to_lowercase());
    assert_eq!(world.ask("GET", "/other", &[("host", &host)]).await.0, 200);
    assert_eq!(world.ask("POST", "/other", &[("host", &host)]).await.0, 403);
}

#[tokio::test]
async fn a_function_that_wants_signatures_hears_only_from_who_signs() {
    let world = World::new();
    let without = world.distribution("closed", None).await;
    let control = world.control().await;
    assert_eq!(world.ask("GET", &format!("/_distributions/{without}/x"), &[]).await.0, 403);
    let config = world.call("GetDistribution", json!({ "Id": without })).await.unwrap();
    let mut config = config["Distribution"]["DistributionConfig"].clone();
    config["Origins"]["Items"][0]["OriginAccessControlId"] = control.into();
    world.call("UpdateDistribution", json!({ "Id": without, "DistributionConfig": config })).await.unwrap();
    assert_eq!(world.ask("GET", &format!("/_distributions/{without}/x"), &[]).await.0, 200);
    let host = ("host", "closed.lambda-url.us-east-1.localhost:8080");
    assert_eq!(world.ask("GET", "/x", &[host]).await.0, 403);
    assert_eq!(world.ask("GET", "/x", &[host, ("authorization", "AWS4-HMAC-SHA256 x")]).await.0, 200);
    assert_eq!(world.ask("GET", "/x", &[("host", "open.lambda-url.us-east-1.on.aws")]).await.0, 200);
}

#[tokio::test]
async fn what_is_not_served_is_refused_by_its_path() {
    let world = World::new();
    let id = world.distribution("open", None).await;
    let good =
        world.call("GetDistribution", json!({ "Id": id })).await.unwrap()["Distribution"]["DistributionConfig"].clone();
    for (pointer, value, named) in [
        ("/DefaultRootObject", json!("index.html"), "DistributionConfig.DefaultRootObject"),
        ("/Origins/Items/0/S3OriginConfig", json!({ "OriginAccessIdentity": "x" }), "Origins.o.S3OriginConfig"),
        ("/Origins/Items/0/DomainName", json!("b.s3.amazonaws.com"), "only addresses of functions"),
        ("/DefaultCacheBehavior/FunctionAssociations", json!({ "Quantity": 1, "Items": [1] }), "FunctionAssociations"),
        ("/CacheBehaviors/Items/0/CachePolicyId", json!("unknown"), "CacheBehaviors./media/*.CachePolicyId"),
        ("/DefaultCacheBehavior/TargetOriginId", json!("p"), "TargetOriginId"),
    ] {
        let mut config = good.clone();
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        config.pointer_mut(parent).unwrap()[member] = value;
        let refused = world.call("UpdateDistribution", json!({ "Id": id, "DistributionConfig": config })).await;
        let message = refused.unwrap_err().message;
        assert!(message.contains(named), "{pointer}: {message}");
    }
    let mut off = good;
    off["Restrictions"] = json!({ "GeoRestriction": { "RestrictionType": "none", "Quantity": 0 } });
    world.call("UpdateDistribution", json!({ "Id": id, "DistributionConfig": off })).await.unwrap();
}

#[tokio::test]
async fn what_there_is_can_be_read_over_the_wire() {
    let world = World::new();
    let id = world.distribution("open", None).await;
    let ask = |method: &str, path: &str| {
        let request = Request::builder().method(method).uri(format!("/2020-05-31/{path}")).body(()).unwrap();
        let cloudfront = world.cloudfront.clone();
        async move {
            let response = cloudfront.answer_api(request).await;
            (response.status().as_u16(), String::from_utf8(response.body().to_vec()).unwrap())
        }
    };
    let (status, list) = ask("GET", "distribution").await;
    assert_eq!(status, 200);
    let domain = format!("<DomainName>{}.cloudfront.localhost:8080</DomainName>", id.to_lowercase());
    assert!(list.contains("<Items><DistributionSummary><Id>") && list.contains(&domain), "{list}");
    assert!(list.contains("<Items><Origin><Id>o</Id>"), "{list}");
    let (_, config) = ask("GET", &format!("distribution/{id}/config")).await;
    assert!(config.contains("<DistributionConfig xmlns="), "{config}");
    let (_, policies) = ask("GET", "cache-policy").await;
    assert!(policies.contains("<CachePolicySummary><Type>custom</Type><CachePolicy><Id>"), "{policies}");
    let (status, missing) = ask("GET", "distribution/E0").await;
    assert!(status == 404 && missing.contains("<Code>NoSuchDistribution</Code>"), "{missing}");
    let (status, refused) = ask("POST", "distribution/E0/invalidation").await;
    assert!(status == 501 && refused.contains("POST /2020-05-31/distribution/E0/invalidation"), "{refused}");
}

#[tokio::test]
async fn a_distribution_goes_once_it_is_disabled() {
    let world = World::new();
    let id = world.distribution("open", None).await;
    let refused = world.call("DeleteDistribution", json!({ "Id": id })).await.unwrap_err();
    assert_eq!(refused.code, "DistributionNotDisabled");
    let found = world.call("GetDistribution", json!({ "Id": id })).await.unwrap();
    let mut config = found["Distribution"]["DistributionConfig"].clone();
    config["Enabled"] = false.into();
    let update = json!({ "Id": id, "DistributionConfig": config, "IfMatch": found["ETag"] });
    world.call("UpdateDistribution", update.clone()).await.unwrap();
    assert_eq!(world.call("UpdateDistribution", update).await.unwrap_err().code, "PreconditionFailed");
    assert_eq!(world.ask("GET", "/media/x", &[]).await.0, 403);
    world.call("DeleteDistribution", json!({ "Id": id })).await.unwrap();
    assert_eq!(world.call("GetDistribution", json!({ "Id": id })).await.unwrap_err().code, "NoSuchDistribution");
    assert_eq!(world.call("ListDistributions", json!({})).await.unwrap()["DistributionList"]["Quantity"], 0);
}
