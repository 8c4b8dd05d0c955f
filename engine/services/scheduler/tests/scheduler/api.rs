//! What the API answers.

use serde_json::{Value, json};

use crate::engine::{MINUTE, engine, function, schedule, with};

const NOW: &str = "2026-11-21T08:00:00Z";

#[tokio::test]
async fn a_schedule_is_described_with_the_defaults_of_aws() {
    let engine = engine(NOW);
    let created =
        engine.call("CreateSchedule", schedule("rate(1 minute)", function(), json!({"State": "DISABLED"}))).await;
    let arn = "arn:aws:scheduler:us-east-1:000000000000:schedule/default/s";
    assert_eq!(created, json!({"ScheduleArn": arn}));
    let policy = json!({"MaximumEventAgeInSeconds": 86400, "MaximumRetryAttempts": 185});
    let mut expected = json!({
        "ActionAfterCompletion": "NONE", "Arn": arn, "CreationDate": 1_795_248_000.0, "FlexibleTimeWindow": {"Mode": "OFF"},
        "GroupName": "default", "LastModificationDate": 1_795_248_000.0, "Name": "s",
        "ScheduleExpression": "rate(1 minute)", "ScheduleExpressionTimezone": "UTC", "State": "DISABLED",
        "Target": with(function(), json!({"RetryPolicy": policy})),
    });
    assert_eq!(engine.call("GetSchedule", json!({"Name": "s"})).await, expected);

    engine.clock.advance(MINUTE);
    let more = json!({
        "Description": "d", "ActionAfterCompletion": "DELETE", "State": "DISABLED",
        "FlexibleTimeWindow": {"Mode": "FLEXIBLE", "MaximumWindowInMinutes": 60},
        "StartDate": 1_795_251_600, "EndDate": 1_795_255_200,
    });
    engine.call("UpdateSchedule", schedule("rate(2 minute)", function(), more.clone())).await;
    expected = with(expected, more);
    expected["ScheduleExpression"] = "rate(2 minute)".into();
    expected["LastModificationDate"] = json!(1_795_248_060.0);
    expected["StartDate"] = json!(1_795_251_600.0);
    expected["EndDate"] = json!(1_795_255_200.0);
    assert_eq!(engine.call("GetSchedule", json!({"Name": "s", "groupName": "default"})).await, expected);
}

#[tokio::test]
async fn the_same_call_again_makes_no_other_and_another_one_conflicts() {
    let engine = engine(NOW);
    let first = schedule("rate(1 hour)", function(), json!({"ClientToken": "token", "State": "DISABLED"}));
    engine.call("CreateSchedule", first.clone()).await;
    engine.call("CreateSchedule", first.clone()).await;
    for other in [json!({"ClientToken": "other"}), json!({"Description": "other"})] {
        let conflict = engine.refusal("CreateSchedule", with(first.clone(), other)).await;
        let told = (conflict.code.as_str(), conflict.message.as_str(), conflict.status);
        assert_eq!(told, ("ConflictException", "Schedule s already exists.", 409));
    }
}

#[tokio::test]
async fn schedules_are_listed_by_group_prefix_and_state_in_pages() {
    let engine = engine(NOW);
    engine.call("CreateScheduleGroup", json!({"Name": "g"})).await;
    for (name, group, state) in [("a1", "default", "DISABLED"), ("a2", "g", "DISABLED"), ("b", "g", "ENABLED")] {
        let more = json!({"Name": name, "GroupName": group, "State": state});
        engine.create("cron(0 0 1 1 ? *)", function(), more).await;
    }
    let names = async |input: Value| {
        let answer = engine.call("ListSchedules", input).await;
        let names =
            answer["Schedules"].as_array().unwrap().iter().map(|item| item["Name"].as_str().unwrap().to_owned());
        (names.collect::<Vec<_>>(), answer["NextToken"].clone())
    };
    assert_eq!(names(json!({})).await.0, ["a1", "a2", "b"]);
    assert_eq!(names(json!({"ScheduleGroup": "g"})).await.0, ["a2", "b"]);
    assert_eq!(names(json!({"NamePrefix": "a", "State": "DISABLED"})).await.0, ["a1", "a2"]);
    let (first, token) = names(json!({"MaxResults": "2"})).await;
    assert_eq!(first, ["a1", "a2"]);
    assert_eq!(names(json!({"MaxResults": 2, "NextToken": token})).await, (vec!["b".to_owned()], Value::Null));
    let item =
        engine.call("ListSchedules", json!({"GroupName": "g", "State": "ENABLED"})).await["Schedules"][0].clone();
    assert_eq!(item["Target"], json!({"Arn": function()["Arn"]}));
}

