//! A request as the event of payload format 2.0.
//!
//! <https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html>

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clock::Timestamp;
use http::header::{CONTENT_TYPE, COOKIE, HOST, USER_AGENT};
use http::{HeaderMap, request};
use serde_json::{Map, Value, json};

/// What was matched for a request.
pub(crate) struct Match<'a> {
    pub account: &'a str,
    pub api_id: &'a str,
    pub route_key: &'a str,
    pub stage: &'a str,
    pub stage_variables: Option<&'a Value>,
    pub path_variables: Map<String, Value>,
    pub request_id: &'a str,
    pub trace_id: &'a str,
    pub now: Timestamp,
}

/// The event that the function gets.
pub(crate) fn event(head: &request::Parts, path: &str, body: &[u8], matched: Match<'_>) -> Value {
    let query = head.uri.query().unwrap_or_default();
    // HTTP/2 has it in the address.
    let authority = head.uri.authority().map(http::uri::Authority::as_str);
    let host = text(&head.headers, HOST.as_str()).or(authority).unwrap_or("localhost");
    let mut headers = joined(
        head.headers
            .iter()
            .filter(|(name, _)| *name != COOKIE)
            .map(|(name, value)| (name.as_str().to_owned(), String::from_utf8_lossy(value.as_bytes()).into_owned())),
    );
    // As on AWS, what stands here is the gateway's word, not the client's.
    headers.insert("x-amzn-trace-id".to_owned(), matched.trace_id.into());
    headers.insert("x-forwarded-for".to_owned(), SOURCE.into());
    headers.insert("x-forwarded-port".to_owned(), host.rsplit_once(':').map_or("80", |(_, port)| port).into());
    headers.insert("x-forwarded-proto".to_owned(), "http".into());

    let mut event = json!({
        "version": "2.0",
        "routeKey": matched.route_key,
        "rawPath": path,
        "rawQueryString": query,
        "headers": headers,
        "requestContext": {
            "accountId": matched.account,
            "apiId": matched.api_id,
            "domainName": host,
            "domainPrefix": host.split('.').next().unwrap_or_default(),
            "http": {
                "method": head.method.as_str(),
                "path": path,
                "protocol": format!("{:?}", head.version),
                "sourceIp": SOURCE,
                "userAgent": text(&head.headers, USER_AGENT.as_str()).unwrap_or_default(),
            },
            "requestId": matched.request_id,
            "routeKey": matched.route_key,
            "stage": matched.stage,
            "time": common_log_time(matched.now),
            "timeEpoch": matched.now.as_millis(),
        },
        "isBase64Encoded": false,
    });
    let cookies: Vec<&str> = (head.headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok()))
        .flat_map(|value| value.split("; "))
        .collect();
    if !cookies.is_empty() {
        event["cookies"] = json!(cookies);
    }
    if !query.is_empty() {
        event["queryStringParameters"] = Value::Object(joined(form_urlencoded::parse(query.as_bytes()).into_owned()));
    }
    if !matched.path_variables.is_empty() {
        event["pathParameters"] = Value::Object(matched.path_variables);
    }
    if let Some(variables) = matched.stage_variables {
        event["stageVariables"] = variables.clone();
    }
    if !body.is_empty() {
        let as_text = std::str::from_utf8(body).ok().filter(|_| is_text(text(&head.headers, CONTENT_TYPE.as_str())));
        event["isBase64Encoded"] = as_text.is_none().into();
        event["body"] = as_text.map_or_else(|| BASE64_STANDARD.encode(body), str::to_owned).into();
    }
    event
}

/// Everybody who reaches the engine is on this machine.
const SOURCE: &str = "127.0.0.1";

/// Values of one name joined by commas.
fn joined(pairs: impl Iterator<Item = (String, String)>) -> Map<String, Value> {
    let mut members: Map<String, Value> = Map::new();
    for (name, value) in pairs {
        match members.get_mut(&name) {
            Some(Value::String(values)) => {
                values.push(',');
                values.push_str(&value);
            }
            _ => drop(members.insert(name, value.into())),
        }
    }
    members
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// Whether API Gateway passes a body of this type on as it is; others are encoded in base64.
fn is_text(content_type: Option<&str>) -> bool {
    let kind = content_type.unwrap_or("application/json").split(';').next().unwrap_or_default().trim();
    kind.starts_with("text/")
        || kind.ends_with("+json")
        || kind.ends_with("+xml")
        || matches!(kind, "application/json" | "application/javascript" | "application/xml" | "application/graphql")
}

/// `21/Apr/2020:15:08:21 +0000`
fn common_log_time(moment: Timestamp) -> String {
    const MONTHS: &[&str] = &["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let text = moment.to_rfc3339_seconds();
    let (date, time) = text.trim_end_matches('Z').rsplit_once('T').unwrap_or_default();
    let mut parts = date.rsplitn(3, '-');
    let (day, month, year) = (parts.next(), parts.next(), parts.next());
    let month = month.and_then(|month| MONTHS.get(month.parse::<usize>().ok()?.checked_sub(1)?));
    format!("{}/{}/{}:{time} +0000", day.unwrap_or("01"), month.unwrap_or(&"Jan"), year.unwrap_or("1970"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_in_common_log_format() {
        assert_eq!(common_log_time(Timestamp::from_millis(1_587_481_701_067)), "21/Apr/2020:15:08:21 +0000");
    }

    #[test]
    fn types_that_are_not_text_are_encoded() {
        for (kind, is) in [
            (Some("application/json; charset=utf-8"), true),
            (Some("application/graphql-response+json"), true),
            (Some("application/x-www-form-urlencoded"), false),
            (Some("image/png"), false),
            (None, true),
        ] {
            assert_eq!(is_text(kind), is, "{kind:?}");
        }
    }
}
