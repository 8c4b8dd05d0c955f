//! How asynchronous events are retried and where their outcomes go.

use serde_json::{Value, json};
use service::ServiceError;

use crate::Lambda;
use crate::configuration::{EventInvoke, Function, parsed};
use crate::error::{invalid, not_found};
use crate::name::function_name;

impl Lambda {
    /// Puts a configuration, or with `is_update` changes the given members of the one that there is.
    ///
    /// <https://docs.aws.amazon.com/lambda/latest/api/API_PutFunctionEventInvokeConfig.html>
    pub(crate) async fn put_event_invoke_config(&self, input: &Value, is_update: bool) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let given: EventInvoke = parsed("EventInvokeConfig", input)?;
        let is_within = given.maximum_retry_attempts.is_none_or(|attempts| attempts <= 2)
            && given.maximum_event_age_in_seconds.is_none_or(|seconds| (60..=21_600).contains(&seconds));
        if !is_within {
            return Err(invalid("MaximumRetryAttempts is at most 2, MaximumEventAgeInSeconds from 60 to 21600"));
        }
        let now = self.platform.clock.now().as_epoch_seconds();
        let change = |function: &mut Function| {
            let before = if is_update { function.event_invoke.take() } else { None };
            let mut config = before.unwrap_or_default();
            config.last_modified = now;
            config.function_arn = format!("{}:$LATEST", function.configuration.function_arn);
            config.maximum_retry_attempts = given.maximum_retry_attempts.or(config.maximum_retry_attempts);
            config.maximum_event_age_in_seconds =
                given.maximum_event_age_in_seconds.or(config.maximum_event_age_in_seconds);
            if !input["DestinationConfig"].is_null() {
                config.destination_config = given.destination_config;
            }
            function.event_invoke = Some(config.clone());
            Ok(config)
        };
        let (_, config) = self.functions.update(&name, change).await?;
        Ok(json!(config))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_GetFunctionEventInvokeConfig.html>
    pub(crate) fn get_event_invoke_config(&self, input: &Value) -> Result<Value, ServiceError> {
        let function = self.functions.get(&function_name(input, &self.platform.scope)?)?;
        function.event_invoke.as_ref().map(|config| json!(config)).ok_or_else(|| missing(&function))
    }

    /// <https://docs.aws.amazon.com/lambda/latest/api/API_DeleteFunctionEventInvokeConfig.html>
    pub(crate) async fn delete_event_invoke_config(&self, input: &Value) -> Result<Value, ServiceError> {
        let name = function_name(input, &self.platform.scope)?;
        let change = |function: &mut Function| function.event_invoke.take().map(drop).ok_or_else(|| missing(function));
        self.functions.update(&name, change).await?;
        Ok(json!({}))
    }
}

fn missing(function: &Function) -> ServiceError {
    let arn = &function.configuration.function_arn;
    not_found(format!("The function {arn}:$LATEST doesn't have an EventInvokeConfig"))
}
