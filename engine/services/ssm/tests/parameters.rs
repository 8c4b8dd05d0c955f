//! Parameter Store as its callers see it.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;

use clock::{Timestamp, VirtualClock};
use serde_json::{Value, json};
use service::{Platform, Scope, Service, ServiceError};
use ssm::Ssm;
use store::{Location, Store};

fn open(location: &Location) -> Arc<Ssm> {
    let clock = VirtualClock::starting_at(Timestamp::parse_rfc3339("2026-11-21T08:00:00Z").unwrap());
    Ssm::open(&Platform::new(Store::open(location).unwrap(), Arc::new(clock), Scope::default())).unwrap()
}

async fn call(ssm: &Ssm, operation: &str, input: Value) -> Value {
    ssm.call(operation, input).await.unwrap()
}

async fn error(ssm: &Ssm, operation: &str, input: Value) -> ServiceError {
    ssm.call(operation, input).await.unwrap_err()
}

async fn put(ssm: &Ssm, name: &str, value: &str) -> Value {
    call(ssm, "PutParameter", json!({"Name": name, "Value": value, "Type": "String", "Overwrite": true})).await
}

fn names(page: &Value) -> Vec<&str> {
    page["Parameters"].as_array().unwrap().iter().map(|parameter| parameter["Name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_parameter_keeps_its_versions_across_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    {
        let ssm = open(&location);
        put(&ssm, "/app/table", "one").await;
        assert_eq!(put(&ssm, "/app/table", "two").await, json!({"Version": 2, "Tier": "Standard"}));
    }
    let ssm = open(&location);
    let newest = call(&ssm, "GetParameter", json!({"Name": "/app/table"})).await;
    assert_eq!(
        newest["Parameter"],
        json!({
            "Name": "/app/table", "Type": "String", "Value": "two", "Version": 2, "LastModifiedDate": 1_795_248_000.0,
            "ARN": "arn:aws:ssm:us-east-1:000000000000:parameter/app/table", "DataType": "text",
        })
    );
    let first = call(&ssm, "GetParameter", json!({"Name": "/app/table:1"})).await;
    assert_eq!((&first["Parameter"]["Value"], &first["Parameter"]["Selector"]), (&json!("one"), &json!(":1")));
    let history = call(&ssm, "GetParameterHistory", json!({"Name": "/app/table"})).await;
    assert_eq!(history["Parameters"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn what_is_wrong_with_a_write_is_told_as_aws_tells_it() {
    let ssm = open(&Location::Memory);
    put(&ssm, "/a", "1").await;
    let cases = [
        (json!({"Name": "/a", "Value": "2", "Type": "String"}), "ParameterAlreadyExists"),
        (json!({"Name": "/b", "Value": "2"}), "ValidationException"),
        (json!({"Value": "2"}), "ValidationException"),
        (json!({"Name": "b/c", "Value": "2", "Type": "String"}), "ValidationException"),
        (json!({"Name": "/b", "Value": "2", "Type": "Number"}), "ValidationException"),
        (json!({"Name": "/b", "Value": "x".repeat(4097), "Type": "String"}), "ValidationException"),
        (
            json!({"Name": "/b", "Value": "x", "Type": "String", "AllowedPattern": "\\d+"}),
            "ParameterPatternMismatchException",
        ),
        (
            json!({"Name": "/a", "Value": "2", "Type": "SecureString", "Overwrite": true}),
            "HierarchyTypeMismatchException",
        ),
    ];
    for (input, code) in cases {
        assert_eq!(error(&ssm, "PutParameter", input.clone()).await.code, code, "{input}");
    }
    let missing = error(&ssm, "GetParameter", json!({"Name": "/nothing"})).await;
    assert_eq!((missing.code.as_str(), missing.status), ("ParameterNotFound", 400));
    assert_eq!(error(&ssm, "GetParameter", json!({"Name": "/a:9"})).await.code, "ParameterVersionNotFound");
    assert_eq!(error(&ssm, "SendCommand", json!({})).await.status, 501);
}

#[tokio::test]
async fn parameters_are_listed_by_path_and_page() {
    let ssm = open(&Location::Memory);
    for name in ["/app/b", "/app/a", "/app/deep/c", "/apple", "plain"] {
        put(&ssm, name, "1").await;
    }
    let one_level = call(&ssm, "GetParametersByPath", json!({"Path": "/app/"})).await;
    assert_eq!(names(&one_level), ["/app/a", "/app/b"]);
    let first = call(&ssm, "GetParametersByPath", json!({"Path": "/app", "Recursive": true, "MaxResults": 2})).await;
    let second = json!({"Path": "/app", "Recursive": true, "MaxResults": 2, "NextToken": first["NextToken"]});
    assert_eq!(names(&call(&ssm, "GetParametersByPath", second).await), ["/app/deep/c"]);
    let described = json!({"ParameterFilters": [{"Key": "Name", "Option": "BeginsWith", "Values": ["/app/"]}]});
    assert_eq!(names(&call(&ssm, "DescribeParameters", described).await).len(), 3);
    let some = call(&ssm, "GetParameters", json!({"Names": ["plain", "nothing"]})).await;
    assert_eq!((names(&some), &some["InvalidParameters"]), (vec!["plain"], &json!(["nothing"])));
}

#[tokio::test]
async fn a_secure_string_shows_its_value_only_to_who_decrypts() {
    let ssm = open(&Location::Memory);
    call(&ssm, "PutParameter", json!({"Name": "/key", "Value": "secret", "Type": "SecureString"})).await;
    let sealed = call(&ssm, "GetParameter", json!({"Name": "/key"})).await;
    assert_eq!(sealed["Parameter"]["Value"], "kms:alias/aws/ssm:secret");
    let open = call(&ssm, "GetParameter", json!({"Name": "/key", "WithDecryption": true})).await;
    assert_eq!(open["Parameter"]["Value"], "secret");
}

#[tokio::test]
async fn a_label_moves_from_version_to_version() {
    let ssm = open(&Location::Memory);
    put(&ssm, "/a", "1").await;
    put(&ssm, "/a", "2").await;
    let label = |version: i64| json!({"Name": "/a", "ParameterVersion": version, "Labels": ["live", "9bad"]});
    let answer = call(&ssm, "LabelParameterVersion", label(1)).await;
    assert_eq!(answer, json!({"InvalidLabels": ["9bad"], "ParameterVersion": 1}));
    assert_eq!(call(&ssm, "GetParameter", json!({"Name": "/a:live"})).await["Parameter"]["Value"], "1");
    call(&ssm, "LabelParameterVersion", label(2)).await;
    assert_eq!(call(&ssm, "GetParameter", json!({"Name": "/a:live"})).await["Parameter"]["Value"], "2");
}

#[tokio::test]
async fn tags_come_and_go_with_their_parameter() {
    let ssm = open(&Location::Memory);
    let tags = json!([{"Key": "team", "Value": "sluice"}]);
    call(&ssm, "PutParameter", json!({"Name": "/a", "Value": "1", "Type": "String", "Tags": tags})).await;
    let list = json!({"ResourceType": "Parameter", "ResourceId": "/a"});
    assert_eq!(call(&ssm, "ListTagsForResource", list.clone()).await["TagList"], tags);
    call(&ssm, "RemoveTagsFromResource", json!({"ResourceType": "Parameter", "ResourceId": "/a", "TagKeys": ["team"]}))
        .await;
    assert_eq!(call(&ssm, "ListTagsForResource", list.clone()).await["TagList"], json!([]));
    call(&ssm, "DeleteParameter", json!({"Name": "/a"})).await;
    assert_eq!(error(&ssm, "ListTagsForResource", list).await.code, "InvalidResourceId");
    assert_eq!(error(&ssm, "DeleteParameter", json!({"Name": "/a"})).await.code, "ParameterNotFound");
}
