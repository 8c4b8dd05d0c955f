//! Each type of resource, from its making to its end, by the operations it asks of the services.
#![allow(clippy::unwrap_used)]

mod doubles;

use std::io::{Cursor, Read};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use doubles::{Engine, template};
use serde_json::{Value, json};
use zip::ZipArchive;

/// Type, properties at first, what changes, and the calls of making, changing and deleting it.
type Case = (&'static str, Value, Value, &'static [&'static str], &'static [&'static str], &'static [&'static str]);

fn cases() -> Vec<Case> {
    let tags = json!([{"Key": "b", "Value": "2"}]);
    vec![
        (
            "AWS::SSM::Parameter",
            json!({"Name": "/p", "Type": "String", "Value": "1", "Tags": {"a": "1"}}),
            json!({"Tags": {"b": "2"}}),
            &["PutParameter /p"],
            &["PutParameter /p", "RemoveTagsFromResource ", "AddTagsToResource "],
            &["DeleteParameter /p"],
        ),
        (
            "AWS::SQS::Queue",
            json!({"QueueName": "q.fifo", "FifoQueue": true, "DelaySeconds": 5, "Tags": [{"Key": "a", "Value": "1"}]}),
            json!({"DelaySeconds": null, "Tags": tags}),
            &["CreateQueue q.fifo"],
            &[
                "SetQueueAttributes http://127.0.0.1:4566/000000000000/q.fifo",
                "UntagQueue http://127.0.0.1:4566/000000000000/q.fifo",
                "TagQueue http://127.0.0.1:4566/000000000000/q.fifo",
            ],
            &["DeleteQueue http://127.0.0.1:4566/000000000000/q.fifo"],
        ),
        (
            "AWS::Events::EventBus",
            json!({"Name": "bus", "Tags": [{"Key": "a", "Value": "1"}]}),
            json!({"Description": "changed", "Tags": tags}),
            &["CreateEventBus bus"],
            &["UpdateEventBus bus", "UntagResource ", "TagResource "],
            &["DeleteEventBus bus"],
        ),
        (
            "AWS::Events::Rule",
            json!({
                "Name": "rule", "EventBusName": "bus", "EventPattern": {"source": ["a"]},
                "Targets": [{"Id": "one", "Arn": "arn:one"}, {"Id": "two", "Arn": "arn:two"}],
            }),
            json!({"Targets": [{"Id": "two", "Arn": "arn:two"}]}),
            &["PutRule rule", "PutTargets rule"],
            &["PutRule rule", "RemoveTargets rule", "PutTargets rule"],
            &["RemoveTargets rule", "DeleteRule rule"],
        ),
        (
            "AWS::Events::Connection",
            json!({
                "Name": "partner", "AuthorizationType": "API_KEY",
                "AuthParameters": {"ApiKeyAuthParameters": {"ApiKeyName": "k", "ApiKeyValue": "v"}},
            }),
            json!({"Description": "changed"}),
            &["CreateConnection partner", "DescribeConnection partner"],
            &["UpdateConnection partner", "DescribeConnection partner"],
            &["DeleteConnection partner"],
        ),
        (
            "AWS::Events::ApiDestination",
            json!({
                "Name": "orders", "ConnectionArn": "arn:connection", "HttpMethod": "POST",
                "InvocationEndpoint": "https://example.com",
            }),
            json!({"InvocationRateLimitPerSecond": 5}),
            &["CreateApiDestination orders"],
            &["UpdateApiDestination orders"],
            &["DeleteApiDestination orders"],
        ),
        (
            "AWS::Events::Archive",
            json!({"ArchiveName": "all", "SourceArn": "arn:bus"}),
            json!({"RetentionDays": 7}),
            &["CreateArchive all"],
            &["UpdateArchive all"],
            &["DeleteArchive all"],
        ),
        (
            "AWS::Pipes::Pipe",
            json!({"Name": "pipe", "Source": "arn:s", "Target": "arn:t"}),
            json!({"Target": "arn:u"}),
            &["CreatePipe pipe"],
            &["UpdatePipe pipe"],
            &["DeletePipe pipe"],
        ),
        (
            "AWS::Scheduler::Schedule",
            json!({
                "Name": "nightly", "GroupName": "reports", "ScheduleExpression": "cron(0 2 * * ? *)",
                "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": "15"},
                "Target": {"Arn": "arn:t", "RoleArn": "arn:r"},
            }),
            json!({"ScheduleExpression": "rate(1 day)"}),
            &["CreateSchedule nightly"],
            &["UpdateSchedule nightly"],
            &["DeleteSchedule nightly"],
        ),
        (
            "AWS::MediaConvert::Queue",
            json!({"Name": "films", "ConcurrentJobs": "3", "Tags": {"a": "1"}}),
            json!({"Status": "PAUSED", "Tags": {"b": "2"}}),
            &["CreateQueue films"],
            &["UpdateQueue films", "UntagResource ", "TagResource "],
            &["DeleteQueue films"],
        ),
        (
            "AWS::MediaConvert::JobTemplate",
            json!({"Name": "ladder", "SettingsJson": {"OutputGroups": []}, "Tags": {"a": "1"}}),
            json!({"Priority": "4", "Tags": {"b": "2"}}),
            &["CreateJobTemplate ladder"],
            &["UpdateJobTemplate ladder", "UntagResource ", "TagResource "],
            &["DeleteJobTemplate ladder"],
        ),
        (
            "AWS::Scheduler::ScheduleGroup",
            json!({"Name": "reports", "Tags": [{"Key": "a", "Value": "1"}]}),
            json!({"Tags": tags}),
            &["CreateScheduleGroup reports", "GetScheduleGroup reports"],
            &["UntagResource ", "TagResource ", "GetScheduleGroup reports"],
            &["DeleteScheduleGroup reports"],
        ),
        (
            "AWS::StepFunctions::StateMachine",
            json!({"StateMachineName": "m", "DefinitionString": "{}", "Tags": [{"Key": "a", "Value": "1"}]}),
            json!({"DefinitionString": "{ }", "Tags": tags}),
            &["CreateStateMachine m"],
            &[
                "UpdateStateMachine arn:aws:states:us-east-1:000000000000:stateMachine:m",
                "UntagResource ",
                "TagResource ",
            ],
            &["DeleteStateMachine arn:aws:states:us-east-1:000000000000:stateMachine:m"],
        ),
        (
            "AWS::Lambda::Function",
            json!({"FunctionName": "f", "Code": {"S3Bucket": "b", "S3Key": "k"}, "Tags": [{"Key": "a", "Value": "1"}]}),
            json!({"Timeout": "9", "Tags": tags}),
            &["CreateFunction f"],
            &["UpdateFunctionConfiguration f", "UpdateFunctionCode f", "UntagResource ", "TagResource "],
            &["DeleteFunction f"],
        ),
        (
            "AWS::Lambda::EventInvokeConfig",
            json!({"FunctionName": "f", "Qualifier": "$LATEST"}),
            json!({"MaximumRetryAttempts": 1}),
            &["PutFunctionEventInvokeConfig f"],
            &["PutFunctionEventInvokeConfig f"],
            &["DeleteFunctionEventInvokeConfig f"],
        ),
        (
            "AWS::DynamoDB::Table",
            json!({"TableName": "t", "TimeToLiveSpecification": {"AttributeName": "at", "Enabled": true}}),
            json!({"TimeToLiveSpecification": {"AttributeName": "at", "Enabled": false}, "BillingMode": "PAY_PER_REQUEST"}),
            &["CreateTable t", "UpdateTimeToLive t"],
            &["UpdateTable t", "UpdateTimeToLive t", "DescribeTable t"],
            &["DeleteTable t"],
        ),
        (
            "AWS::SNS::Topic",
            json!({
                "TopicName": "t", "DisplayName": "first", "Tags": [{"Key": "a", "Value": "1"}],
                "Subscription": [{"Protocol": "sqs", "Endpoint": "arn:q"}],
            }),
            json!({"DisplayName": null, "Subscription": null, "Tags": tags}),
            &["CreateTopic t", "Subscribe arn:aws:sns:us-east-1:000000000000:t"],
            &["SetTopicAttributes arn:aws:sns:us-east-1:000000000000:t", "UntagResource ", "TagResource "],
            &["DeleteTopic arn:aws:sns:us-east-1:000000000000:t"],
        ),
        (
            "AWS::SNS::TopicPolicy",
            json!({"PolicyDocument": {"Statement": []}, "Topics": ["arn:one"]}),
            json!({"Topics": ["arn:two"]}),
            &["SetTopicAttributes arn:one"],
            &["SetTopicAttributes arn:one", "SetTopicAttributes arn:two"],
            &["SetTopicAttributes arn:two"],
        ),
        (
            "AWS::SNS::Subscription",
            json!({"TopicArn": "arn:t", "Protocol": "sqs", "Endpoint": "arn:q", "RawMessageDelivery": true}),
            json!({"RawMessageDelivery": null, "FilterPolicy": {"a": ["b"]}}),
            &["Subscribe arn:t"],
            &["SetSubscriptionAttributes arn:t:1", "SetSubscriptionAttributes arn:t:1"],
            &["Unsubscribe arn:t:1"],
        ),
        (
            "AWS::SecretsManager::Secret",
            json!({
                "Name": "s",
                "GenerateSecretString": {"SecretStringTemplate": "{\"user\": \"u\"}", "GenerateStringKey": "password"},
            }),
            json!({"Description": "d", "Tags": tags}),
            &["GetRandomPassword ", "CreateSecret s"],
            &[
                "UpdateSecret arn:aws:secretsmanager:us-east-1:000000000000:secret:s-AbCdEf",
                "TagResource arn:aws:secretsmanager:us-east-1:000000000000:secret:s-AbCdEf",
            ],
            &["DeleteSecret arn:aws:secretsmanager:us-east-1:000000000000:secret:s-AbCdEf"],
        ),
        (
            "AWS::SES::EmailIdentity",
            json!({"EmailIdentity": "example.com", "Tags": [{"Key": "a", "Value": "1"}]}),
            json!({"Tags": tags}),
            &["CreateEmailIdentity example.com"],
            &["UntagResource ", "TagResource "],
            &["DeleteEmailIdentity example.com"],
        ),
        (
            "AWS::SES::Template",
            json!({"Template": {"TemplateName": "due", "SubjectPart": "s", "TextPart": "t"}}),
            json!({"Template": {"TemplateName": "due", "SubjectPart": "s", "HtmlPart": "h"}}),
            &["CreateEmailTemplate due"],
            &["UpdateEmailTemplate due"],
            &["DeleteEmailTemplate due"],
        ),
        (
            "AWS::SES::ConfigurationSet",
            json!({"Name": "set", "SendingOptions": {"SendingEnabled": "true"}}),
            json!({"SendingOptions": {"SendingEnabled": false}}),
            &["CreateConfigurationSet set"],
            &["DeleteConfigurationSet set", "CreateConfigurationSet set"],
            &["DeleteConfigurationSet set"],
        ),
        (
            "AWS::Lambda::Url",
            json!({"TargetFunctionArn": "arn:f", "AuthType": "AWS_IAM"}),
            json!({"AuthType": "NONE"}),
            &["CreateFunctionUrlConfig arn:f"],
            &["UpdateFunctionUrlConfig arn:f"],
            &["DeleteFunctionUrlConfig arn:f"],
        ),
        (
            "AWS::CloudFront::Distribution",
            json!({"DistributionConfig": {"Enabled": true, "Origins": [{"Id": "o"}]}}),
            json!({"DistributionConfig": {"Enabled": true, "Origins": []}}),
            &["CreateDistribution "],
            &["UpdateDistribution E1"],
            &["UpdateDistribution E1", "DeleteDistribution E1"],
        ),
        (
            "AWS::CloudFront::OriginAccessControl",
            json!({"OriginAccessControlConfig": {"Name": "a"}}),
            json!({"OriginAccessControlConfig": {"Name": "b"}}),
            &["CreateOriginAccessControl "],
            &["UpdateOriginAccessControl E2"],
            &["DeleteOriginAccessControl E2"],
        ),
        (
            "AWS::CloudFront::CachePolicy",
            json!({"CachePolicyConfig": {"Name": "a"}}),
            json!({"CachePolicyConfig": {"Name": "b"}}),
            &["CreateCachePolicy "],
            &["UpdateCachePolicy E3"],
            &["DeleteCachePolicy E3"],
        ),
        (
            "AWS::ApiGatewayV2::Api",
            json!({"Name": "api", "ProtocolType": "HTTP"}),
            json!({"Name": "other"}),
            &["CreateApi api"],
            &["UpdateApi other"],
            &["DeleteApi api1"],
        ),
        (
            "AWS::ApiGatewayV2::Route",
            json!({"ApiId": "api1", "RouteKey": "GET /"}),
            json!({"RouteKey": "POST /"}),
            &["CreateRoute GET /"],
            &["UpdateRoute POST /"],
            &["DeleteRoute api1"],
        ),
        (
            "AWS::ApiGatewayV2::Stage",
            json!({"ApiId": "api1", "StageName": "$default"}),
            json!({"AutoDeploy": true}),
            &["CreateStage $default"],
            &["UpdateStage $default"],
            &["DeleteStage $default"],
        ),
    ]
}

#[tokio::test]
async fn each_type_is_made_changed_and_deleted_by_its_own_operations() {
    for (kind, first, change, made, changed, deleted) in cases() {
        let engine = Engine::new();
        let mut second = first.clone();
        for (name, value) in change.as_object().unwrap() {
            second[name] = value.clone();
        }
        second.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        let stack = |properties: Value| template("stack", json!({"It": {"Type": kind, "Properties": properties}}));
        engine.deploy(&[stack(first)]).await.unwrap();
        assert_eq!(engine.calls.take(), made, "{kind}");
        engine.deploy(&[stack(second)]).await.unwrap();
        assert_eq!(engine.calls.take(), changed, "{kind}");
        engine.deploy(&[template("stack", json!({}))]).await.unwrap();
        assert_eq!(engine.calls.take(), deleted, "{kind}");
    }
}

#[tokio::test]
async fn what_goes_to_a_service_is_spelled_as_the_service_spells_it() {
    let engine = Engine::new();
    let stack = template(
        "stack",
        json!({
            "Machine": {"Type": "AWS::StepFunctions::StateMachine", "Properties": {
                "Definition": {"StartAt": "A", "Comment": "${Name} ${Unbound}"},
                "DefinitionSubstitutions": {"Name": "bound"},
                "LoggingConfiguration": {"Level": "ALL", "Destinations": [{"CloudWatchLogsLogGroup": {"LogGroupArn": "arn:l"}}]},
                "TracingConfiguration": {"Enabled": true},
                "Tags": [{"Key": "a", "Value": "1"}],
            }},
            "Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": {"GenerateSecretString": {
                "SecretStringTemplate": "{\"user\": \"u\"}", "GenerateStringKey": "password", "PasswordLength": "20",
            }}},
            "Template": {"Type": "AWS::SES::Template", "Properties": {"Template": {"SubjectPart": "s", "HtmlPart": "h"}}},
            "Subscription": {"Type": "AWS::SNS::Subscription", "Properties": {
                "TopicArn": "arn:t", "Protocol": "sqs", "Endpoint": "arn:q", "RawMessageDelivery": true,
                "FilterPolicy": {"a": ["b"]},
            }},
            "Queue": {"Type": "AWS::SQS::Queue", "Properties": {
                "VisibilityTimeout": 30, "SqsManagedSseEnabled": true, "Tags": [{"Key": "a", "Value": "1"}],
            }},
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {"FunctionName": "f", "Code": {"S3Bucket": "b", "S3Key": "k"}, "Timeout": "5"},
                "Metadata": {"sluicegate": {"binary": "todo-create"}},
            },
        }),
    );
    engine.deploy(&[stack]).await.unwrap();
    let machine = &engine.calls.inputs("CreateStateMachine")[0];
    assert_eq!(machine["definition"], r#"{"StartAt":"A","Comment":"bound ${Unbound}"}"#);
    assert_eq!(machine["loggingConfiguration"]["destinations"][0]["cloudWatchLogsLogGroup"]["logGroupArn"], "arn:l");
    assert_eq!(machine["tags"], json!([{"key": "a", "value": "1"}]));
    let queue = &engine.calls.inputs("CreateQueue")[0];
    assert_eq!(queue["Attributes"], json!({"VisibilityTimeout": "30", "SqsManagedSseEnabled": "true"}));
    assert_eq!(queue["tags"], json!({"a": "1"}));
    let secret = &engine.calls.inputs("CreateSecret")[0];
    assert_eq!(secret["SecretString"], r#"{"user":"u","password":"p4ss"}"#);
    let template = &engine.calls.inputs("CreateEmailTemplate")[0];
    assert_eq!(template["TemplateContent"], json!({"Subject": "s", "Html": "h"}));
    let subscription = &engine.calls.inputs("Subscribe")[0];
    assert_eq!(subscription["Attributes"], json!({"FilterPolicy": r#"{"a":["b"]}"#, "RawMessageDelivery": "true"}));
    let function = &engine.calls.inputs("CreateFunction")[0];
    assert_eq!((&function["Code"], &function["Timeout"]), (&json!({"SluiceBinary": "todo-create"}), &json!(5)));
}

#[tokio::test]
async fn inline_code_becomes_an_archive_with_an_index() {
    for (runtime, file) in [("python3.13", "index.py"), ("nodejs22.x", "index.js")] {
        let engine = Engine::new();
        let properties = json!({"FunctionName": "f", "Code": {"ZipFile": "inline source"}, "Runtime": runtime});
        let function = json!({"It": {"Type": "AWS::Lambda::Function", "Properties": properties}});
        engine.deploy(&[template("stack", function)]).await.unwrap();
        let input = &engine.calls.inputs("CreateFunction")[0];
        let archive = BASE64_STANDARD.decode(input["Code"]["ZipFile"].as_str().unwrap()).unwrap();
        let mut archive = ZipArchive::new(Cursor::new(archive)).unwrap();
        let mut source = String::new();
        archive.by_name(file).unwrap().read_to_string(&mut source).unwrap();
        assert_eq!(source, "inline source");
    }
    let properties = json!({"Code": {"ZipFile": "source"}, "Runtime": "provided.al2023"});
    let function = json!({"It": {"Type": "AWS::Lambda::Function", "Properties": properties}});
    let refused = Engine::new().deploy(&[template("stack", function)]).await.unwrap_err().to_string();
    assert!(refused.contains("provided.al2023"), "{refused}");
}
