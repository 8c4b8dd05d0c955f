//! Deployments on the engine's real DynamoDB and Parameter Store.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use clock::SystemClock;
use cloudformation::{Options, Outcome, Stacks, Template};
use dynamodb::DynamoDb;
use serde_json::{Value, json};
use service::{Platform, Scope};
use ssm::Ssm;
use store::{Location, Store};

fn engine() -> (Platform, Stacks) {
    let store = Store::open(&Location::Memory).unwrap();
    let platform = Platform::new(store, Arc::new(SystemClock), Scope::default());
    let dynamodb = DynamoDb::open(&platform).unwrap();
    platform.services.register(dynamodb.streams());
    platform.services.register(dynamodb);
    platform.services.register(Ssm::open(&platform).unwrap());
    let stacks = Stacks::open(&platform).unwrap();
    (platform, stacks)
}

fn parse(template: Value) -> Template {
    Template::parse("data.template.json", &template.to_string()).unwrap()
}

#[tokio::test]
async fn the_tables_of_this_repository_are_made_with_streams_indexes_and_time_to_live() {
    let (platform, stacks) = engine();
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra-cdk/templates");
    let templates = Template::read_folder(&folder).unwrap();
    let data = templates.iter().find(|template| template.stack_name() == "Sluicegate-Data").unwrap();
    let options = Options::default();
    let deploy = || stacks.deploy(std::slice::from_ref(data), &options);
    deploy().await.unwrap();
    let call = |service: &'static str, operation: &'static str, input: Value| {
        let services = platform.services.clone();
        async move { services.call(service, operation, input).await.unwrap() }
    };
    let table = call("dynamodb", "DescribeTable", json!({"TableName": "todos"})).await;
    assert_eq!(table["Table"]["GlobalSecondaryIndexes"][0]["IndexName"], "byOwner");
    assert_eq!(table["Table"]["StreamSpecification"]["StreamViewType"], "NEW_AND_OLD_IMAGES");
    let expiry = call("dynamodb", "DescribeTimeToLive", json!({"TableName": "idempotency"})).await;
    assert_eq!(expiry["TimeToLiveDescription"]["TimeToLiveStatus"], "ENABLED");
    let parameter = call("ssm", "GetParameter", json!({"Name": "/sluicegate/data/todos-stream-arn"})).await;
    assert_eq!(parameter["Parameter"]["Value"], table["Table"]["LatestStreamArn"]);
    assert_eq!(deploy().await.unwrap().count(Outcome::Created), 0);
}

#[tokio::test]
async fn a_table_is_changed_in_place_and_keeps_its_items() {
    let (platform, stacks) = engine();
    let template = |more: Value| {
        let mut properties = json!({
            "TableName": "notes",
            "BillingMode": "PAY_PER_REQUEST",
            "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
            "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        });
        for (name, value) in more.as_object().unwrap() {
            properties[name] = value.clone();
        }
        parse(json!({
            "Resources": {"Notes": {"Type": "AWS::DynamoDB::Table", "Properties": properties}},
            "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["Notes", "Arn"]}}},
        }))
    };
    let index = json!({
        "IndexName": "byOwner",
        "KeySchema": [{"AttributeName": "owner", "KeyType": "HASH"}],
        "Projection": {"ProjectionType": "ALL"},
    });
    let both = json!([
        {"AttributeName": "id", "AttributeType": "S"},
        {"AttributeName": "owner", "AttributeType": "S"},
    ]);
    stacks.deploy(&[template(json!({}))], &Options::default()).await.unwrap();
    let item = json!({"TableName": "notes", "Item": {"id": {"S": "a"}, "owner": {"S": "b"}}});
    platform.services.call("dynamodb", "PutItem", item).await.unwrap();
    let changes = [
        json!({
            "StreamSpecification": {"StreamViewType": "KEYS_ONLY"},
            "TimeToLiveSpecification": {"AttributeName": "at", "Enabled": true},
            "Tags": [{"Key": "team", "Value": "x"}],
        }),
        json!({
            "StreamSpecification": {"StreamViewType": "NEW_IMAGE"},
            "TimeToLiveSpecification": {"AttributeName": "until", "Enabled": true},
            "AttributeDefinitions": both, "GlobalSecondaryIndexes": [index], "DeletionProtectionEnabled": true,
        }),
        json!({}),
    ];
    for change in changes {
        let report = stacks.deploy(&[template(change.clone())], &Options::default()).await.unwrap();
        assert_eq!(report.count(Outcome::Updated), 1, "{change}");
        let table = platform.services.call("dynamodb", "DescribeTable", json!({"TableName": "notes"})).await.unwrap();
        let view = &table["Table"]["StreamSpecification"]["StreamViewType"];
        assert_eq!(view, &change["StreamSpecification"]["StreamViewType"], "{change}");
        let indexes = table["Table"]["GlobalSecondaryIndexes"].as_array().map_or(0, Vec::len);
        assert_eq!(indexes, change["GlobalSecondaryIndexes"].as_array().map_or(0, Vec::len), "{change}");
        assert_eq!(report.outputs["data"]["Arn"], "arn:aws:dynamodb:us-east-1:000000000000:table/notes");
    }
    let count = platform.services.call("dynamodb", "Scan", json!({"TableName": "notes"})).await.unwrap();
    assert_eq!(count["Count"], 1);
}

#[tokio::test]
async fn a_global_table_is_its_replica_of_this_region() {
    let (platform, stacks) = engine();
    let template = parse(json!({"Resources": {"Notes": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "Replicas": [{"Region": {"Ref": "AWS::Region"}, "DeletionProtectionEnabled": true}],
    }}}}));
    let report = stacks.deploy(&[template], &Options::default()).await.unwrap();
    let name = &report.resource("data", "Notes").unwrap().physical_id;
    assert!(name.starts_with("data-Notes-"), "{name}");
    let table = platform.services.call("dynamodb", "DescribeTable", json!({"TableName": name})).await.unwrap();
    assert_eq!(table["Table"]["DeletionProtectionEnabled"], true);
}