#[tokio::test]
async fn a_group_has_tags_and_takes_its_schedules_with_it() {
    let engine = engine(NOW);
    let input = json!({"Name": "g", "Tags": [{"Key": "a", "Value": "1"}]});
    let arn = engine.call("CreateScheduleGroup", input).await["ScheduleGroupArn"].clone();
    engine.call("TagResource", json!({"ResourceArn": arn, "Tags": [{"Key": "b", "Value": "2"}]})).await;
    engine.call("UntagResource", json!({"ResourceArn": arn, "TagKeys": "a"})).await;
    let tags = engine.call("ListTagsForResource", json!({"ResourceArn": arn})).await;
    assert_eq!(tags, json!({"Tags": [{"Key": "b", "Value": "2"}]}));
    let group = engine.call("GetScheduleGroup", json!({"Name": "g"})).await;
    assert_eq!((&group["Arn"], &group["State"]), (&arn, &json!("ACTIVE")));
    let groups = engine.call("ListScheduleGroups", json!({"MaxResults": 1})).await;
    assert_eq!((&groups["ScheduleGroups"][0]["Name"], &groups["NextToken"]), (&json!("default"), &json!("default")));
    engine.create("cron(0 0 1 1 ? *)", function(), json!({"GroupName": "g"})).await;
    engine.call("DeleteScheduleGroup", json!({"Name": "g"})).await;
    let gone = engine.refusal("GetSchedule", json!({"Name": "s", "GroupName": "g"})).await;
    assert_eq!((gone.message.as_str(), gone.status), ("Schedule s does not exist.", 404));
}

#[tokio::test]
async fn refusals_name_what_is_wrong() {
    let engine = engine(NOW);
    let queue = |name: &str| json!({"Target": with(function(), json!({"Arn": name}))});
    let universal = |action: &str| {
        let arn = format!("arn:aws:scheduler:::aws-sdk:{action}");
        json!({"Target": with(function(), json!({"Arn": arn, "Input": "{}"}))})
    };
    for (more, says) in [
        (json!({"ScheduleExpression": "cron(0 1 * * * *)"}), "Invalid Schedule Expression cron(0 1 * * * *)."),
        (json!({"ScheduleExpression": "at(2021-12-31)"}), "Invalid Schedule Expression at(2021-12-31)."),
        (json!({"ScheduleExpressionTimezone": "Mars/Base"}), "Invalid Schedule Expression Timezone Mars/Base."),
        (json!({"GroupName": "g"}), "Schedule group g does not exist."),
        (json!({"StartDate": 1_795_247_000}), "The StartDate you specify cannot be earlier than 5 minutes ago."),
        (
            json!({"FlexibleTimeWindow": {"Mode": "FLEXIBLE"}}),
            "must be provided when FlexibleTimeWindowMode is set to FLEXIBLE",
        ),
        (
            json!({"FlexibleTimeWindow": {"Mode": "OFF", "MaximumWindowInMinutes": 5}}),
            "MaximumWindowInMinutes must not be provided when FlexibleTimeWindowMode is set to OFF.",
        ),
        (
            json!({"StartDate": 1_795_255_200, "EndDate": 1_795_251_600}),
            "The StartDate you specify must come before the EndDate.",
        ),
        (json!({"State": "ON"}), "Value 'ON' at 'state'"),
        (json!({"Name": "a b"}), "Value 'a b' at 'name'"),
        (json!({"Target": null}), "Value null at 'target'"),
        (queue("arn:aws:kinesis:us-east-1:000000000000:stream/s"), "targets of kinesis on schedule yet"),
        (universal("lambda:deleteFunction"), "sluice does not implement DeleteFunction of lambda yet"),
        (universal("sqs:receiveMessage"), "receiveMessage API is not supported."),
        (queue("arn:aws:scheduler:::aws-sdk:sqs:sendMessage"), "You must provide an input"),
        (
            queue("arn:aws:lambda:eu-west-1:000000000000:function:f"),
            "The target ARN provided does not match the current region us-east-1.",
        ),
        (queue("arn:aws:sqs:us-east-1:111111111111:q"), "of another: arn:aws:sqs:us-east-1:111111111111:q"),
        (queue("arn:aws:sqs:us-east-1:000000000000:q.fifo"), "Parameters SqsParameters must be specified"),
        (
            json!({"Target": with(function(), json!({
                "Arn": "arn:aws:sqs:us-east-1:000000000000:q", "SqsParameters": {"MessageGroupId": "g"},
            }))}),
            "Parameters MessageGroupId not valid for the target",
        ),
        (
            json!({"Target": with(function(), json!({"SqsParameters": {"MessageGroupId": "g"}}))}),
            "Parameters SqsParameters not supported for the target",
        ),
        (json!({"Target": with(function(), json!({"Input": "plain"}))}), "JSON syntax error in input for the target"),
    ] {
        let refused = engine.refusal("CreateSchedule", schedule("rate(1 hour)", function(), more.clone())).await;
        assert!(refused.message.contains(says), "{more}: {}", refused.message);
    }
    let missing = engine.refusal("UpdateSchedule", schedule("rate(1 hour)", function(), json!({}))).await;
    assert_eq!(
        (missing.code.as_str(), missing.message.as_str()),
        ("ResourceNotFoundException", "Schedule s does not exist.")
    );
    let default = engine.refusal("DeleteScheduleGroup", json!({"Name": "default"})).await;
    let told = "This operation cannot be performed on schedule group default.";
    assert_eq!((default.code.as_str(), default.message.as_str()), ("ValidationException", told));
    assert_eq!(engine.refusal("CreateScheduleGroup", json!({"Name": "default"})).await.message, told);
}
