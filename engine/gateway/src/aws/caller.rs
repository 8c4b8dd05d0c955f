//! What a request's signature says: the service that it is signed for.

use http::Request;

/// The signing name in a request's credential scope (`AKID/20261121/us-east-1/sqs/aws4_request`), from the
/// `Authorization` header or a presigned URL.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>
pub(super) fn signing_name<B>(request: &Request<B>) -> Option<String> {
    let header = request.headers().get(http::header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    if let Some(scope) = header.and_then(|text| text.split("Credential=").nth(1)) {
        return scope_service(scope.split([',', ' ']).next()?);
    }
    let query = request.uri().query()?;
    let (_, scope) = form_urlencoded::parse(query.as_bytes()).find(|(name, _)| name == "X-Amz-Credential")?;
    scope_service(&scope)
}

fn scope_service(scope: &str) -> Option<String> {
    // From the right: an access key may hold slashes, the rest can't.
    let mut parts = scope.rsplit('/');
    (parts.next() == Some("aws4_request")).then(|| parts.next().map(str::to_owned))?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_signing_name_comes_from_the_header_or_the_presigned_url() {
        let signed = Request::builder()
            .header(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKID/20261121/us-east-1/sqs/aws4_request, SignedHeaders=host",
            )
            .body(())
            .expect("valid");
        assert_eq!(signing_name(&signed).as_deref(), Some("sqs"));
        let presigned = Request::builder()
            .uri("/?X-Amz-Credential=AKID%2F20261121%2Fus-east-1%2Flambda%2Faws4_request")
            .body(())
            .expect("valid");
        assert_eq!(signing_name(&presigned).as_deref(), Some("lambda"));
        for nonsense in ["Bearer x", "AWS4-HMAC-SHA256 Credential=", "AWS4-HMAC-SHA256 Credential=a/b"] {
            let request = Request::builder().header("authorization", nonsense).body(()).expect("valid");
            assert_eq!(signing_name(&request), None, "{nonsense}");
        }
    }
}
