//! What callers of Secrets Manager see.
#![allow(clippy::unwrap_used)]

use std::sync::Arc;
use std::time::Duration;

use clock::{Timestamp, VirtualClock};
use secretsmanager::SecretsManager;
use serde_json::{Value, json};
use service::{Platform, Scope, Service, ServiceError};
use store::{Location, Store};

struct Engine {
    clock: VirtualClock,
    secrets: Arc<SecretsManager>,
}

fn engine_in(location: &Location) -> Engine {
    let clock = VirtualClock::starting_at(Timestamp::from_millis(1_800_000_000_000));
    let platform = Platform::new(Store::open(location).unwrap(), Arc::new(clock.clone()), Scope::default());
    Engine { clock, secrets: SecretsManager::open(&platform).unwrap() }
}

fn engine() -> Engine {
    engine_in(&Location::Memory)
}

fn token(number: u8) -> String {
    format!("00000000-0000-0000-0000-{number:012}")
}

impl Engine {
    async fn try_call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        self.secrets.call(operation, input).await
    }

    async fn call(&self, operation: &str, input: Value) -> Value {
        self.try_call(operation, input).await.unwrap()
    }

    async fn refusal(&self, operation: &str, input: Value) -> (String, String) {
        let failure = self.try_call(operation, input).await.unwrap_err();
        assert_eq!(failure.members.get("Message").map_or("", |it| it.as_str().unwrap()), failure.message);
        (failure.code, failure.message)
    }

    async fn create(&self, name: &str, value: &str) -> String {
        let input = json!({"Name": name, "SecretString": value, "ClientRequestToken": token(1)});
        self.call("CreateSecret", input).await["ARN"].as_str().unwrap().to_owned()
    }

    async fn value(&self, which: Value) -> Value {
        self.call("GetSecretValue", which).await["SecretString"].clone()
    }
}

const GONE: &str = "Secrets Manager can't find the specified secret.";
const MARKED: &str = "You can't perform this operation on the secret because it was marked for deletion.";

fn refused(code: &str, message: impl Into<String>) -> (String, String) {
    (code.to_owned(), message.into())
}

#[tokio::test]
async fn a_secret_is_found_by_its_name_its_arn_and_its_arn_without_the_random_characters() {
    let engine = engine();
    let arn = engine.create("team/db", "hunter2").await;
    let (partial, suffix) = arn.rsplit_once('-').unwrap();
    assert_eq!((partial, suffix.len()), ("arn:aws:secretsmanager:us-east-1:000000000000:secret:team/db", 6));
    for id in ["team/db", &arn, partial] {
        let answer = engine.call("GetSecretValue", json!({"SecretId": id})).await;
        assert_eq!(
            answer,
            json!({
                "ARN": arn,
                "Name": "team/db",
                "VersionId": token(1),
                "SecretString": "hunter2",
                "VersionStages": ["AWSCURRENT"],
                "CreatedDate": 1_800_000_000.0,
            })
        );
    }
    let other = format!("{partial}-xxxxxx");
    for id in ["team", &other] {
        let absent = engine.refusal("GetSecretValue", json!({"SecretId": id})).await;
        assert_eq!(absent, refused("ResourceNotFoundException", GONE));
    }
}

