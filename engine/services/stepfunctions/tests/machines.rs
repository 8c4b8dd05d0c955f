//! State machines, versions, aliases, tags, activities and validation.
#![allow(clippy::unwrap_used)]

mod support;

use serde_json::{Value, json};
use support::{ROLE, Stack, one_state, text};

fn pass(comment: &str) -> String {
    let mut definition = one_state(json!({"Type": "Pass"}));
    definition["Comment"] = json!(comment);
    definition.to_string()
}

async fn published(stack: &Stack) -> Value {
    stack
        .call("CreateStateMachine", json!({"name": "m", "definition": pass("1"), "roleArn": ROLE, "publish": true}))
        .await
}

#[tokio::test]
async fn creating_the_same_machine_again_answers_it_and_another_is_refused() {
    let stack = Stack::in_memory(vec![]);
    let request = |comment: &str| json!({"name": "m", "definition": pass(comment), "roleArn": ROLE});
    let first = stack.call("CreateStateMachine", request("1")).await;
    assert_eq!(stack.call("CreateStateMachine", request("1")).await, first);
    let other = stack.error("CreateStateMachine", request("2")).await;
    assert_eq!(
        (other.code.as_str(), other.message),
        ("StateMachineAlreadyExists", format!("State Machine Already Exists: '{}'", text(&first["stateMachineArn"])))
    );
}

#[tokio::test]
async fn another_role_or_other_tags_make_no_other_machine() {
    let stack = Stack::in_memory(vec![]);
    let request = |role: &str, tag: &str| json!({"name": "m", "definition": pass("1"), "roleArn": role, "tags": [{"key": tag, "value": ""}]});
    let first = stack.call("CreateStateMachine", request(ROLE, "a")).await;
    let again = stack.call("CreateStateMachine", request("arn:aws:iam::000000000000:role/other", "b")).await;
    assert_eq!(again, first);
    let arn = first["stateMachineArn"].clone();
    assert_eq!(stack.call("DescribeStateMachine", json!({"stateMachineArn": arn})).await["roleArn"], ROLE);
    let tags = stack.call("ListTagsForResource", json!({"resourceArn": arn})).await;
    assert_eq!(tags["tags"], json!([{"key": "a", "value": ""}]));
}

#[tokio::test]
async fn what_cannot_be_set_is_refused_and_what_can_is_described() {
    let stack = Stack::in_memory(vec![]);
    let create = |extra: Value| {
        let mut request = json!({"name": "m", "definition": pass("1"), "roleArn": ROLE});
        request.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        request
    };
    for (extra, code) in [
        (
            json!({"encryptionConfiguration": {"type": "CUSTOMER_MANAGED_KMS_KEY", "kmsKeyId": "k"}}),
            "InvalidEncryptionConfiguration",
        ),
        (
            json!({"encryptionConfiguration": {"type": "AWS_OWNED_KEY", "kmsKeyId": "k"}}),
            "InvalidEncryptionConfiguration",
        ),
        (json!({"encryptionConfiguration": {"type": "MINE"}}), "ValidationException"),
        (json!({"encryptionConfiguration": {}}), "ValidationException"),
        (json!({"loggingConfiguration": {"level": "DEBUG"}}), "ValidationException"),
        (json!({"loggingConfiguration": "x"}), "SerializationException"),
        (json!({"tracingConfiguration": 5}), "SerializationException"),
        (json!({"tracingConfiguration": {"enabled": "yes"}}), "SerializationException"),
    ] {
        assert_eq!(stack.error("CreateStateMachine", create(extra.clone())).await.code, code, "{extra}");
    }
    let created =
        stack.call("CreateStateMachine", create(json!({"encryptionConfiguration": {"type": "AWS_OWNED_KEY"}}))).await;
    let arn = created["stateMachineArn"].clone();
    let own = json!({"stateMachineArn": arn, "encryptionConfiguration": {"type": "AWS_OWNED_KEY"}});
    assert_eq!(stack.call("UpdateStateMachine", own).await.get("revisionId"), None);
    let metadata = json!({"stateMachineArn": arn, "includedData": "METADATA_ONLY"});
    assert_eq!(stack.call("DescribeStateMachine", metadata).await["definition"], "{}");
    let execution = stack.start(&text(&arn), &json!({})).await;
    let metadata = json!({"executionArn": execution, "includedData": "METADATA_ONLY"});
    assert_eq!(stack.call("DescribeStateMachineForExecution", metadata).await["definition"], "{}");
    for (operation, request) in [
        ("DescribeStateMachine", json!({"stateMachineArn": arn, "includedData": "SOME"})),
        ("DescribeStateMachineForExecution", json!({"executionArn": execution, "includedData": "SOME"})),
    ] {
        assert_eq!(stack.error(operation, request).await.code, "ValidationException", "{operation}");
    }
}

