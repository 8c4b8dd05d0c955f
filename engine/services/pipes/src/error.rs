//! The errors of the API.

use ::service::ServiceError;

/// There is no pipe of that name.
pub(crate) fn not_found(name: &str) -> ServiceError {
    ServiceError::client("NotFoundException", format!("Pipe {name} does not exist.")).with_status(404)
}

/// The pipe is in the way, or in a state in which it can't be changed.
pub(crate) fn conflict(name: &str, message: String) -> ServiceError {
    ServiceError::client("ConflictException", message)
        .with_status(409)
        .with_member("resourceId", name)
        .with_member("resourceType", "pipe")
}

/// A member of the input isn't valid; says which, in the JSON that AWS has for a message here.
pub(crate) fn invalid(member: &str, message: impl Into<String>) -> ServiceError {
    let message = message.into();
    let told = serde_json::json!({"ValidationErrorFields": [{"Name": member, "Message": message}]});
    let field = serde_json::json!([{"name": member, "message": message}]);
    ServiceError::validation(told.to_string()).with_member("fieldList", field)
}
