//! Deployments on doubles of the services: what is asked of them, in which order, and what is remembered.
#![allow(clippy::unwrap_used)]

mod doubles;

use cloudformation::{CloudFormationError, Options, Outcome, Template};
use doubles::{Engine, parse, template};
use serde_json::{Value, json};
use service::ServiceError;
use store::Location;

fn queue(name: &str) -> Value {
    json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}})
}

#[tokio::test]
async fn resources_are_made_after_those_they_need() {
    let engine = Engine::new();
    let stack = template(
        "orders",
        json!({
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "QueueName": "orders",
                    "VisibilityTimeout": 60,
                    "RedrivePolicy": {"deadLetterTargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}, "maxReceiveCount": 5},
                },
            },
            "Dead": {"Type": "AWS::SQS::Queue", "DependsOn": "Bus"},
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus"}},
        }),
    );
    let report = engine.deploy(&[stack]).await.unwrap();
    let dead = &report.resource("orders", "Dead").unwrap().physical_id;
    assert!(dead.contains("/orders-Dead-"), "{dead}");
    let queues = engine.calls.inputs("CreateQueue");
    assert_eq!(engine.calls.take(), ["CreateEventBus bus"]);
    let dead_name = queues[0]["QueueName"].as_str().unwrap();
    let policy =
        format!(r#"{{"deadLetterTargetArn":"arn:aws:sqs:us-east-1:000000000000:{dead_name}","maxReceiveCount":5}}"#);
    assert_eq!(queues[1]["Attributes"], json!({"VisibilityTimeout": "60", "RedrivePolicy": policy}));
}

#[tokio::test]
async fn an_unchanged_template_asks_nothing_of_any_service_even_after_a_restart() {
    let directory = tempfile::tempdir().unwrap();
    let location = Location::Directory(directory.path().to_owned());
    let templates = Template::read_folder(&templates_folder()).unwrap();
    let first = {
        let engine = Engine::at(&location);
        let report = engine.deploy(&templates).await.unwrap();
        assert!(engine.calls.take().len() > 40);
        report
    };
    let engine = Engine::at(&location);
    let second = engine.deploy(&templates).await.unwrap();
    assert_eq!(engine.calls.take(), Vec::<String>::new());
    assert_eq!(second.count(Outcome::Unchanged), first.count(Outcome::Created));
    assert_eq!(second.outputs, first.outputs);
}

/// The templates of this repository's own stacks.
fn templates_folder() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../infra-cdk/templates")
}

#[tokio::test]
async fn the_repositorys_own_templates_deploy_in_the_order_of_the_values_they_share() {
    let engine = Engine::new();
    let templates = Template::read_folder(&templates_folder()).unwrap();
    let report = engine.deploy(&templates).await.unwrap();
    let mut stacks: Vec<&str> = report.resources.iter().map(|resource| resource.stack.as_str()).collect();
    stacks.dedup();
    let position = |stack: &str| stacks.iter().position(|name| *name == stack).unwrap();
    assert!(position("Sluicegate-Data") < position("Sluicegate-Workflows"), "{stacks:?}");
    assert!(position("Sluicegate-Workflows") < position("Sluicegate-Api"), "{stacks:?}");
    assert_eq!(report.count(Outcome::Skipped), 0);

    let functions = engine.calls.inputs("CreateFunction");
    let create = functions.iter().find(|function| function["FunctionName"] == "todo-create").unwrap();
    assert_eq!(create["Code"], json!({"SluiceBinary": "todo-create"}));
    assert_eq!(create["Environment"]["Variables"]["TODOS_TABLE"], "todos");
    let machines = engine.calls.inputs("CreateStateMachine");
    for machine in &machines {
        assert!(!machine["definition"].as_str().unwrap().contains("${"), "{machine}");
    }
    let workflows = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../workflows");
    let workflows = std::fs::read_dir(workflows).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir());
    assert_eq!(machines.len(), workflows.count());
    let pipes = engine.calls.inputs("CreatePipe");
    let stream = json!("arn:aws:dynamodb:us-east-1:000000000000:table/todos/stream/1");
    assert!(pipes.iter().any(|pipe| pipe["Source"] == stream), "{pipes:?}");
    let table = report.resource("Sluicegate-Data", "Todos4F51CAC2").unwrap();
    assert_eq!(table.notes, ["PointInTimeRecoverySpecification has no effect here"]);
}