#[tokio::test]
async fn an_update_makes_a_revision_only_when_something_changes() {
    let stack = Stack::in_memory(vec![]);
    let arn = text(&published(&stack).await["stateMachineArn"]);
    let update = |comment: &str| json!({"stateMachineArn": arn, "definition": pass(comment)});
    assert_eq!(stack.call("UpdateStateMachine", update("1")).await.get("revisionId"), None);
    let second = stack.call("UpdateStateMachine", update("2")).await;
    assert_eq!(stack.call("UpdateStateMachine", update("2")).await["revisionId"], second["revisionId"]);
    let described = stack.call("DescribeStateMachine", json!({"stateMachineArn": arn})).await;
    assert_eq!((&described["revisionId"], &described["definition"]), (&second["revisionId"], &json!(pass("2"))));
    let version = stack.call("DescribeStateMachine", json!({"stateMachineArn": format!("{arn}:1")})).await;
    assert_eq!((version.get("revisionId"), &version["definition"]), (None, &json!(pass("1"))));
}

#[tokio::test]
async fn versions_are_numbered_on_and_survive_a_restart() {
    let stack = Stack::on_disk(vec![]);
    let arn = text(&published(&stack).await["stateMachineArn"]);
    let update = json!({"stateMachineArn": arn, "definition": pass("2"), "publish": true});
    let second = text(&stack.call("UpdateStateMachine", update).await["stateMachineVersionArn"]);
    assert_eq!(second, format!("{arn}:2"));
    stack.call("DeleteStateMachineVersion", json!({"stateMachineVersionArn": second})).await;
    let stack = stack.crash_and_reopen().await;
    let third = stack.call("PublishStateMachineVersion", json!({"stateMachineArn": arn})).await;
    assert_eq!(third["stateMachineVersionArn"], format!("{arn}:3"));
    let listed = stack.call("ListStateMachineVersions", json!({"stateMachineArn": arn, "maxResults": 1})).await;
    assert_eq!(listed["stateMachineVersions"][0]["stateMachineVersionArn"], format!("{arn}:3"));
    let token = listed["nextToken"].clone();
    let rest = stack.call("ListStateMachineVersions", json!({"stateMachineArn": arn, "nextToken": token})).await;
    assert_eq!(rest["stateMachineVersions"][0]["stateMachineVersionArn"], format!("{arn}:1"));
}

