//! Calls from inside the engine: JSON in the shapes of AWS's model, turned into the requests that the wire has, and back.

mod request;
mod response;
mod shapes;

pub(crate) use response::find;

use serde_json::{Map, Value};
use service::ServiceError;

use crate::api::API;
use crate::http::Trusted;
use crate::service::S3;

impl S3 {
    /// Answers an operation through the same code as the wire; it needs no signature.
    pub(crate) async fn call_json(&self, name: &str, input: Value) -> Result<Value, ServiceError> {
        let Some(operation) = shapes::operation(name) else {
            return Err(if API.operations.not_built.contains(&name) {
                ServiceError::not_built(API.name, name)
            } else {
                ServiceError::unknown_operation()
            });
        };
        let members = match input {
            Value::Object(members) => members,
            Value::Null => Map::new(),
            _ => return Err(ServiceError::client("SerializationException", "the input is JSON but not an object")),
        };
        let mut request = request::build(operation, &members)?;
        request.extensions_mut().insert(Trusted);
        let response = self.answer(request).await;
        response::read(operation, response).await
    }
}