#[tokio::test]
async fn a_change_updates_what_changed_and_what_follows_from_it() {
    let engine = Engine::new();
    let stack = |days: u32| {
        template(
            "stack",
            json!({
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "q", "MessageRetentionPeriod": days * 86400}},
                "Other": queue("other"),
                "Parameter": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/days", "Type": "String", "Value": days.to_string()}},
            }),
        )
    };
    engine.deploy(&[stack(1)]).await.unwrap();
    engine.calls.take();
    let report = engine.deploy(&[stack(2)]).await.unwrap();
    let update = &engine.calls.inputs("SetQueueAttributes")[0];
    assert_eq!(update["Attributes"], json!({"MessageRetentionPeriod": "172800"}));
    assert_eq!(engine.calls.inputs("PutParameter")[0]["Overwrite"], true);
    assert_eq!((report.count(Outcome::Updated), report.count(Outcome::Unchanged)), (2, 1));
}

#[tokio::test]
async fn what_a_template_no_longer_has_is_deleted_last_made_first_or_kept_by_its_policy() {
    let engine = Engine::new();
    let whole = template(
        "stack",
        json!({
            "First": queue("first"),
            "Second": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "second"}, "DependsOn": "First"},
            "Kept": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "kept"}, "DeletionPolicy": "Retain"},
            "Stays": queue("stays"),
        }),
    );
    engine.deploy(&[whole]).await.unwrap();
    engine.calls.take();
    let report = engine.deploy(&[template("stack", json!({"Stays": queue("stays")}))]).await.unwrap();
    let url = |name: &str| format!("DeleteQueue http://127.0.0.1:4566/000000000000/{name}");
    assert_eq!(engine.calls.take(), [url("second"), url("first")]);
    assert_eq!((report.count(Outcome::Deleted), report.count(Outcome::Retained)), (2, 1));
    engine.deploy(&[template("stack", json!({"Stays": queue("stays")}))]).await.unwrap();
    assert_eq!(engine.calls.take(), Vec::<String>::new());
}

#[tokio::test]
async fn a_stack_that_has_no_template_any_more_stays_and_is_told() {
    let engine = Engine::new();
    let stays = || template("stays", json!({"Queue": queue("stays")}));
    let gone = || template("gone", json!({"First": queue("first"), "Second": queue("second")}));
    engine.deploy(&[stays(), gone()]).await.unwrap();
    engine.calls.take();
    for _ in 0..2 {
        let report = engine.deploy(&[stays()]).await.unwrap();
        assert_eq!(report.count(Outcome::Deleted), 0);
        let note = "stack gone has no template any more; its 2 resources stay as they are (empty the data directory with \
                    `sluice reset` to be rid of them)";
        assert_eq!(report.notes, [note]);
    }
    assert_eq!(engine.deploy(&[stays(), gone()]).await.unwrap().count(Outcome::Unchanged), 3);
    assert_eq!(engine.calls.take(), Vec::<String>::new());
}

#[tokio::test]
async fn a_name_that_another_resource_has_is_refused_with_both_places() {
    let engine = Engine::new();
    let error = engine
        .deploy(&[template("a", json!({"First": queue("dd")})), template("b", json!({"Second": queue("dd")}))])
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "b.template.json#/Resources/Second: AWS::SQS::Queue dd already exists in stack a (a.template.json#/Resources/First); \
         give one of them another name, or deploy once without this one if the other is to go"
    );
    assert_eq!(engine.calls.take(), Vec::<String>::new());
    engine.deploy(&[template("a", json!({"First": queue("dd")}))]).await.unwrap();
    engine.calls.take();
    let later = [template("a", json!({"Renamed": queue("dd")})), template("b", json!({"Second": queue("dd")}))];
    for template in later {
        let error = engine.deploy(&[template]).await.unwrap_err();
        assert!(error.to_string().contains("already exists in stack a (a.template.json#/Resources/First)"), "{error}");
    }
    assert_eq!(engine.calls.take(), Vec::<String>::new());
}

#[tokio::test]
async fn rules_of_the_same_name_on_different_buses_are_two() {
    let engine = Engine::new();
    let rule = |bus: &str| {
        json!({"Type": "AWS::Events::Rule", "Properties": {
            "Name": "rule", "EventBusName": bus, "EventPattern": {"source": ["s"]},
        }})
    };
    let two = template("stack", json!({"One": rule("one"), "Two": rule("two")}));
    assert_eq!(engine.deploy(&[two]).await.unwrap().count(Outcome::Created), 2);
    let arn = "arn:aws:events:us-east-1:000000000000:event-bus/one";
    let error = engine.deploy(&[template("other", json!({"Same": rule(arn)}))]).await.unwrap_err();
    assert!(error.to_string().contains("AWS::Events::Rule rule already exists in stack stack"), "{error}");
}