#[tokio::test]
async fn an_execution_of_an_alias_runs_one_of_its_versions() {
    let stack = Stack::in_memory(vec![]);
    let version = text(&published(&stack).await["stateMachineVersionArn"]);
    let routes = json!([{"stateMachineVersionArn": version, "weight": 100}]);
    let alias = stack.call("CreateStateMachineAlias", json!({"name": "live", "routingConfiguration": routes})).await;
    let alias = text(&alias["stateMachineAliasArn"]);
    let execution = stack.start(&alias, &json!({})).await;
    let described = stack.ended(&execution).await;
    assert_eq!(
        (&described["stateMachineVersionArn"], &described["stateMachineAliasArn"]),
        (&json!(version), &json!(alias))
    );
    let listed = stack.call("ListExecutions", json!({"stateMachineArn": alias})).await;
    assert_eq!(listed["executions"][0]["executionArn"], json!(execution));
    let refused = stack.error("DeleteStateMachineVersion", json!({"stateMachineVersionArn": version})).await;
    assert_eq!(
        refused.message,
        "Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]"
    );
    stack.call("DeleteStateMachineAlias", json!({"stateMachineAliasArn": alias})).await;
    assert_eq!(stack.error("StartExecution", json!({"stateMachineArn": alias})).await.code, "StateMachineDoesNotExist");
}

#[tokio::test]
async fn tags_belong_to_machines_not_to_their_versions() {
    let stack = Stack::in_memory(vec![]);
    let created = published(&stack).await;
    let arn = text(&created["stateMachineArn"]);
    let tags = json!([{"key": "a", "value": "1"}, {"key": "b", "value": ""}]);
    stack.call("TagResource", json!({"resourceArn": arn, "tags": tags})).await;
    stack.call("UntagResource", json!({"resourceArn": arn, "tagKeys": ["a", "none"]})).await;
    let listed = stack.call("ListTagsForResource", json!({"resourceArn": arn})).await;
    assert_eq!(listed["tags"], json!([{"key": "b", "value": ""}]));
    let version = text(&created["stateMachineVersionArn"]);
    let refused = stack.error("TagResource", json!({"resourceArn": version, "tags": tags})).await;
    assert_eq!(
        (refused.code.as_str(), refused.message),
        ("ResourceNotFound", format!("Resource not found: '{version}'"))
    );
}

#[tokio::test]
async fn a_resource_has_at_most_fifty_tags_of_bounded_length() {
    let stack = Stack::in_memory(vec![]);
    let arn = published(&stack).await["stateMachineArn"].clone();
    let tag = |from: u64, to: u64| {
        let tags: Vec<Value> = (from..to).map(|number| json!({"key": format!("k{number}"), "value": ""})).collect();
        json!({"resourceArn": arn, "tags": tags})
    };
    stack.call("TagResource", tag(0, 30)).await;
    assert_eq!(stack.error("TagResource", tag(30, 51)).await.code, "TooManyTags");
    stack.call("TagResource", tag(20, 50)).await;
    let listed = stack.call("ListTagsForResource", json!({"resourceArn": arn})).await;
    assert_eq!(listed["tags"].as_array().unwrap().len(), 50);
    for (key, value) in [("k".repeat(129), String::new()), ("k1".to_owned(), "v".repeat(257))] {
        let refused =
            stack.error("TagResource", json!({"resourceArn": arn, "tags": [{"key": key, "value": value}]})).await;
        assert_eq!(refused.code, "ValidationException");
    }
}

