//! The operations of the API, one place that lists them all.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/API_Operations.html>

mod activities;
mod aliases;
mod executions;
mod history;
mod input;
mod label;
mod machines;
mod map_runs;
mod mock_schema;
mod paging;
mod routing;
mod settings;
mod start;
mod tags;
mod tasks;
mod test_context;
mod test_state;
mod validation;
mod versions;

use serde_json::Value;
use service::{Api, JsonVersion, Operations, ServiceError};

use crate::api::input::Input;
use crate::service::StepFunctions;

/// Declares the operations that are built: their names for [`Api`], and where each is answered.
macro_rules! operations {
    ($($name:literal => $module:ident::$function:ident,)*) => {
        const BUILT: &[&str] = &[$($name),*];

        /// Answers one operation.
        pub(crate) async fn answer(
            service: &StepFunctions,
            operation: &str,
            input: Value,
        ) -> Result<Value, ServiceError> {
            let input = Input::of(input)?;
            match operation {
                $($name => $module::$function(service, input).await,)*
                _ if API.operations.not_built.contains(&operation) => {
                    Err(ServiceError::not_built(API.name, operation))
                }
                _ => Err(ServiceError::unknown_operation()),
            }
        }
    };
}

operations! {
    "CreateStateMachine" => machines::create,
    "UpdateStateMachine" => machines::update,
    "DescribeStateMachine" => machines::describe,
    "ListStateMachines" => machines::list,
    "DeleteStateMachine" => machines::delete,
    "TestState" => test_state::test,
    "ValidateStateMachineDefinition" => validation::validate,
    "PublishStateMachineVersion" => versions::publish,
    "ListStateMachineVersions" => versions::list,
    "DeleteStateMachineVersion" => versions::delete,
    "CreateStateMachineAlias" => aliases::create,
    "UpdateStateMachineAlias" => aliases::update,
    "DescribeStateMachineAlias" => aliases::describe,
    "ListStateMachineAliases" => aliases::list,
    "DeleteStateMachineAlias" => aliases::delete,
    "StartExecution" => start::start,
    "StartSyncExecution" => start::start_sync,
    "StopExecution" => executions::stop,
    "RedriveExecution" => executions::redrive,
    "DescribeExecution" => executions::describe,
    "DescribeStateMachineForExecution" => executions::describe_machine,
    "ListExecutions" => executions::list,
    "GetExecutionHistory" => history::get,
    "DescribeMapRun" => map_runs::describe,
    "ListMapRuns" => map_runs::list,
    "UpdateMapRun" => map_runs::update,
    "TagResource" => tags::tag,
    "UntagResource" => tags::untag,
    "ListTagsForResource" => tags::list,
    "SendTaskSuccess" => tasks::succeed,
    "SendTaskFailure" => tasks::fail,
    "SendTaskHeartbeat" => tasks::heartbeat,
    "CreateActivity" => activities::create,
    "DescribeActivity" => activities::describe,
    "ListActivities" => activities::list,
    "DeleteActivity" => activities::delete,
    "GetActivityTask" => activities::get_task,
}

/// The API as the gateway serves it.
pub(crate) static API: Api = Api {
    id: "states",
    name: "Step Functions",
    target_prefix: Some("AWSStepFunctions"),
    json_version: JsonVersion::V1_0,
    query_version: None,
    routes: &[],
    operations: Operations { built: BUILT, not_built: &[] },
};