#[tokio::test]
async fn a_change_that_would_lose_data_is_refused_and_one_that_would_not_replaces() {
    let engine = Engine::new();
    let stack = |table: &str, bus: &str| {
        template(
            "stack",
            json!({
                "Table": {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": table}},
                "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": bus}},
            }),
        )
    };
    engine.deploy(&[stack("todos", "bus")]).await.unwrap();
    let error = engine.deploy(&[stack("tasks", "bus")]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "stack.template.json#/Resources/Table/Properties/TableName: a change of TableName replaces the AWS::DynamoDB::Table \
         Table and loses what it holds; take the change back, or start over with `sluice reset`"
    );
    engine.calls.take();
    let report = engine.deploy(&[stack("todos", "bus-2")]).await.unwrap();
    assert_eq!(report.resource("stack", "Bus").unwrap().outcome, Outcome::Replaced);
    assert_eq!(engine.calls.take(), ["CreateEventBus bus-2", "DeleteEventBus bus"]);
}

#[tokio::test]
async fn a_failure_names_the_resource_and_the_next_deployment_goes_on_from_there() {
    let engine = Engine::new();
    let stack = template(
        "stack",
        json!({
            "First": queue("first"),
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus"}, "DependsOn": "First"},
            "Last": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "last"}, "DependsOn": "Bus"},
        }),
    );
    engine.calls.refuse("CreateEventBus", ServiceError::client("LimitExceededException", "too many"));
    let error = engine.deploy(std::slice::from_ref(&stack)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "stack.template.json#/Resources/Bus: AWS::Events::EventBus Bus could not be created: LimitExceededException: too many"
    );
    engine.calls.allow_all();
    engine.calls.take();
    let report = engine.deploy(&[stack]).await.unwrap();
    assert_eq!(engine.calls.take(), ["CreateEventBus bus", "CreateQueue last"]);
    assert_eq!(report.resource("stack", "First").unwrap().outcome, Outcome::Unchanged);
}

#[tokio::test]
async fn a_resource_that_was_being_made_when_the_engine_stopped_is_made_anew() {
    let engine = Engine::new();
    engine
        .platform
        .store
        .write::<_, store::StoreError, _>(|connection| {
            connection.execute(
                "INSERT INTO cloudformation_resources VALUES ('stack', 'Bus', 'f', 'AWS::Events::EventBus', 'bus', 'begun', 0, 1, 'Delete', '{\"Name\":\"bus\"}', '{}')",
                [],
            )?;
            Ok(())
        })
        .await
        .unwrap();
    let bus = json!({"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus"}});
    let report = engine.deploy(&[template("stack", json!({"Bus": bus}))]).await.unwrap();
    assert_eq!(engine.calls.take(), ["DeleteEventBus bus", "CreateEventBus bus"]);
    assert_eq!(report.count(Outcome::Created), 1);
}

#[tokio::test]
async fn a_type_that_the_engine_lacks_stops_the_boot_or_is_left_out() {
    let engine = Engine::new();
    let stack = template(
        "stack",
        json!({
            "Pool": {"Type": "AWS::Cognito::UserPool"},
            "PoolId": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/pool", "Type": "String", "Value": {"Ref": "Pool"}}},
            "Queue": queue("q"),
        }),
    );
    let error = engine.deploy(std::slice::from_ref(&stack)).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "sluice does not support these resources yet (--skip-unsupported leaves them out):\n  \
         AWS::Cognito::UserPool Pool in stack.template.json: the type is not built"
    );
    assert_eq!(engine.calls.take(), Vec::<String>::new());
    let options = Options { skip_unsupported: true, ..Options::default() };
    let report = engine.stacks.deploy(&[stack], &options).await.unwrap();
    assert_eq!(engine.calls.take(), ["CreateQueue q"]);
    let skipped = report.resource("stack", "PoolId").unwrap();
    assert_eq!((skipped.outcome, skipped.notes[0].as_str()), (Outcome::Skipped, "it uses Pool, which is skipped"));
}

#[tokio::test]
async fn a_property_that_the_type_does_not_have_is_told_before_anything_is_made() {
    let engine = Engine::new();
    let queue = json!({"Type": "AWS::SQS::Queue", "Properties": {"QueueNaem": "q"}});
    let error = engine.deploy(&[template("stack", json!({"Queue": queue}))]).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "stack.template.json#/Resources/Queue/Properties/QueueNaem: sluice knows no property QueueNaem of AWS::SQS::Queue"
    );
}

