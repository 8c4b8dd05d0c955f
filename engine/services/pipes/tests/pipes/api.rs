//! The API of pipes: states, definitions, tags, and what is refused.

use serde_json::{Value, json};

use crate::doubles::{BUS, Engine, FUNCTION, MACHINE, QUEUE, STREAM};

fn definition(name: &str) -> Value {
    json!({
        "Name": name, "RoleArn": "arn:aws:iam::000000000000:role/pipe", "Source": STREAM, "Target": BUS,
        "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "LATEST", "BatchSize": 5}},
        "Tags": {"concern": "pipes"},
    })
}

async fn gone(engine: &Engine) {
    while engine.call("DescribePipe", json!({"Name": "p"})).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_pipe_is_created_stopped_started_and_deleted() {
    let engine = Engine::new();
    let created = engine.call("CreatePipe", definition("p")).await.unwrap();
    assert_eq!(created["Arn"], "arn:aws:pipes:us-east-1:000000000000:pipe/p");
    let described = engine.reached("RUNNING").await;
    assert_eq!(described["SourceParameters"], definition("p")["SourceParameters"]);
    let duplicate = engine.call("CreatePipe", definition("p")).await.unwrap_err();
    assert_eq!((duplicate.code.as_str(), duplicate.status), ("ConflictException", 409));

    assert_eq!(engine.call("StopPipe", json!({"Name": "p"})).await.unwrap()["CurrentState"], "STOPPING");
    assert_eq!(engine.reached("STOPPED").await["DesiredState"], "STOPPED");
    engine.world.write(1, json!({"id": {"S": "1"}}));
    assert_eq!(engine.call("StartPipe", json!({"Name": "p"})).await.unwrap()["CurrentState"], "STARTING");
    engine.reached("RUNNING").await;
    assert_eq!(engine.world.called("events:PutEvents", 1).await.len(), 1, "what came in meanwhile is not lost");

    assert_eq!(engine.call("DeletePipe", json!({"Name": "p"})).await.unwrap()["CurrentState"], "DELETING");
    gone(&engine).await;
    let missing = engine.call("StartPipe", json!({"Name": "p"})).await.unwrap_err();
    assert_eq!((missing.code.as_str(), missing.status), ("NotFoundException", 404));
}

#[tokio::test]
async fn a_pipe_created_stopped_does_nothing_until_it_is_started() {
    let engine = Engine::new();
    engine.world.write(1, json!({"id": {"S": "1"}}));
    let mut input = definition("p");
    input["DesiredState"] = "STOPPED".into();
    input["SourceParameters"]["DynamoDBStreamParameters"]["StartingPosition"] = "TRIM_HORIZON".into();
    engine.call("CreatePipe", input).await.unwrap();
    engine.reached("STOPPED").await;
    assert!(engine.world.calls("events:PutEvents").is_empty());
    engine.call("StartPipe", json!({"Name": "p"})).await.unwrap();
    engine.world.called("events:PutEvents", 1).await;
}

#[tokio::test]
async fn an_update_replaces_what_it_names() {
    let engine = Engine::new();
    engine.call("CreatePipe", definition("p")).await.unwrap();
    engine.reached("RUNNING").await;
    let update = json!({
        "Name": "p", "RoleArn": "arn:aws:iam::000000000000:role/other", "Target": MACHINE,
        "TargetParameters": {"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}},
        "SourceParameters": {"DynamoDBStreamParameters": {"MaximumRetryAttempts": 1}},
    });
    assert_eq!(engine.call("UpdatePipe", update).await.unwrap()["CurrentState"], "UPDATING");
    let described = engine.reached("RUNNING").await;
    assert_eq!(
        described["SourceParameters"]["DynamoDBStreamParameters"],
        json!({"StartingPosition": "LATEST", "MaximumRetryAttempts": 1})
    );
    engine.world.write(1, json!({"id": {"S": "1"}}));
    engine.nudge();
    engine.pass(std::time::Duration::from_secs(1)).await;
    engine.world.called("states:StartExecution", 1).await;
}

#[tokio::test]
async fn pipes_are_listed_by_page_and_filter() {
    let engine = Engine::new();
    for name in ["a-1", "a-2", "b-1"] {
        engine.call("CreatePipe", definition(name)).await.unwrap();
    }
    let names = |answer: &Value| -> Vec<String> {
        answer["Pipes"].as_array().unwrap().iter().map(|pipe| pipe["Name"].as_str().unwrap().to_owned()).collect()
    };
    let first = engine.call("ListPipes", json!({"Limit": "2"})).await.unwrap();
    assert_eq!(names(&first), ["a-1", "a-2"]);
    let rest = engine.call("ListPipes", json!({"NextToken": first["NextToken"]})).await.unwrap();
    assert_eq!((names(&rest), rest.get("NextToken")), (vec!["b-1".to_owned()], None));
    assert_eq!(names(&engine.call("ListPipes", json!({"NamePrefix": "a"})).await.unwrap()), ["a-1", "a-2"]);
    assert!(names(&engine.call("ListPipes", json!({"TargetPrefix": MACHINE})).await.unwrap()).is_empty());
}

#[tokio::test]
async fn tags_are_added_and_removed() {
    let engine = Engine::new();
    let arn = engine.call("CreatePipe", definition("p")).await.unwrap()["Arn"].clone();
    engine.call("TagResource", json!({"resourceArn": arn, "tags": {"a": "1"}})).await.unwrap();
    engine.call("UntagResource", json!({"resourceArn": arn, "tagKeys": "concern"})).await.unwrap();
    let tags = engine.call("ListTagsForResource", json!({"resourceArn": arn})).await.unwrap();
    assert_eq!(tags, json!({"tags": {"a": "1"}}));
}

#[tokio::test]
async fn what_is_not_valid_or_not_built_is_refused_by_name() {
    let engine = Engine::new();
    let cases = [
        ("/Source", json!("arn:aws:kinesis:us-east-1:000000000000:stream/s"), "kinesis"),
        ("/Source", json!("arn:aws:dynamodb:us-east-1:000000000000:table/t"), "the table's stream"),
        ("/Source", json!(QUEUE), "SourceParameters"),
        ("/Target", json!("arn:aws:kinesis:us-east-1:000000000000:stream/d"), "a target of kinesis"),
        ("/Target", json!("bus"), "must be an ARN"),
        ("/Name", json!("no spaces"), "Name"),
        ("/DesiredState", json!("PAUSED"), "PAUSED"),
        ("/Enrichment", json!("arn:aws:execute-api:us-east-1:000000000000:a/prod/POST/b"), "execute-api"),
        ("/SourceParameters/DynamoDBStreamParameters", json!({"BatchSize": 5}), "StartingPosition"),
        (
            "/SourceParameters/DynamoDBStreamParameters/BatchSize",
            json!(11),
            "The configured batch size 11 is greater than the max supported",
        ),
        ("/SourceParameters/DynamoDBStreamParameters/MaximumRetryAttempts", json!(10_001), "10001"),
        (
            "/SourceParameters/FilterCriteria",
            json!({"Filters": [{"Pattern": "{\"a\": 1}"}]}),
            "Invalid Event Pattern. Reason: ",
        ),
        ("/SourceParameters/KinesisStreamParameters", json!({}), "KinesisStreamParameters"),
        ("/TargetParameters", json!({"InputTemplate": "<aws.pipes.nothing>"}), "aws.pipes.nothing"),
        ("/TargetParameters", json!({"LambdaFunctionParameters": {}}), "Invalid target parameter provided for target."),
        ("/TargetParameters", json!({"HttpParameters": {}}), "Invalid target parameter provided for target."),
        ("/TargetParameters", json!({"InputTemplate": "{\"x\": <name>}"}), "Invalid json path reference"),
        ("/Source", json!(STREAM.replace("us-east-1", "eu-west-1")), "Creating cross-region pipe is not permitted."),
        ("/Target", json!(BUS.replace("us-east-1", "eu-west-1")), "Creating cross-region pipe is not permitted."),
        ("/Target", json!(BUS.replace("000000000000", "111111111111")), "another account"),
        ("/Target", json!("arn:aws:sns:us-east-1:000000000000:t.fifo"), "SNS FIFO topics are not supported"),
        ("/Target", json!("arn:aws:events:us-east-1:000000000000:api-destination/d/1"), "batch size 5 is greater"),
        ("/Enrichment", json!(QUEUE), "Invalid pipe enrichment."),
        ("/SourceParameters", json!({}), "Missing required parameter."),
    ];
    for (pointer, value, named) in cases {
        let mut input = definition("p");
        let (parent, member) = pointer.rsplit_once('/').unwrap();
        input.pointer_mut(parent).unwrap()[member] = value;
        let error = engine.call("CreatePipe", input).await.unwrap_err();
        assert_eq!(error.code, "ValidationException", "{pointer}");
        assert!(error.message.contains(named), "{pointer}: {}", error.message);
    }
    let mut input = definition("p");
    input["Enrichment"] = FUNCTION.into();
    engine.call("CreatePipe", input).await.unwrap();
    engine.reached("RUNNING").await;
    let nameless = engine.call("UpdatePipe", json!({"Name": "p", "Description": "d"})).await.unwrap_err();
    assert!(nameless.message.contains("roleArn"), "{}", nameless.message);
}