#[tokio::test]
async fn validation_tells_what_creation_would_refuse_and_warns_when_asked() {
    let stack = Stack::in_memory(vec![]);
    let validate = |definition: &Value, extra: Value| {
        let mut request = json!({"definition": definition.to_string()});
        request.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        request
    };
    let fine = one_state(json!({"Type": "Pass"}));
    assert_eq!(
        stack.call("ValidateStateMachineDefinition", validate(&fine, json!({}))).await,
        json!({"result": "OK", "diagnostics": [], "truncated": false})
    );
    let wrong = json!({"StartAt": "A", "States": {"A": {"Type": "Pass"}, "B": {"Type": "Pass"}}});
    let told = stack.call("ValidateStateMachineDefinition", validate(&wrong, json!({"maxResults": 1}))).await;
    assert_eq!((&told["result"], &told["truncated"]), (&json!("FAIL"), &json!(true)));
    assert_eq!(
        (told["diagnostics"].as_array().unwrap().len(), &told["diagnostics"][0]["severity"]),
        (1, &json!("ERROR"))
    );
    let sync = one_state(
        json!({"Type": "Task", "Resource": "arn:aws:states:::states:startExecution.sync", "Parameters": {"StateMachineArn": "a"}}),
    );
    let told = stack.call("ValidateStateMachineDefinition", validate(&sync, json!({"type": "STANDARD"}))).await;
    assert_eq!(told["result"], "OK");
    let told = stack.call("ValidateStateMachineDefinition", validate(&sync, json!({"type": "EXPRESS"}))).await;
    assert_eq!(
        (&told["result"], &told["diagnostics"][0]["location"]),
        (&json!("FAIL"), &json!("/States/Only/Resource"))
    );
    let not_built = one_state(json!({"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun"}));
    let told = stack.call("ValidateStateMachineDefinition", validate(&not_built, json!({}))).await;
    assert_eq!((&told["result"], &told["diagnostics"][0]["code"]), (&json!("FAIL"), &json!("INTEGRATION_NOT_BUILT")));
    let bad = stack.error("ValidateStateMachineDefinition", validate(&fine, json!({"severity": "INFO"}))).await;
    assert_eq!(bad.code, "ValidationException");
}

#[tokio::test]
async fn a_definition_is_refused_for_what_it_calls() {
    let stack = Stack::in_memory(vec![]);
    let create = |kind: &str, resource: &str| {
        let definition = one_state(json!({"Type": "Task", "Resource": resource}));
        json!({"name": "m", "type": kind, "definition": definition.to_string(), "roleArn": ROLE})
    };
    let unknown = stack.error("CreateStateMachine", create("STANDARD", "arn:aws:states:::dynamodb:query")).await;
    assert_eq!(
        unknown.message,
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: The resource provided arn:aws:states:::dynamodb:query is not recognized. The value is not a valid resource ARN, or the resource is not available in this region. at /States/Only/Resource'"
    );
    let express =
        stack.error("CreateStateMachine", create("EXPRESS", "arn:aws:states:::states:startExecution.sync")).await;
    assert_eq!(
        express.message,
        "Invalid State Machine Definition: 'SCHEMA_VALIDATION_FAILED: Express state machine does not support '.sync' service integration at /States/Only/Resource'"
    );
    let absent = stack.error("CreateStateMachine", create("STANDARD", "arn:aws:states:::sns:publish")).await;
    assert_eq!(
        absent.message,
        "sluice does not have the integration arn:aws:states:::sns:publish of /States/Only yet; available are states:startExecution, aws-sdk:sfn:*"
    );
    assert_eq!(absent.code, "InvalidDefinition");
}

#[tokio::test]
async fn activities_are_created_once_and_deleted_without_complaint() {
    let stack = Stack::in_memory(vec![]);
    let first = stack.call("CreateActivity", json!({"name": "work.1"})).await;
    assert_eq!(stack.call("CreateActivity", json!({"name": "work.1"})).await, first);
    let arn = first["activityArn"].clone();
    assert_eq!(stack.call("DescribeActivity", json!({"activityArn": arn})).await["name"], "work.1");
    stack.call("DeleteActivity", json!({"activityArn": arn})).await;
    stack.call("DeleteActivity", json!({"activityArn": arn})).await;
    assert_eq!(stack.error("DescribeActivity", json!({"activityArn": arn})).await.code, "ActivityDoesNotExist");
    for name in ["a b", "a$", "a:b", "\u{0}a", "a{", "a~"] {
        let refused = stack.error("CreateActivity", json!({"name": name})).await;
        assert_eq!(refused.message, format!("Invalid Name: '{name}'"));
    }
    let long = "a".repeat(81);
    let refused = stack.error("CreateActivity", json!({"name": long})).await;
    let bound = "Member must have length less than or equal to 80";
    let text = format!("1 validation error detected: Value '{long}' at 'name' failed to satisfy constraint: {bound}");
    assert_eq!((refused.code.as_str(), refused.message), ("ValidationException", text));
}
