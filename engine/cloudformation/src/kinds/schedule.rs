//! `AWS::Scheduler::Schedule`

use async_trait::async_trait;
use serde_json::{Map, Value, json};
use service::ServiceError;

use super::properties::typed;
use super::{Aws, Desired, Kind, Previous};
use crate::evaluation::Made;

/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html>
pub(super) struct Schedule;

const CHANGEABLE: &[&str] = &[
    "ActionAfterCompletion",
    "Description",
    "EndDate",
    "FlexibleTimeWindow",
    "GroupName",
    "KmsKeyArn",
    "ScheduleExpression",
    "ScheduleExpressionTimezone",
    "StartDate",
    "State",
    "Target",
];

#[async_trait]
impl Kind for Schedule {
    fn name_property(&self) -> Option<&'static str> {
        Some("Name")
    }

    fn named_within(&self) -> Option<&'static str> {
        Some("GroupName")
    }

    fn applied(&self) -> &'static [&'static str] {
        &[
            "Name",
            "ActionAfterCompletion",
            "Description",
            "EndDate",
            "FlexibleTimeWindow",
            "GroupName",
            "ScheduleExpression",
            "ScheduleExpressionTimezone",
            "StartDate",
            "State",
            "Target",
        ]
    }

    fn declared(&self) -> &'static [&'static str] {
        &["KmsKeyArn"]
    }

    fn replacing(&self) -> &'static [&'static str] {
        &["Name", "GroupName"]
    }

    fn operations(&self) -> &'static [(&'static str, &'static str)] {
        &[("scheduler", "CreateSchedule"), ("scheduler", "UpdateSchedule"), ("scheduler", "DeleteSchedule")]
    }

    async fn create(&self, aws: &Aws<'_>, desired: &Desired<'_>) -> Result<Made, ServiceError> {
        let name = desired.name("Name");
        let answer = aws.call("scheduler", "CreateSchedule", input(desired, &name)).await?;
        Ok(made(name, answer["ScheduleArn"].clone()))
    }

    async fn update(
        &self,
        aws: &Aws<'_>,
        previous: &Previous<'_>,
        desired: &Desired<'_>,
    ) -> Result<Made, ServiceError> {
        let answer = aws.call("scheduler", "UpdateSchedule", input(desired, previous.physical_id)).await?;
        Ok(made(previous.physical_id.to_owned(), answer["ScheduleArn"].clone()))
    }

    async fn delete(&self, aws: &Aws<'_>, previous: &Previous<'_>) -> Result<(), ServiceError> {
        let mut input = json!({"Name": previous.physical_id});
        if let Some(group) = previous.properties.get("GroupName") {
            input["GroupName"] = group.clone();
        }
        aws.delete("scheduler", "DeleteSchedule", input).await
    }
}

fn input(desired: &Desired<'_>, name: &str) -> Value {
    let mut input = Value::Object(desired.only(CHANGEABLE));
    input["Name"] = name.into();
    for (of, number) in [
        ("/FlexibleTimeWindow", "MaximumWindowInMinutes"),
        ("/Target/RetryPolicy", "MaximumEventAgeInSeconds"),
        ("/Target/RetryPolicy", "MaximumRetryAttempts"),
    ] {
        if let Some(value) = input.pointer_mut(of).and_then(|members| members.get_mut(number)) {
            *value = typed(value);
        }
    }
    input
}

fn made(name: String, arn: Value) -> Made {
    Made { physical_id: name, attributes: Map::from_iter([("Arn".to_owned(), arn)]), notes: Vec::new() }
}
