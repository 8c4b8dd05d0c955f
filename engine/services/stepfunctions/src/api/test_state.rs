//! `TestState`: one state by itself, with its work mocked or done.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/dg/test-state-isolation.html>

use std::sync::Arc;

use asl::{
    Execution, Kind, Machine, Mock, Object, Pattern, Payload, Resource, ResourceKind, Seed, StateTest, Untestable,
};
use serde_json::{Value, json};
use service::ServiceError;

use super::input::{DATA_LIMIT, Input};
use super::{mock_schema, test_context};
use crate::errors;
use crate::service::StepFunctions;

const LEVELS: &[&str] = &["INFO", "DEBUG", "TRACE"];

pub(crate) async fn test(service: &StepFunctions, input: Input) -> Result<Value, ServiceError> {
    let definition = input.bounded("definition", 1_048_576)?;
    let name = input.optional_bounded("stateName", 1, 80)?;
    let level = input.choice("inspectionLevel", LEVELS)?;
    let role_arn = input.optional_bounded("roleArn", 1, 256)?;
    let reveals_secrets = input.get("revealSecrets") == Some(&Value::Bool(true));
    let whole: Value = serde_json::from_str(definition).unwrap_or_default();
    let mock = mock(&input)?;
    let machine = match whole.get("States") {
        Some(_) => Machine::parse(definition),
        None => Machine::parse_state(definition),
    };
    let machine = machine.map_err(|invalid| ServiceError::client("InvalidDefinition", invalid.to_string()))?;
    let state = find(&whole, name);
    check_mock(&input, state)?;
    if role_arn.is_none() && mock.is_none() && state.is_some_and(|state| state["Type"] == "Task") {
        return Err(ServiceError::validation("RoleArn must be specified when testing a Task state"));
    }
    if mock.is_none() && state.is_some_and(waits_for_others) {
        return Err(ServiceError::validation(
            "TestState supports activities and the service integration patterns .sync and .waitForTaskToken only when a mock is specified",
        ));
    }
    if reveals_secrets && mock.is_some() {
        return Err(ServiceError::validation("TestState does not support RevealSecrets when a mock is specified."));
    }
    let context = parsed(&input, "context")?;
    let configuration = input.get("stateConfiguration").cloned().unwrap_or_default();
    let test = StateTest {
        context: context.as_ref().map(asl::Value::from),
        variables: variables(parsed(&input, "variables")?)?,
        mock,
        retrier_retry_count: configuration["retrierRetryCount"].as_u64().and_then(|count| u32::try_from(count).ok()),
        map_iteration_failure_count: configuration["mapIterationFailureCount"].as_u64(),
        map_item_reader_data: configuration["mapItemReaderData"].as_str().map(str::to_owned),
        error_caused_by_state: configuration["errorCausedByState"].as_str().map(str::to_owned),
    };
    let given = input.text("input")?.unwrap_or("{}");
    if given.len() > DATA_LIMIT {
        let bound = format!("have length less than or equal to {DATA_LIMIT}");
        return Err(errors::constraint("'<input>'", "input", &bound));
    }
    let seed = seed(
        service,
        role_arn,
        Payload::parse(given).map_err(|error| errors::invalid_input(errors::not_json(given, error)))?,
    );
    let execution = Execution::test(Arc::new(machine), name, seed, test).map_err(|untestable| {
        let code = match untestable {
            Untestable::WithoutMock => "InvalidDefinition",
            Untestable::Absent | Untestable::Unfit(_) => "ValidationException",
        };
        ServiceError::client(code, untestable.to_string())
    })?;
    if let (Some(context), Some(state)) = (&context, state) {
        test_context::check(context, state)?;
    }
    let (tested, exchange) = service.runtime.test_state(execution).await?;
    let Some(tested) = tested else {
        return Ok(json!({
            "status": "FAILED",
            "error": "States.Timeout",
            "cause": "The state did not end within the five minutes that TestState may take",
        }));
    };
    let mut answer = tested.to_api(!matches!(level, None | Some("INFO")));
    if let Some(exchange) = exchange.filter(|_| level == Some("TRACE")) {
        for (member, told) in exchange.inspection(reveals_secrets) {
            answer["inspectionData"][member] = told;
        }
    }
    Ok(answer)
}

