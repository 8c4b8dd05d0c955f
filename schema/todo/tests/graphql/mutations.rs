//! What mutations start, and how they tell what became of it.

use serde_json::{Value, json};

use crate::support::{idle, playing};
use schema_testing::Aws;

const CREATE: &str = "mutation($input: CreateTodoInput!) { createTodo(input: $input) {
    todo { id title version status dueAt }
    errors { __typename code message field }
    execution { arn name status }
} }";

fn todo() -> Value {
    json!({
        "id": "1", "owner": "everyone", "title": "a", "status": "OPEN", "version": 1,
        "dueAt": "2026-11-22T08:00:00.000Z",
        "createdAt": "2026-11-21T08:00:00.000Z", "updatedAt": "2026-11-21T08:00:00.000Z",
    })
}

fn ended(input: &Value, end: Value) -> (u16, Value) {
    let mut output = json!({
        "executionArn": "arn:aws:states:us-east-1:000000000000:express:m:e:1", "name": input["name"],
        "startDate": 1795248000.0, "stopDate": 1795248000.1, "status": "FAILED",
    });
    output.as_object_mut().unwrap().extend(end.as_object().unwrap().clone());
    (200, output)
}

fn succeeding() -> Aws {
    playing(|_, input| ended(input, json!({"status": "SUCCEEDED", "output": todo().to_string()})))
}

fn failing(error: &'static str, cause: &'static str) -> Aws {
    playing(move |_, input| ended(input, json!({"error": error, "cause": cause})))
}

#[tokio::test]
async fn a_mutation_runs_its_machine_under_the_key_and_answers_the_todo() {
    let aws = succeeding();
    let input = json!({"title": "a", "dueAt": "2026-11-22T09:00:00+01:00", "idempotencyKey": "k-1"});
    let answer = aws.query(CREATE, json!({"input": input})).await;
    assert_eq!(
        answer,
        json!({"data": {"createTodo": {
            "todo": {"id": "1", "title": "a", "version": 1, "status": "OPEN", "dueAt": "2026-11-22T08:00:00.000Z"},
            "errors": [],
            "execution": {
                "arn": "arn:aws:states:us-east-1:000000000000:express:m:e:1", "name": "k-1", "status": "SUCCEEDED"
            },
        }}})
    );
    let (operation, started) = aws.calls().remove(0);
    assert_eq!(operation, "StartSyncExecution");
    assert_eq!(started["stateMachineArn"], "arn:aws:states:us-east-1:000000000000:stateMachine:create-todo");
    assert_eq!(started["name"], "k-1");
    let sent: Value = serde_json::from_str(started["input"].as_str().unwrap()).unwrap();
    assert_eq!(sent, input);
}

#[tokio::test]
async fn an_update_tells_the_machine_what_is_null_and_leaves_out_what_is_not_given() {
    let aws = succeeding();
    let update = r#"mutation { updateTodo(input: {id: "1", notes: null, status: OPEN, idempotencyKey: "k"}) {
        errors { code } } }"#;
    aws.query(update, json!({})).await;
    let (_, started) = aws.calls().remove(0);
    let sent: Value = serde_json::from_str(started["input"].as_str().unwrap()).unwrap();
    assert_eq!(sent, json!({"id": "1", "notes": null, "status": "OPEN", "idempotencyKey": "k"}));
}

#[tokio::test]
async fn a_key_that_may_not_be_a_name_reaches_the_step_all_the_same() {
    let aws = succeeding();
    aws.query(CREATE, json!({"input": {"title": "a", "idempotencyKey": "ä key"}})).await;
    let (_, started) = aws.calls().remove(0);
    assert!(started["name"].as_str().unwrap().starts_with("sha256-"), "{started}");
    assert!(started["input"].as_str().unwrap().contains("ä key"), "{started}");
}

#[tokio::test]
async fn requests_without_a_key_are_different_requests() {
    let aws = succeeding();
    for _ in 0..2 {
        aws.query(CREATE, json!({"input": {"title": "a"}})).await;
    }
    let calls = aws.calls();
    assert_ne!(calls[0].1["name"], calls[1].1["name"]);
}

#[tokio::test]
async fn a_deletion_answers_what_is_gone() {
    let delete = r#"mutation { deleteTodo(input: {id: "1"}) { deletedId todo { title } errors { code } } }"#;
    let answer = succeeding().query(delete, json!({})).await;
    assert_eq!(answer["data"]["deleteTodo"], json!({"deletedId": "1", "todo": {"title": "a"}, "errors": []}));
}

#[tokio::test]
async fn a_refusal_of_the_domain_is_a_typed_error_of_the_payload() {
    let cause = r#"{"errorType":"Todo.TitleTooLong","errorMessage":"the title may have 200 characters, it has 201"}"#;
    let answer = failing("Todo.TitleTooLong", cause).query(CREATE, json!({"input": {"title": "a"}})).await;
    assert_eq!(answer.get("errors"), None);
    let payload = &answer["data"]["createTodo"];
    assert_eq!(payload["todo"], Value::Null);
    assert_eq!(payload["execution"]["status"], "FAILED");
    assert_eq!(
        payload["errors"],
        json!([{
            "__typename": "InvalidTitle", "code": "TITLE_TOO_LONG", "field": "title",
            "message": "the title may have 200 characters, it has 201",
        }])
    );
}

#[tokio::test]
async fn every_mapped_error_is_told() {
    for name in todo_schema::MAPPED_ERRORS {
        let answer = failing(name, "why").query(CREATE, json!({"input": {"title": "a"}})).await;
        assert_eq!(answer["data"]["createTodo"]["errors"][0]["message"], "why", "{name}: {answer}");
    }
}

#[tokio::test]
async fn any_other_failure_is_an_error_of_the_answer_that_names_the_execution() {
    let answer = failing("Lambda.Unknown", "exited").query(CREATE, json!({"input": {"title": "a"}})).await;
    assert_eq!(answer["data"], Value::Null);
    assert_eq!(
        answer["errors"][0]["extensions"],
        json!({
            "code": "EXECUTION_FAILED", "error": "Lambda.Unknown",
            "executionArn": "arn:aws:states:us-east-1:000000000000:express:m:e:1",
        })
    );
    let timed_out = playing(|_, input| ended(input, json!({"status": "TIMED_OUT", "error": "States.Timeout"})));
    let answer = timed_out.query(CREATE, json!({"input": {"title": "a"}})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "EXECUTION_TIMED_OUT");
}

#[tokio::test]
async fn an_execution_that_cannot_start_is_told_without_what_aws_says() {
    let aws = playing(|_, _| (400, json!({"__type": "StateMachineDoesNotExist", "message": "secret"})));
    let answer = aws.query(CREATE, json!({"input": {"title": "a"}})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "UNAVAILABLE");
    assert!(!answer.to_string().contains("secret"), "{answer}");
}

#[tokio::test]
async fn an_input_larger_than_an_execution_takes_is_bad_input() {
    let input = json!({"title": "x".repeat(300_000)});
    let answer = idle().query(CREATE, json!({"input": input})).await;
    assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT", "{answer}");
}

#[tokio::test]
async fn a_variable_with_a_default_may_stand_for_a_required_id() {
    let complete = r#"mutation($id: ID = "1") { completeTodo(input: {id: $id}) { todo { id } } }"#;
    let answer = succeeding().query(complete, json!({})).await;
    assert_eq!(answer["data"]["completeTodo"]["todo"]["id"], "1");
}
