//! Requests to servers of the tests' own.
#![allow(clippy::unwrap_used, missing_docs)]

use std::future::pending;
use std::time::Duration;

use axum::Router;
use axum::routing::{get, post};
use bytes::Bytes;
use http::Request;
use http_client::{Client, SendError};
use tokio::net::TcpListener;

const SECOND: Duration = Duration::from_secs(1);

/// Serves a router; its address.
async fn served(router: Router) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move { axum::serve(listener, router).await });
    address
}

fn request(method: &str, uri: String, body: &'static str) -> Request<Bytes> {
    Request::builder().method(method).uri(uri).body(Bytes::from_static(body.as_bytes())).unwrap()
}

#[tokio::test]
async fn an_answer_is_told_whatever_its_status() {
    let address =
        served(Router::new().route("/echo", post(|body: String| async { (http::StatusCode::CONFLICT, body) }))).await;
    let answer =
        Client::default().send(request("POST", format!("{address}/echo"), "hello"), SECOND, 100).await.unwrap();
    assert_eq!((answer.status().as_u16(), &answer.body()[..]), (409, &b"hello"[..]));
}

#[tokio::test]
async fn an_answer_that_takes_too_long_or_is_too_large_is_none() {
    let router = Router::new().route("/never", get(pending::<()>)).route("/large", get(|| async { "x".repeat(101) }));
    let address = served(router).await;
    let client = Client::default();
    let late = client.send(request("GET", format!("{address}/never"), ""), Duration::from_millis(20), 100).await;
    assert!(matches!(late, Err(SendError::Timeout { .. })), "{late:?}");
    let large = client.send(request("GET", format!("{address}/large"), ""), SECOND, 100).await;
    assert!(matches!(large, Err(SendError::TooLarge { limit: 100, .. })), "{large:?}");
}

#[tokio::test]
async fn nobody_answers_where_nobody_listens() {
    let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
    let refused = Client::default().send(request("GET", format!("http://127.0.0.1:{port}/"), ""), SECOND, 100).await;
    let text = refused.unwrap_err().to_string();
    assert!(text.starts_with(&format!("http://127.0.0.1:{port} does not answer: ")), "{text}");
    let relative = Client::default().send(request("GET", "/path".to_owned(), ""), SECOND, 100).await;
    assert!(matches!(relative, Err(SendError::Address(_))));
}

#[tokio::test]
async fn a_host_that_nobody_knows_is_told_from_one_that_does_not_answer() {
    for scheme in ["http", "https"] {
        let unknown = request("GET", format!("{scheme}://no-such-host.invalid/"), "");
        let answer = Client::default().send(unknown, Duration::from_secs(30), 100).await;
        assert!(matches!(answer, Err(SendError::UnknownHost { .. })), "{answer:?}");
    }
}