/// A test has an execution of its own that nobody can ask for.
fn seed(service: &StepFunctions, role_arn: Option<&str>, input: Payload) -> Seed {
    let (machine, execution) = (uuid::Uuid::new_v4(), uuid::Uuid::new_v4());
    let scope = &service.platform.scope;
    Seed {
        execution_arn: scope.arn("states", format_args!("express:{machine}:{execution}")).into(),
        execution_name: execution.to_string().into(),
        role_arn: role_arn.unwrap_or_default().into(),
        state_machine_arn: scope.arn("states", format_args!("stateMachine:{machine}")).into(),
        state_machine_name: machine.to_string().into(),
        state_machine_version_arn: None,
        state_machine_alias_arn: None,
        started_at: service.platform.clock.now(),
        redrive_count: 0,
        input,
        kind: Kind::Express,
    }
}

/// Whether the state's work is ended by somebody else: a worker, a child execution, the holder of a task token.
fn waits_for_others(state: &Value) -> bool {
    let resource = state["Resource"].as_str().filter(|_| state["Type"] == "Task").and_then(Resource::parse);
    match resource.map(|resource| resource.kind) {
        Some(ResourceKind::Integration { pattern, .. }) => pattern != Pattern::RequestResponse,
        Some(ResourceKind::Activity) => true,
        _ => false,
    }
}

fn mock(input: &Input) -> Result<Option<Mock>, ServiceError> {
    let Some(mock) = input.get("mock") else { return Ok(None) };
    let text = |value: &Value| value.as_str().map(Arc::from);
    match (mock["result"].as_str(), mock["errorOutput"].as_object()) {
        (Some(_), Some(_)) => Err(ServiceError::validation(
            "A test mock should have only one of the following fields: [result, errorOutput].",
        )),
        (Some(result), None) => match asl::Value::parse(result) {
            Ok(value) => Ok(Some(Mock::Result(Payload::from(value)))),
            Err(_) => Err(ServiceError::validation("Mocked result must be valid JSON")),
        },
        (None, Some(_)) => {
            let error = &mock["errorOutput"];
            Ok(Some(Mock::Error { error: text(&error["error"]), cause: text(&error["cause"]) }))
        }
        (None, None) => Ok(None),
    }
}

/// Checks a mocked result against the API that the tested state calls.
fn check_mock(input: &Input, state: Option<&Value>) -> Result<(), ServiceError> {
    let mode = mock_schema::Mode::read(input)?;
    let Some(task) = state.filter(|state| state["Type"] == "Task") else { return Ok(()) };
    let result = input.get("mock").and_then(|mock| serde_json::from_str(mock["result"].as_str()?).ok());
    match (task["Resource"].as_str(), result) {
        (Some(resource), Some(result)) => mock_schema::check(mode, resource, &result),
        _ => Ok(()),
    }
}

/// A member that is JSON text.
fn parsed(input: &Input, name: &str) -> Result<Option<Value>, ServiceError> {
    let Some(text) = input.text(name)? else { return Ok(None) };
    serde_json::from_str(text)
        .map(Some)
        .map_err(|error| ServiceError::validation(format!("The value of '{name}' is not valid JSON: {error}")))
}

fn variables(given: Option<Value>) -> Result<Object, ServiceError> {
    match given.as_ref().map(asl::Value::from) {
        None => Ok(Object::new()),
        Some(asl::Value::Object(members)) => Ok(Object::clone(&members)),
        Some(_) => Err(ServiceError::validation("The value of 'variables' is not a JSON object")),
    }
}

/// The state that is tested: the definition itself, or the one of that name in it, in branches and processors too.
fn find<'a>(definition: &'a Value, name: Option<&str>) -> Option<&'a Value> {
    let Some(states) = definition.get("States").and_then(Value::as_object) else { return Some(definition) };
    let name = name.or_else(|| definition["StartAt"].as_str())?;
    states.get(name).or_else(|| states.values().find_map(|state| find_inside(state, name)))
}

fn find_inside<'a>(state: &'a Value, name: &str) -> Option<&'a Value> {
    let branches = state["Branches"].as_array().into_iter().flatten();
    let processors = ["ItemProcessor", "Iterator"].into_iter().filter_map(|member| state.get(member));
    branches.chain(processors).filter(|scope| scope.get("States").is_some()).find_map(|scope| find(scope, Some(name)))
}
