//! The resource policy of a bus: who may put events on it.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-event-bus-perms.html>

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use service::ServiceError;

const VERSION: &str = "2012-10-17";
const PUT_EVENTS: &str = "events:PutEvents";

/// The resource policy of a bus, as its owner wrote it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
pub(crate) struct Policy(Value);

impl Policy {
    /// Reads a whole policy; `None` for one without statements.
    pub(crate) fn parse(text: &str) -> Result<Option<Self>, ServiceError> {
        let invalid =
            |reason: &str| ServiceError::validation(format!("Parameter Policy is not valid. Reason: {reason}"));
        let mut document: Value =
            serde_json::from_str(text).map_err(|_| invalid("The policy is not a valid JSON document."))?;
        let statements = match document.get_mut("Statement") {
            Some(Value::Array(statements)) => statements,
            Some(statement @ Value::Object(_)) => {
                *statement = Value::Array(vec![statement.take()]);
                statement.as_array_mut().expect("it was made a list")
            }
            _ => return Err(invalid("The policy must have a Statement.")),
        };
        if statements.is_empty() {
            return Ok(None);
        }
        if let Some(member) = statements.iter().find_map(missing) {
            return Err(invalid(&format!("A statement of the policy has no valid {member}.")));
        }
        Ok(Some(Self(document)))
    }

    /// The policy with a statement added, or put in the place of the one of that id.
    pub(crate) fn with(policy: Option<Self>, statement: Value) -> Self {
        let Self(mut document) = policy.unwrap_or_else(|| Self(json!({"Version": VERSION, "Statement": []})));
        if let Some(statements) = document["Statement"].as_array_mut() {
            statements.retain(|other| other["Sid"] != statement["Sid"]);
            statements.push(statement);
        }
        Self(document)
    }

    /// The policy without a statement, `None` where it was the last.
    ///
    /// # Errors
    /// There is no such statement.
    pub(crate) fn without(self, id: &str) -> Result<Option<Self>, ServiceError> {
        let Self(mut document) = self;
        let statements = document["Statement"].as_array_mut().map(std::mem::take).unwrap_or_default();
        let count = statements.len();
        let kept: Vec<Value> = statements.into_iter().filter(|statement| statement["Sid"] != id).collect();
        if kept.len() == count {
            return Err(crate::error::not_found("Statement with the provided id does not exist."));
        }
        if kept.is_empty() {
            return Ok(None);
        }
        document["Statement"] = kept.into();
        Ok(Some(Self(document)))
    }

    /// Whether an account other than the bus's may put events on it. A statement with a condition lets nobody in: what it
    /// asks about (an organization, mostly) is not known on one machine.
    pub(crate) fn admits(&self, account: &str, bus_arn: &str) -> bool {
        let applies = |statement: &&Value| is_about(statement, account, bus_arn);
        let statements = self.0["Statement"].as_array().map_or(&[][..], Vec::as_slice);
        let mut applying = statements.iter().filter(applies).peekable();
        applying.peek().is_some() && applying.all(|statement| statement["Effect"] == "Allow")
    }

    /// As AWS shows it.
    pub(crate) fn text(&self) -> String {
        self.0.to_string()
    }
}

/// The statement that PutPermission's single members stand for.
pub(crate) fn statement(id: &str, principal: &str, bus_arn: &str, condition: Option<&Value>) -> Value {
    let principal = match principal {
        "*" => json!("*"),
        account => json!({"AWS": format!("arn:aws:iam::{account}:root")}),
    };
    let mut statement =
        json!({"Sid": id, "Effect": "Allow", "Principal": principal, "Action": PUT_EVENTS, "Resource": bus_arn});
    if let Some(condition) = condition {
        let (kind, key) = (condition["Type"].as_str(), condition["Key"].as_str());
        statement["Condition"] = json!({kind.unwrap_or_default(): {key.unwrap_or_default(): condition["Value"]}});
    }
    statement
}

/// The first of a statement's members that it must have and hasn't, or has with a value that it can't have.
fn missing(statement: &Value) -> Option<&'static str> {
    let is_text = |member: &str| match &statement[member] {
        Value::String(_) => true,
        Value::Array(texts) => !texts.is_empty() && texts.iter().all(Value::is_string),
        _ => false,
    };
    let valid = [
        ("Effect", matches!(statement["Effect"].as_str(), Some("Allow" | "Deny"))),
        ("Principal", statement["Principal"] == "*" || statement["Principal"].is_object()),
        ("Action", is_text("Action")),
        ("Resource", is_text("Resource")),
    ];
    valid.into_iter().find_map(|(member, is_valid)| (!is_valid).then_some(member))
}

fn is_about(statement: &Value, account: &str, bus_arn: &str) -> bool {
    statement.get("Condition").is_none()
        && any(&statement["Action"], |action| fits(action, PUT_EVENTS))
        && any(&statement["Resource"], |resource| fits(resource, bus_arn))
        && is_principal(&statement["Principal"], account)
}

fn is_principal(principal: &Value, account: &str) -> bool {
    let is_account = |text: &str| {
        text == "*" || text == account || text.strip_prefix("arn:aws:iam::").is_some_and(|it| it.starts_with(account))
    };
    match principal {
        Value::Object(kinds) => kinds.get("AWS").is_some_and(|accounts| any(accounts, is_account)),
        text => text == "*",
    }
}

/// Whether a text, or one of a list, does.
fn any(value: &Value, does: impl Fn(&str) -> bool) -> bool {
    match value {
        Value::Array(values) => values.iter().filter_map(Value::as_str).any(does),
        single => single.as_str().is_some_and(does),
    }
}

/// Whether a text is what a pattern with `*` stands for.
fn fits(pattern: &str, text: &str) -> bool {
    match pattern.split_once('*') {
        None => pattern == text,
        Some((start, rest)) => text.strip_prefix(start).is_some_and(|text| {
            (0..=text.len()).filter(|index| text.is_char_boundary(*index)).any(|index| fits(rest, &text[index..]))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BUS: &str = "arn:aws:events:us-east-1:111111111111:event-bus/orders";

    #[test]
    fn an_account_is_admitted_by_what_is_said_of_it_and_not_against_a_denial() {
        let policy = Policy::with(None, statement("a", "222222222222", BUS, None));
        assert!(policy.admits("222222222222", BUS));
        assert!(!policy.admits("333333333333", BUS));
        let open = Policy::with(Some(policy), statement("b", "*", BUS, None));
        assert!(open.admits("333333333333", BUS));
        let denial = json!({"Sid": "c", "Effect": "Deny", "Principal": {"AWS": ["333333333333"]},
            "Action": "events:*", "Resource": "arn:aws:events:*:event-bus/*"});
        let closed = Policy::with(Some(open), denial);
        assert!(!closed.admits("333333333333", BUS) && closed.admits("222222222222", BUS));
        let left = closed.without("c").expect("there").expect("others are left");
        assert!(left.admits("333333333333", BUS));
        assert_eq!(left.without("c").expect_err("gone").message, "Statement with the provided id does not exist.");
    }

    #[test]
    fn a_condition_that_cannot_be_known_lets_nobody_in() {
        let condition = json!({"Type": "StringEquals", "Key": "aws:PrincipalOrgID", "Value": "o-1"});
        let policy = Policy::with(None, statement("a", "*", BUS, Some(&condition)));
        assert!(!policy.admits("222222222222", BUS));
        assert!(policy.text().contains(r#""Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}"#));
    }
}
