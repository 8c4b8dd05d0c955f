//! The forms in which a function is named.

use serde_json::Value;
use service::{Scope, ServiceError};

use crate::error::{invalid, not_found};

/// The only version that there is until versions are built.
pub(crate) const LATEST: &str = "$LATEST";

/// A function's name, whichever of AWS's forms a caller used: `name`, `name:qualifier`, `account:function:name`, or an ARN
/// with or without a qualifier.
///
/// # Errors
/// No name, or a version or alias that doesn't exist.
pub(crate) fn function_name(input: &Value, scope: &Scope) -> Result<String, ServiceError> {
    let text = input["FunctionName"].as_str().unwrap_or_default();
    let parts: Vec<&str> = text.split(':').collect();
    let (name, qualifier) = match parts.as_slice() {
        [name] => (*name, None),
        [name, qualifier] => (*name, Some(*qualifier)),
        ["arn", _, "lambda", _, _, "function", name] | [_, "function", name] => (*name, None),
        ["arn", _, "lambda", _, _, "function", name, qualifier] | [_, "function", name, qualifier] => {
            (*name, Some(*qualifier))
        }
        _ => return Err(invalid(format!("FunctionName is no function's name or ARN: {text:?}"))),
    };
    if !is_valid(name) {
        return Err(invalid(format!("FunctionName is no function's name or ARN: {text:?}")));
    }
    match qualifier.or_else(|| input["Qualifier"].as_str()).filter(|it| *it != LATEST) {
        Some(qualifier) => Err(not_found(format!("Function not found: {}:{qualifier}", function_arn(scope, name)))),
        None => Ok(name.to_owned()),
    }
}

/// Whether a function may be called so.
pub(crate) fn is_valid(name: &str) -> bool {
    (1..=64).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte))
}

/// A function's ARN.
pub(crate) fn function_arn(scope: &Scope, name: &str) -> String {
    scope.arn("lambda", format_args!("function:{name}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_function_is_named_in_each_of_the_forms_of_aws() {
        let named =
            |text: &str| function_name(&json!({ "FunctionName": text }), &Scope::default()).map_err(|it| it.code);
        for form in [
            "f-1",
            "f-1:$LATEST",
            "000000000000:function:f-1",
            "arn:aws:lambda:us-east-1:000000000000:function:f-1",
            "arn:aws:lambda:us-east-1:000000000000:function:f-1:$LATEST",
        ] {
            assert_eq!(named(form).as_deref(), Ok("f-1"), "{form}");
        }
        assert_eq!(named("f-1:prod"), Err("ResourceNotFoundException".to_owned()));
        for nonsense in ["", "a b", "../x", "a:b:c", "arn:aws:sqs:r:a:function:f"] {
            assert_eq!(named(nonsense), Err("InvalidParameterValueException".to_owned()), "{nonsense}");
        }
    }
}