#[tokio::test]
async fn a_new_value_is_current_and_the_one_before_it_previous() {
    let engine = engine();
    let arn = engine.create("s", "one").await;
    let put = json!({"SecretId": "s", "SecretString": "two", "ClientRequestToken": token(2)});
    let expected = json!({"ARN": arn, "Name": "s", "VersionId": token(2), "VersionStages": ["AWSCURRENT"]});
    assert_eq!(engine.call("PutSecretValue", put.clone()).await, expected);
    assert_eq!(engine.call("PutSecretValue", put).await, expected);
    assert_eq!(engine.value(json!({"SecretId": "s"})).await, "two");
    assert_eq!(engine.value(json!({"SecretId": "s", "VersionStage": "AWSPREVIOUS"})).await, "one");
    assert_eq!(engine.value(json!({"SecretId": "s", "VersionId": token(1)})).await, "one");
    let update = json!({"SecretId": "s", "SecretString": "three", "ClientRequestToken": token(3)});
    assert_eq!(engine.call("UpdateSecret", update).await, json!({"ARN": arn, "Name": "s", "VersionId": token(3)}));
    let ids = |answer: Value| {
        let of = |version: &Value| version["VersionId"].as_str().unwrap().to_owned();
        answer["Versions"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let listed = engine.call("ListSecretVersionIds", json!({"SecretId": "s"})).await;
    assert_eq!(listed["Versions"][1]["KmsKeyIds"], json!(["DefaultEncryptionKey"]));
    assert_eq!(ids(listed), [token(2), token(3)]);
    let all = json!({"SecretId": "s", "IncludeDeprecated": true});
    assert_eq!(ids(engine.call("ListSecretVersionIds", all).await), [token(1), token(2), token(3)]);
    assert_eq!(
        engine.call("DescribeSecret", json!({"SecretId": "s"})).await["VersionIdsToStages"],
        json!({token(2): ["AWSPREVIOUS"], token(3): ["AWSCURRENT"]})
    );
}

#[tokio::test]
async fn a_version_that_is_not_there_is_told_by_what_it_was_asked_for() {
    let engine = engine();
    engine.call("CreateSecret", json!({"Name": "s"})).await;
    let of = |what: &str| {
        let message = format!("Secrets Manager can't find the specified secret value for {what}");
        refused("ResourceNotFoundException", message)
    };
    let absent = engine.refusal("GetSecretValue", json!({"SecretId": "s"})).await;
    assert_eq!(absent, of("staging label: AWSCURRENT"));
    let absent = engine.refusal("GetSecretValue", json!({"SecretId": "s", "VersionId": token(9)})).await;
    assert_eq!(absent, of(&format!("VersionId: {}", token(9))));
    let first = json!({"SecretId": "s", "SecretString": "v", "VersionStages": ["mine"]});
    assert_eq!(engine.call("PutSecretValue", first).await["VersionStages"], json!(["mine", "AWSCURRENT"]));
}

#[tokio::test]
async fn a_request_that_is_repeated_changes_nothing_and_a_token_is_not_used_twice() {
    let engine = engine();
    let arn = engine.create("s", "one").await;
    assert_eq!(engine.create("s", "one").await, arn);
    let again = json!({"Name": "s", "SecretString": "two", "ClientRequestToken": token(1)});
    assert_eq!(
        engine.refusal("CreateSecret", again).await,
        refused("ResourceExistsException", "The operation failed because the secret s already exists.")
    );
    let put = json!({"SecretId": "s", "SecretString": "two", "ClientRequestToken": token(1)});
    assert_eq!(
        engine.refusal("PutSecretValue", put).await,
        refused(
            "ResourceExistsException",
            format!(
                "You can't use ClientRequestToken {} because that value is already in use for a version of secret {arn}.",
                token(1)
            )
        )
    );
    assert_eq!(
        engine.refusal("CreateSecret", json!({"Name": "t", "ClientRequestToken": "short"})).await,
        refused("InvalidParameterException", "ClientRequestToken must be 32-64 characters long.")
    );
}

#[tokio::test]
async fn a_deleted_secret_can_be_restored_until_its_window_is_over() {
    let engine = engine();
    let arn = engine.create("s", "one").await;
    let answer = engine.call("DeleteSecret", json!({"SecretId": "s", "RecoveryWindowInDays": 7})).await;
    let gone_at = 1_800_000_000.0 + 7.0 * 86_400.0;
    assert_eq!(answer, json!({"ARN": arn, "Name": "s", "DeletionDate": gone_at}));
    let refusal = engine.refusal("GetSecretValue", json!({"SecretId": "s"})).await;
    assert_eq!(refusal, refused("InvalidRequestException", MARKED));
    assert_eq!(engine.call("DescribeSecret", json!({"SecretId": "s"})).await["DeletedDate"], gone_at);
    assert_eq!(engine.call("ListSecrets", json!({})).await["SecretList"], json!([]));
    let planned = engine.call("ListSecrets", json!({"IncludePlannedDeletion": true})).await;
    assert_eq!(planned["SecretList"][0]["Name"], "s");
    assert_eq!(
        engine.refusal("CreateSecret", json!({"Name": "s"})).await,
        refused(
            "InvalidRequestException",
            "You can't create this secret because a secret with this name is already scheduled for deletion."
        )
    );
    engine.call("RestoreSecret", json!({"SecretId": "s"})).await;
    assert_eq!(engine.value(json!({"SecretId": "s"})).await, "one");

    engine.call("DeleteSecret", json!({"SecretId": "s"})).await;
    engine.clock.advance(Duration::from_secs(30 * 86_400));
    let refusal = engine.refusal("RestoreSecret", json!({"SecretId": "s"})).await;
    assert_eq!(refusal, refused("ResourceNotFoundException", GONE));
    assert_ne!(engine.create("s", "new").await, arn);
}

#[tokio::test]
async fn a_secret_can_be_deleted_at_once() {
    let engine = engine();
    engine.create("s", "one").await;
    let forced = |id: &str| json!({"SecretId": id, "ForceDeleteWithoutRecovery": true});
    engine.call("DeleteSecret", forced("s")).await;
    assert_eq!(engine.call("DeleteSecret", forced("never")).await["Name"], "never");
    let refusal = engine.refusal("DescribeSecret", json!({"SecretId": "s"})).await;
    assert_eq!(refusal, refused("ResourceNotFoundException", GONE));
    for (input, message) in [
        (
            json!({"SecretId": "s", "ForceDeleteWithoutRecovery": true, "RecoveryWindowInDays": 7}),
            "You can't use ForceDeleteWithoutRecovery in conjunction with RecoveryWindowInDays.",
        ),
        (
            json!({"SecretId": "s", "RecoveryWindowInDays": 6}),
            "The RecoveryWindowInDays value must be between 7 and 30 days (inclusive).",
        ),
    ] {
        assert_eq!(engine.refusal("DeleteSecret", input).await, refused("InvalidParameterException", message));
    }
}

#[tokio::test]
async fn a_label_moves_when_it_is_said_where_it_is() {
    let engine = engine();
    engine.create("s", "one").await;
    engine
        .call("PutSecretValue", json!({"SecretId": "s", "SecretString": "two", "ClientRequestToken": token(2)}))
        .await;
    let back = |from: Option<String>| {
        json!({
            "SecretId": "s", "VersionStage": "AWSCURRENT", "MoveToVersionId": token(1), "RemoveFromVersionId": from,
        })
    };
    let (code, _) = engine.refusal("UpdateSecretVersionStage", back(None)).await;
    assert_eq!(code, "InvalidParameterException");
    engine.call("UpdateSecretVersionStage", back(Some(token(2)))).await;
    assert_eq!(engine.value(json!({"SecretId": "s"})).await, "one");
    assert_eq!(engine.value(json!({"SecretId": "s", "VersionStage": "AWSPREVIOUS"})).await, "two");
    let never = json!({"SecretId": "s", "VersionStage": "AWSCURRENT", "RemoveFromVersionId": token(1)});
    assert_eq!(engine.refusal("UpdateSecretVersionStage", never).await.0, "InvalidParameterException");
}

#[tokio::test]
async fn secrets_are_listed_in_pages_and_by_filters() {
    let engine = engine();
    for (name, team) in [("a/one", "red"), ("a/two", "blue"), ("b", "red")] {
        let tags = json!([{"Key": "team", "Value": team}]);
        let input = json!({"Name": name, "SecretString": name, "Description": "of a team", "Tags": tags});
        engine.call("CreateSecret", input).await;
    }
    let names = |answer: &Value| {
        let of = |secret: &Value| secret["Name"].as_str().unwrap().to_owned();
        answer["SecretList"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    let first = engine.call("ListSecrets", json!({"MaxResults": 2})).await;
    assert_eq!(names(&first), ["a/one", "a/two"]);
    let second = engine.call("ListSecrets", json!({"MaxResults": 2, "NextToken": first["NextToken"]})).await;
    assert_eq!(names(&second), ["b"]);
    assert!(second.get("NextToken").is_none());
    let filtered = async |filters: Value| names(&engine.call("ListSecrets", json!({"Filters": filters})).await);
    assert_eq!(filtered(json!([{"Key": "name", "Values": ["a/"]}])).await, ["a/one", "a/two"]);
    assert_eq!(filtered(json!([{"Key": "tag-value", "Values": ["red"]}])).await, ["a/one", "b"]);
    assert_eq!(filtered(json!([{"Key": "name", "Values": ["!a/"]}])).await, ["b"]);
    let both = json!([{"Key": "tag-value", "Values": ["red"]}, {"Key": "name", "Values": ["a"]}]);
    assert_eq!(filtered(both).await, ["a/one"]);
    let batch = engine.call("BatchGetSecretValue", json!({"SecretIdList": ["b", "absent"]})).await;
    assert_eq!(batch["SecretValues"][0]["SecretString"], "b");
    assert_eq!(batch["Errors"][0]["ErrorCode"], "ResourceNotFoundException");
}

#[tokio::test]
async fn tags_policies_and_descriptions_are_kept() {
    let engine = engine();
    let arn = engine.create("s", "one").await;
    engine.call("TagResource", json!({"SecretId": "s", "Tags": [{"Key": "a", "Value": "1"}, {"Key": "b"}]})).await;
    engine.call("UntagResource", json!({"SecretId": "s", "TagKeys": ["b"]})).await;
    engine.call("UpdateSecret", json!({"SecretId": "s", "Description": "changed"})).await;
    let described = engine.call("DescribeSecret", json!({"SecretId": "s"})).await;
    assert_eq!(
        described,
        json!({
            "ARN": arn,
            "Name": "s",
            "Description": "changed",
            "LastChangedDate": 1_800_000_000.0,
            "Tags": [{"Key": "a", "Value": "1"}],
            "VersionIdsToStages": {token(1): ["AWSCURRENT"]},
            "CreatedDate": 1_800_000_000.0,
        })
    );
    engine.call("PutResourcePolicy", json!({"SecretId": "s", "ResourcePolicy": "{\"Version\": \"2012-10-17\"}"})).await;
    let policy = engine.call("GetResourcePolicy", json!({"SecretId": "s"})).await;
    assert_eq!(policy["ResourcePolicy"], "{\"Version\": \"2012-10-17\"}");
    engine.call("DeleteResourcePolicy", json!({"SecretId": "s"})).await;
    assert_eq!(engine.call("GetResourcePolicy", json!({"SecretId": "s"})).await, json!({"ARN": arn, "Name": "s"}));
}

#[tokio::test]
async fn an_access_is_told_by_the_day() {
    let engine = engine();
    engine.create("s", "one").await;
    engine.value(json!({"SecretId": "s"})).await;
    engine.clock.advance(Duration::from_secs(3600));
    engine.value(json!({"SecretId": "s"})).await;
    let described = engine.call("DescribeSecret", json!({"SecretId": "s"})).await;
    assert_eq!(described["LastAccessedDate"], 1_799_971_200.0);
}

#[tokio::test]
async fn a_value_is_text_or_bytes_and_fits() {
    let engine = engine();
    let bytes = json!({"Name": "b", "SecretBinary": "AgME"});
    engine.call("CreateSecret", bytes).await;
    assert_eq!(engine.call("GetSecretValue", json!({"SecretId": "b"})).await["SecretBinary"], "AgME");
    let both = json!({"Name": "c", "SecretBinary": "AgME", "SecretString": "x"});
    assert_eq!(engine.refusal("CreateSecret", both).await.0, "InvalidParameterException");
    let long = json!({"Name": "c", "SecretString": "x".repeat(65_537)});
    assert_eq!(engine.refusal("CreateSecret", long).await.0, "InvalidParameterException");
    let name = engine.try_call("CreateSecret", json!({"Name": "not a name"})).await.unwrap_err();
    assert_eq!(name.code, "ValidationException");
}

#[tokio::test]
async fn secrets_outlive_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let location = Location::Directory(folder.path().to_owned());
    let arn = engine_in(&location).create("s", "one").await;
    let engine = engine_in(&location);
    assert_eq!(engine.call("GetSecretValue", json!({"SecretId": arn})).await["SecretString"], "one");
}
