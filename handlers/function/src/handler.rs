//! What answers a function's events.

use async_trait::async_trait;
use lambda_runtime::LambdaEvent;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::Failure;

/// Answers the events of a function. Implement [`Step`] instead where input and output have types and the invocation's
/// context doesn't matter.
#[async_trait]
pub trait Handler: Send + Sync + 'static {
    /// Answers one event.
    ///
    /// # Errors
    /// A failure under a stable name, which AWS Lambda reports as `errorType`.
    async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Failure>;
}

/// A function from a typed input to a typed output: a step of a state machine, mostly.
#[async_trait]
pub trait Step: Send + Sync + 'static {
    /// The event's payload.
    type Input: DeserializeOwned + Send;
    /// The result's payload.
    type Output: Serialize + Send;

    /// Answers one input.
    ///
    /// # Errors
    /// A failure under a stable name, which AWS Lambda reports as `errorType`.
    async fn run(&self, input: Self::Input) -> Result<Self::Output, Failure>;
}

#[async_trait]
impl<S: Step> Handler for S {
    /// A payload that is no `Input` fails as [`Failure::INVALID_INPUT`] with the path of the offending field.
    async fn handle(&self, event: LambdaEvent<Value>) -> Result<Value, Failure> {
        let input = serde_path_to_error::deserialize(event.payload).map_err(|error| {
            let (path, reason) = (error.path().to_string(), error.inner().to_string());
            let message = if path == "." { reason } else { format!("{path}: {reason}") };
            Failure::new(Failure::INVALID_INPUT, message)
        })?;
        let output = self.run(input).await?;
        serde_json::to_value(output).map_err(|error| Failure::caused_by("Function.InvalidOutput", &error))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    struct Shout;

    #[derive(serde::Deserialize)]
    struct Speech {
        todo: Words,
    }

    #[derive(serde::Deserialize)]
    struct Words {
        title: String,
    }

    #[async_trait]
    impl Step for Shout {
        type Input = Speech;
        type Output = String;

        async fn run(&self, input: Speech) -> Result<String, Failure> {
            Ok(input.todo.title.to_uppercase())
        }
    }

    async fn shout(payload: Value) -> Result<Value, Failure> {
        Handler::handle(&Shout, LambdaEvent::new(payload, lambda_runtime::Context::default())).await
    }

    #[tokio::test]
    async fn a_step_takes_and_gives_types() {
        assert_eq!(shout(json!({ "todo": { "title": "milk" } })).await, Ok(json!("MILK")));
    }

    #[tokio::test]
    async fn a_wrong_field_is_named_by_its_path() {
        let failure = shout(json!({ "todo": { "title": 5 } })).await.expect_err("no text");
        assert_eq!(failure.error_type, Failure::INVALID_INPUT);
        assert_eq!(failure.message, "todo.title: invalid type: integer `5`, expected a string");
        let failure = shout(json!({ "todo": {} })).await.expect_err("no title");
        assert_eq!(failure.message, "todo: missing field `title`");
    }
}
