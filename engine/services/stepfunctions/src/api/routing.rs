//! The `routingConfiguration` of an alias: one or two versions, with weights that add up to 100.

use serde_json::Value;
use service::ServiceError;

use super::input::wrong_type;
use crate::errors;

/// An ARN, of a version if all is right, and its weight.
pub(super) type Route<'a> = (&'a str, u64);

/// Reads the routes and checks them against each other.
pub(super) fn read(given: &[Value]) -> Result<Vec<Route<'_>>, ServiceError> {
    let routes: Vec<(&str, i64)> =
        given.iter().enumerate().map(|(place, route)| one(place + 1, route)).collect::<Result<_, _>>()?;
    let bound = match routes.len() {
        0 => Some("have length greater than or equal to 1"),
        1 | 2 => None,
        _ => Some("have length less than or equal to 2"),
    };
    if let Some(bound) = bound {
        let shown = routes.iter().map(|(arn, weight)| {
            format!("RoutingConfigurationListItem(stateMachineVersionArn={arn}, weight={weight})")
        });
        return Err(errors::constraint(&format!("'{}'", list(shown)), "routingConfiguration", bound));
    }
    for (place, (_, weight)) in routes.iter().enumerate() {
        let bound = match weight {
            ..0 => "have value greater than or equal to 0",
            0..=100 => continue,
            _ => "have value less than or equal to 100",
        };
        let member = format!("routingConfiguration.{}.member.weight", place + 1);
        return Err(errors::constraint(&format!("'{weight}'"), &member, bound));
    }
    if routes.len() == 2 && routes[0].0 == routes[1].0 {
        return Err(ServiceError::validation(format!(
            "Routing configuration must contain distinct state machine version ARNs. Received: {}",
            list(routes.iter().map(|(arn, _)| (*arn).to_owned()))
        )));
    }
    if routes.iter().map(|(_, weight)| weight).sum::<i64>() != 100 {
        return Err(ServiceError::validation(format!(
            "Sum of routing configuration weights must equal 100. Received: {}",
            list(routes.iter().map(|(_, weight)| weight.to_string()))
        )));
    }
    Ok(routes.into_iter().map(|(arn, weight)| (arn, weight.unsigned_abs())).collect())
}

/// An ARN among them is no version's.
pub(super) fn not_versions(routes: &[Route<'_>]) -> ServiceError {
    ServiceError::validation(format!(
        "Routing configuration must contain state machine version ARNs. Received: {}",
        list(routes.iter().map(|(arn, _)| (*arn).to_owned()))
    ))
}

fn one(place: usize, route: &Value) -> Result<(&str, i64), ServiceError> {
    let member = |name: &str| format!("routingConfiguration.{place}.member.{name}");
    let arn = match &route["stateMachineVersionArn"] {
        Value::Null => return Err(errors::missing(&member("stateMachineVersionArn"))),
        Value::String(arn) => arn,
        _ => return Err(wrong_type(&member("stateMachineVersionArn"), "a string")),
    };
    match &route["weight"] {
        Value::Null => Err(errors::missing(&member("weight"))),
        weight => match weight.as_i64() {
            Some(weight) => Ok((arn, weight)),
            None => Err(wrong_type(&member("weight"), "an integer")),
        },
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn problem(routes: &[(&str, i64)]) -> Option<String> {
        let given: Vec<Value> =
            routes.iter().map(|(arn, weight)| json!({"stateMachineVersionArn": arn, "weight": weight})).collect();
        read(&given).err().map(|error| error.message)
    }

    #[test]
    fn routes_are_one_or_two_different_arns_whose_weights_add_up() {
        assert_eq!(problem(&[("a:1", 100)]), None);
        assert_eq!(problem(&[("a:1", 0), ("a:2", 100)]), None);
        let cases: &[(&[(&str, i64)], &str)] = &[
            (
                &[],
                "1 validation error detected: Value '[]' at 'routingConfiguration' failed to satisfy constraint: Member must have length greater than or equal to 1",
            ),
            (
                &[("a:1", 1), ("a:2", 1), ("a:3", 98)],
                "1 validation error detected: Value '[RoutingConfigurationListItem(stateMachineVersionArn=a:1, weight=1), RoutingConfigurationListItem(stateMachineVersionArn=a:2, weight=1), RoutingConfigurationListItem(stateMachineVersionArn=a:3, weight=98)]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2",
            ),
            (
                &[("a:1", 101)],
                "1 validation error detected: Value '101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100",
            ),
            (
                &[("a:1", 50), ("a:1", 50)],
                "Routing configuration must contain distinct state machine version ARNs. Received: [a:1, a:1]",
            ),
            (&[("a:1", 30), ("a:2", 60)], "Sum of routing configuration weights must equal 100. Received: [30, 60]"),
        ];
        for (routes, expected) in cases {
            assert_eq!(problem(routes).as_deref(), Some(*expected));
        }
    }
}
