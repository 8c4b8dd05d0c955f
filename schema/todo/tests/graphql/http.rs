//! GraphQL over HTTP: which request is answered how.

use serde_json::{Value, json};

use crate::support::idle;

async fn send(headers: Value, body: &str) -> (u64, Value) {
    idle().send(headers, body).await
}

fn json_request() -> Value {
    json!({"content-type": "application/json; charset=utf-8"})
}

fn strict_request() -> Value {
    json!({"content-type": "application/json", "accept": "application/graphql-response+json, */*;q=0.1"})
}

#[tokio::test]
async fn a_body_that_is_no_graphql_request_is_answered_400_with_what_is_wrong() {
    for (body, wrong) in [
        ("", "the body isn't JSON"),
        ("{", "the body isn't JSON"),
        ("[]", "text `query`"),
        ("{\"query\": 1}", "text `query`"),
        ("{\"query\": \"{ __typename }\", \"variables\": 1}", "the body isn't a GraphQL request"),
    ] {
        let (status, answer) = send(json_request(), body).await;
        assert_eq!(status, 400, "{body}");
        let message = answer["errors"][0]["message"].as_str().unwrap();
        assert!(message.contains(wrong), "{body}: {message}");
    }
}

#[tokio::test]
async fn a_body_of_another_type_is_answered_415() {
    let (status, answer) = send(json!({"content-type": "text/plain"}), "{ __typename }").await;
    assert_eq!(status, 415);
    assert!(answer["errors"][0]["message"].as_str().unwrap().contains("text/plain"), "{answer}");
}

#[tokio::test]
async fn what_cannot_be_executed_has_no_data_and_the_status_its_media_type_asks_for() {
    for query in ["{", "{ nothing }", "mutation { createTodo(input: {}) { errors { code } } }"] {
        let body = json!({"query": query}).to_string();
        for (headers, expected) in [(json_request(), 200), (strict_request(), 400)] {
            let (status, answer) = send(headers, &body).await;
            assert_eq!(status, expected, "{query}");
            assert!(answer.get("data").is_none() && !answer["errors"].as_array().unwrap().is_empty(), "{answer}");
        }
    }
}

#[tokio::test]
async fn a_field_that_fails_is_no_failure_of_the_request() {
    let body = json!({"query": "{ __typename todos(first: 0) { nodes { id } } }"}).to_string();
    let (status, _) = send(strict_request(), &body).await;
    assert_eq!(status, 200);
}

#[tokio::test]
async fn a_base64_body_is_decoded() {
    let event = json!({
        "version": "2.0", "headers": json_request(), "isBase64Encoded": true,
        "body": "eyJxdWVyeSI6ICJ7IF9fdHlwZW5hbWUgfSJ9",
    });
    let (status, answer) = idle().invoke(event).await;
    assert_eq!((status, answer), (200, json!({"data": {"__typename": "Query"}})));
}

#[tokio::test]
async fn operation_names_choose_among_several() {
    let query = "query a { a: __typename } query b { b: __typename }";
    let (_, answer) = send(json_request(), &json!({"query": query, "operationName": "b"}).to_string()).await;
    assert_eq!(answer, json!({"data": {"b": "Query"}}));
}

#[tokio::test]
async fn a_query_that_costs_too_much_is_refused_before_anything_is_read() {
    let pages: String = (0..40).map(|n| format!("p{n}: todos(first: 100) {{ nodes {{ id title }} }} ")).collect();
    let (_, answer) = send(json_request(), &json!({"query": format!("{{ {pages} }}")}).to_string()).await;
    assert_eq!(answer["errors"][0]["message"], "Query is too complex.");
    let deep = (0..25).fold("name".to_owned(), |inner, _| format!("ofType {{ {inner} }}"));
    let query = format!("{{ __type(name: \"Todo\") {{ {deep} }} }}");
    let (_, answer) = send(json_request(), &json!({"query": query}).to_string()).await;
    assert_eq!(answer["errors"][0]["message"], "Query is nested too deep.");
}

#[tokio::test]
async fn the_introspection_that_tools_send_is_answered() {
    let of_type = (0..9).fold("kind name".to_owned(), |inner, _| format!("kind name ofType {{ {inner} }}"));
    let query = format!(
        "query IntrospectionQuery {{ __schema {{
            queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }}
            types {{ kind name description specifiedByURL
                fields(includeDeprecated: true) {{ name description args(includeDeprecated: true) {{ ...Input }} type {{ ...Ref }} isDeprecated deprecationReason }}
                inputFields(includeDeprecated: true) {{ ...Input }} interfaces {{ ...Ref }}
                enumValues(includeDeprecated: true) {{ name description isDeprecated deprecationReason }} possibleTypes {{ ...Ref }} }}
            directives {{ name description isRepeatable locations args(includeDeprecated: true) {{ ...Input }} }}
        }} }}
        fragment Input on __InputValue {{ name description type {{ ...Ref }} defaultValue isDeprecated deprecationReason }}
        fragment Ref on __Type {{ {of_type} }}"
    );
    let (status, answer) = send(json_request(), &json!({"query": query}).to_string()).await;
    assert_eq!((status, answer.get("errors")), (200, None), "{answer}");
}