#[tokio::test]
async fn a_resource_whose_condition_is_false_is_not_made_and_may_be_of_any_type() {
    let engine = Engine::new();
    let stack = parse(
        "stack",
        json!({
            "Parameters": {"Mode": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/mode"}},
        "Conditions": {
            "IsDebug": {"Fn::Equals": [{"Ref": "Mode"}, "debug"]},
            "IsProduction": {"Fn::Equals": [{"Ref": "AWS::Region"}, "mars"]},
        },
            "Resources": {
                "Pool": {"Type": "AWS::Cognito::UserPool", "Condition": "IsProduction"},
                "Queue": {"Type": "AWS::SQS::Queue", "Properties": {
                    "QueueName": {"Fn::If": ["IsProduction", {"Ref": "Pool"}, "q"]},
                }},
            },
        }),
    );
    let mode = json!({"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/mode", "Type": "String", "Value": "x"}});
    engine.deploy(&[stack, template("mode", json!({"Mode": mode}))]).await.unwrap();
    assert_eq!(engine.calls.take(), ["PutParameter /mode", "CreateQueue q"]);
}

#[tokio::test]
async fn stacks_share_values_by_parameters_dynamic_references_and_exports() {
    let engine = Engine::new();
    let reader = parse(
        "a-reader",
        json!({
            "Parameters": {"Name": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/queue"}},
            "Resources": {
                "One": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::Sub": "${Name}-one"}}},
                "Two": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "{{resolve:ssm:/queue}}-two"}, "DependsOn": "One"},
                "Three": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::ImportValue": "shared"}}, "DependsOn": "Two"},
            },
        }),
    );
    let writer = parse(
        "b-writer",
        json!({
            "Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/queue", "Type": "String", "Value": "q"}}},
            "Outputs": {"Shared": {"Value": "imported", "Export": {"Name": "shared"}}},
        }),
    );
    engine.deploy(&[reader, writer]).await.unwrap();
    assert_eq!(
        engine.calls.take(),
        ["PutParameter /queue", "CreateQueue q-one", "CreateQueue q-two", "CreateQueue imported"]
    );
}

#[tokio::test]
async fn stacks_that_need_each_other_are_told_as_a_circle() {
    let stack = |name: &str, writes: &str, reads: &str| {
        parse(
            name,
            json!({
                "Parameters": {"Read": {"Type": "AWS::SSM::Parameter::Value<String>", "Default": reads}},
                "Resources": {"P": {"Type": "AWS::SSM::Parameter", "Properties": {
                    "Name": writes, "Type": "String", "Value": {"Ref": "Read"},
                }}},
            }),
        )
    };
    let error = Engine::new().deploy(&[stack("a", "/a", "/b"), stack("b", "/b", "/a")]).await.unwrap_err();
    assert_eq!(error.to_string(), "these stacks depend on each other in a circle: a (reads /b) -> b (reads /a) -> a");
}

#[tokio::test]
async fn parameters_are_checked_and_a_missing_value_names_where_it_should_come_from() {
    let engine = Engine::new();
    let stack = |parameter: Value| {
        parse(
            "stack",
            json!({
                "Parameters": {"Size": parameter},
                "Resources": {"Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Size"}}}},
            }),
        )
    };
    let cases = [
        (json!({"Type": "String"}), "the parameter has no value; give it one or a Default"),
        (
            json!({"Type": "String", "Default": "m", "AllowedValues": ["s", "l"]}),
            "breaks a constraint: it must be one of s, l",
        ),
        (json!({"Type": "String", "Default": "mm", "AllowedPattern": "[a-z]"}), "breaks a constraint: it must match"),
        (json!({"Type": "String", "Default": "mm", "MaxLength": 1}), "breaks a constraint: it has 2 characters"),
        (json!({"Type": "Number", "Default": "mm"}), "breaks a constraint: it must be a number"),
        (json!({"Type": "Number", "Default": 10, "MaxValue": 9}), "breaks a constraint: 10 is out of range"),
        (json!({"Type": "AWS::SSM::Parameter::Value<String>", "Default": "/x"}), "Parameter Store has no parameter /x"),
    ];
    for (parameter, expected) in cases {
        let error = engine.deploy(&[stack(parameter)]).await.unwrap_err();
        assert!(error.to_string().starts_with("stack.template.json#/Parameters/Size: "), "{error}");
        assert!(error.to_string().contains(expected), "{error}");
    }
    let options = Options { parameters: [("Size".to_owned(), "given".to_owned())].into(), ..Options::default() };
    engine.stacks.deploy(&[stack(json!({"Type": "String"}))], &options).await.unwrap();
    assert!(engine.calls.take().contains(&"CreateQueue given".to_owned()));
}

