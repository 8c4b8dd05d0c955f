//! Pages of other origins.

use aws_sdk_s3::types::{CorsConfiguration, CorsRule};
use http::Request;

use crate::support::{ADDRESS, Engine};

fn preflight(url: &str, origin: &str, method: &str) -> Request<Vec<u8>> {
    Request::options(url)
        .header("origin", origin)
        .header("access-control-request-method", method)
        .header("access-control-request-headers", "Content-Type")
        .body(Vec::new())
        .unwrap()
}

#[tokio::test]
async fn a_preflight_is_answered_by_the_buckets_rules() {
    let engine = Engine::new().await;
    let url = format!("{ADDRESS}/photos/k");
    let (status, text) = engine.send(preflight(&url, "https://app.example", "PUT")).await;
    assert!(status == 403 && text.contains("CORS is not enabled for this bucket"), "{text}");
    let rule = CorsRule::builder().allowed_origins("https://*.example").allowed_methods("PUT").allowed_headers("*");
    let rule = rule.expose_headers("ETag").max_age_seconds(60).build().unwrap();
    let cors = CorsConfiguration::builder().cors_rules(rule).build().unwrap();
    engine.client.put_bucket_cors().bucket("photos").cors_configuration(cors).send().await.unwrap();

    for url in [url.as_str(), "http://photos.s3.localhost:4566/k", "http://photos.localhost:4566/k"] {
        let response = engine.respond(preflight(url, "https://app.example", "PUT")).await;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        assert_eq!(response.status(), 200, "{url}");
        assert_eq!(header("access-control-allow-origin"), Some("https://app.example"));
        assert_eq!(header("access-control-allow-headers"), Some("content-type"));
        assert_eq!(header("access-control-max-age"), Some("60"));
        assert_eq!(header("access-control-expose-headers"), Some("ETag"));
    }
    assert_eq!(engine.send(preflight(&url, "https://app.example", "DELETE")).await.0, 403);
    assert_eq!(engine.send(preflight(&url, "https://other.test", "PUT")).await.0, 403);
}
