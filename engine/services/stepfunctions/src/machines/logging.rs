//! Where a state machine's executions are logged.

use serde_json::{Value, json};
use service::{ServiceError, Services};

/// Checks a `loggingConfiguration` and fills in what it leaves out.
pub(crate) async fn check(services: &Services, given: Option<&Value>) -> Result<Value, ServiceError> {
    let Some(given) = given else { return Ok(json!({"level": "OFF", "includeExecutionData": false})) };
    let level = given["level"].as_str().unwrap_or("OFF");
    let destinations = given["destinations"].as_array();
    let count = destinations.map_or(0, Vec::len);
    if count > 1 || (level != "OFF" && count != 1) {
        return Err(invalid("Must specify exactly one Log Destination."));
    }
    for destination in destinations.into_iter().flatten() {
        let arn = destination["cloudWatchLogsLogGroup"]["logGroupArn"].as_str().unwrap_or_default();
        let group = arn.splitn(7, ':').nth(6).map(|name| name.trim_end_matches(":*"));
        let found = match group {
            Some(name) if !name.is_empty() => exists(services, name).await?,
            _ => false,
        };
        if !found {
            return Err(invalid("Log Destination not found."));
        }
    }
    let mut checked = json!({
        "level": level,
        "includeExecutionData": given["includeExecutionData"].as_bool().unwrap_or(false),
    });
    if let Some(destinations) = destinations {
        checked["destinations"] = json!(destinations);
    }
    Ok(checked)
}

/// Whether the log group exists. A stack without CloudWatch Logs has nobody to ask and believes the caller.
async fn exists(services: &Services, group: &str) -> Result<bool, ServiceError> {
    if services.get("logs").is_none() {
        return Ok(true);
    }
    let answer = services.call("logs", "DescribeLogGroups", json!({"logGroupNamePrefix": group})).await?;
    Ok(answer["logGroups"].as_array().is_some_and(|groups| groups.iter().any(|found| found["logGroupName"] == group)))
}

fn invalid(reason: &str) -> ServiceError {
    ServiceError::client("InvalidLoggingConfiguration", format!("Invalid Logging Configuration: {reason}"))
}