#[tokio::test]
async fn an_attribute_that_a_resource_does_not_give_is_told_with_those_it_does() {
    let stack = template(
        "stack",
        json!({
            "Queue": queue("q"),
            "Other": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Fn::GetAtt": ["Queue", "Colour"]}}},
        }),
    );
    let engine = Engine::new();
    let error = engine.deploy(std::slice::from_ref(&stack)).await.unwrap_err();
    assert!(matches!(error, CloudFormationError::Template { .. }));
    assert_eq!(
        error.to_string(),
        "stack.template.json#/Resources/Other/Properties/QueueName/Fn::GetAtt: sluice gives AWS::SQS::Queue Queue no \
         attribute Colour; it has Arn, QueueName, QueueUrl"
    );
    // What was made before is recorded all the same.
    assert_eq!(engine.calls.take(), ["CreateQueue q"]);
    engine.deploy(&[stack]).await.unwrap_err();
    assert_eq!(engine.calls.take(), Vec::<String>::new());
}

#[tokio::test]
async fn a_replacement_that_fails_leaves_the_old_resource_in_place() {
    let engine = Engine::new();
    let stack =
        |bus: &str| template("stack", json!({"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": bus}}}));
    engine.deploy(&[stack("old")]).await.unwrap();
    engine.calls.refuse("CreateEventBus", ServiceError::client("LimitExceededException", "too many"));
    engine.deploy(&[stack("new")]).await.unwrap_err();
    engine.calls.allow_all();
    engine.calls.take();
    assert_eq!(engine.deploy(&[stack("old")]).await.unwrap().count(Outcome::Unchanged), 1);
    engine.deploy(&[stack("new")]).await.unwrap();
    assert_eq!(engine.calls.take(), ["CreateEventBus new", "DeleteEventBus old"]);
}

#[tokio::test]
async fn a_template_of_the_cdks_default_synthesizer_deploys_without_a_bootstrap() {
    let engine = Engine::new();
    let region = |name: &str| json!({"Fn::Equals": [{"Ref": "AWS::Region"}, name]});
    let stack = parse(
        "app",
        json!({
            "Parameters": {"BootstrapVersion": {
                "Type": "AWS::SSM::Parameter::Value<String>", "Default": "/cdk-bootstrap/hnb659fds/version",
            }},
            "Conditions": {"CDKMetadataAvailable": {"Fn::Or": [
                {"Fn::Or": [region("af-south-1"), region("us-east-1")]}, region("us-west-2"),
            ]}},
            "Rules": {"CheckBootstrapVersion": {"Assertions": [{"Assert": {"Fn::Not": [
                {"Fn::Contains": [["1", "2"], {"Ref": "BootstrapVersion"}]},
            ]}}]}},
            "Resources": {
                "CDKMetadata": {"Type": "AWS::CDK::Metadata", "Condition": "CDKMetadataAvailable", "Properties": {"Analytics": "v2"}},
                "Queue": queue("q"),
            },
        }),
    );
    let report = engine.deploy(&[stack]).await.unwrap();
    assert_eq!(engine.calls.take(), ["CreateQueue q"]);
    assert_eq!(report.count(Outcome::Declared), 1);
    assert_eq!(report.notes, ["app.template.json: the section Rules is not evaluated"]);
}

#[tokio::test]
async fn a_table_that_can_not_be_finished_is_not_left_behind() {
    let engine = Engine::new();
    let table = json!({"Type": "AWS::DynamoDB::Table", "Properties": {
        "TableName": "t", "TimeToLiveSpecification": {"AttributeName": "at", "Enabled": true},
    }});
    let stack = template("stack", json!({"Table": table}));
    engine.calls.refuse("UpdateTimeToLive", ServiceError::validation("no"));
    engine.deploy(std::slice::from_ref(&stack)).await.unwrap_err();
    assert_eq!(engine.calls.take(), ["CreateTable t", "UpdateTimeToLive t", "DeleteTable t"]);
    engine.calls.allow_all();
    assert_eq!(engine.deploy(&[stack]).await.unwrap().count(Outcome::Created), 1);
}

#[tokio::test]
async fn something_of_the_same_name_that_is_not_ours_is_never_deleted() {
    let engine = Engine::new();
    let stack = template("stack", json!({"Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": "bus"}}}));
    engine.calls.refuse("CreateEventBus", ServiceError::client("ResourceAlreadyExistsException", "it exists"));
    for _ in 0..2 {
        engine.deploy(std::slice::from_ref(&stack)).await.unwrap_err();
        assert_eq!(engine.calls.take(), ["CreateEventBus bus"]);
    }
}
