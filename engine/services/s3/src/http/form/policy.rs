//! What a form may contain, and until when.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html>

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use clock::Timestamp;
use s3s::{S3Error, S3ErrorCode, S3Result};
use serde_json::{Map, Value, json};

use super::fields::Fields;

#[derive(Debug)]
pub(super) struct Policy {
    expiration: Timestamp,
    conditions: Vec<Condition>,
}

/// `["starts-with", "$key", "user/"]`: an operator, in lower case in front of what it is given.
#[derive(Debug)]
struct Condition {
    operator: &'static str,
    operands: [Value; 2],
    /// As errors spell it.
    text: String,
}

impl Policy {
    /// Reads a policy as forms have it.
    pub(super) fn parse(document: &str) -> S3Result<Self> {
        let bytes = STANDARD.decode(document).map_err(|_| invalid("invalid Base64 encoding."))?;
        let members: Map<String, Value> = serde_json::from_slice(&bytes).map_err(|_| invalid("Invalid JSON."))?;
        if let Some(other) = members.keys().find(|name| !matches!(name.as_str(), "expiration" | "conditions")) {
            return Err(invalid(&format!("Unexpected: '{}'", other.to_lowercase())));
        }
        let expiration = members.get("expiration").ok_or_else(|| invalid("Policy missing expiration."))?;
        let expiration = expiration.as_str().ok_or_else(|| invalid("Invalid JSON."))?;
        let moment =
            Timestamp::parse_rfc3339(expiration).filter(|_| expiration.contains('T') && expiration.ends_with('Z'));
        let moment = moment.ok_or_else(|| invalid(&format!("Invalid 'expiration' value: '{expiration}'")))?;
        let conditions = members.get("conditions").ok_or_else(|| invalid("Policy missing conditions."))?;
        let conditions = conditions.as_array().ok_or_else(|| invalid("Invalid 'conditions' value: must be a List."))?;
        let conditions = conditions.iter().map(Condition::parse).collect::<S3Result<_>>()?;
        Ok(Self { expiration: moment, conditions })
    }

    /// An error unless the form is what the policy allows; the sizes that its file may have.
    pub(super) fn check(&self, fields: &Fields, bucket: &str, now: Timestamp) -> S3Result<Option<(u64, u64)>> {
        if now >= self.expiration {
            return Err(denied("Policy expired."));
        }
        if let Some(failed) = self.conditions.iter().find(|condition| !condition.holds(fields, bucket)) {
            return Err(denied(&format!("Policy Condition failed: {}", failed.text)));
        }
        let is_free = |name: &str| {
            let name = name.to_ascii_lowercase();
            let is_signature = matches!(name.as_str(), "x-amz-signature" | "signature" | "awsaccesskeyid" | "policy");
            is_signature || name.starts_with("x-ignore-")
        };
        let extra = fields
            .iter()
            .map(|(name, _)| name)
            .find(|name| !is_free(name) && !self.conditions.iter().any(|condition| condition.is_about(name)));
        match extra {
            Some(name) => Err(denied(&format!("Extra input fields: {name}"))),
            None => Ok(self.conditions.iter().find_map(Condition::sizes)),
        }
    }
}

impl Condition {
    fn parse(condition: &Value) -> S3Result<Self> {
        let items = match condition {
            Value::Object(members) => {
                let mut members = members.iter();
                let (Some((name, value)), None) = (members.next(), members.next()) else {
                    return Err(invalid(
                        "Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.",
                    ));
                };
                if !value.is_string() {
                    return Err(invalid("Invalid Simple-Condition: value must be a string."));
                }
                vec![json!("eq"), json!(format!("${name}")), value.clone()]
            }
            Value::Array(items) => items.clone(),
            _ => return Err(invalid("Invalid condition test: must be a List or Object.")),
        };
        let text = format!("[{}]", items.iter().map(Value::to_string).collect::<Vec<_>>().join(", "));
        let named = items.first().and_then(Value::as_str);
        let named = named.ok_or_else(|| invalid("Invalid Condition: missing operation identifier."))?;
        let known = ["eq", "starts-with", "content-length-range"];
        let operator = known.into_iter().find(|operator| operator.eq_ignore_ascii_case(named));
        let operator = operator.ok_or_else(|| invalid(&format!("Invalid Condition: unknown operation '{named}'.")))?;
        let [_, first, second] = items.as_slice() else {
            return Err(invalid(&format!("Invalid {operator}: wrong number of arguments.")));
        };
        Ok(Self { operator, operands: [first.clone(), second.clone()], text })
    }

    /// The field that it is about, as the policy spells it.
    fn field(&self) -> Option<&str> {
        self.operands[0].as_str()?.strip_prefix('$').filter(|_| self.operator != "content-length-range")
    }

    fn is_about(&self, name: &str) -> bool {
        self.field().is_some_and(|field| field.eq_ignore_ascii_case(name))
    }

    fn sizes(&self) -> Option<(u64, u64)> {
        let number = |value: &Value| value.as_u64().or_else(|| value.as_str()?.parse().ok());
        let [least, most] = &self.operands;
        (self.operator == "content-length-range").then_some((number(least)?, number(most)?))
    }

    fn holds(&self, fields: &Fields, bucket: &str) -> bool {
        if self.operator == "content-length-range" {
            return self.sizes().is_some();
        }
        let (Some(field), Some(wanted)) = (self.field(), self.operands[1].as_str()) else { return false };
        // The bucket is the one that the form is sent to.
        let given = if field.eq_ignore_ascii_case("bucket") { Some(bucket) } else { fields.get(field) };
        match given {
            None => false,
            Some(given) if self.operator == "eq" => given == wanted,
            Some(list) if field.eq_ignore_ascii_case("content-type") => {
                list.split(',').all(|given| given.trim().starts_with(wanted))
            }
            Some(given) => given.starts_with(wanted),
        }
    }
}

fn invalid(message: &str) -> S3Error {
    S3Error::with_message(S3ErrorCode::InvalidPolicyDocument, format!("Invalid Policy: {message}"))
}

fn denied(message: &str) -> S3Error {
    S3Error::with_message(S3ErrorCode::AccessDenied, format!("Invalid according to Policy: {message}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(document: &Value) -> S3Result<Policy> {
        Policy::parse(&STANDARD.encode(document.to_string()))
    }

    /// The sizes that a form of these fields may have, or why it may not be sent.
    fn check(conditions: &Value, fields: &[(&str, &str)]) -> Result<Option<(u64, u64)>, String> {
        let document = json!({"expiration": "2030-01-01T12:00:00Z", "conditions": conditions});
        let mut form = Fields::default();
        for (name, value) in fields {
            form.add((*name).to_owned(), (*value).to_owned());
        }
        let said = |error: S3Error| error.message().unwrap_or_default().to_owned();
        policy(&document).map_err(said)?.check(&form, "photos", Timestamp::from_millis(0)).map_err(said)
    }

    #[test]
    fn every_condition_must_hold_and_every_field_have_one() {
        let failed =
            |condition: &str| Err(format!("Invalid according to Policy: Policy Condition failed: {condition}"));
        let key = json!([["starts-with", "$Key", "up/"]]);
        assert_eq!(check(&key, &[("KEY", "up/1"), ("policy", "p"), ("x-ignore-me", "1")]), Ok(None));
        assert_eq!(check(&key, &[("key", "Up/1")]), failed(r#"["starts-with", "$Key", "up/"]"#));
        assert_eq!(check(&key, &[]), failed(r#"["starts-with", "$Key", "up/"]"#));
        assert_eq!(check(&json!([{"acl": "private"}]), &[("acl", "x")]), failed(r#"["eq", "$acl", "private"]"#));
        assert_eq!(check(&json!([["eq", "acl", "x"]]), &[("acl", "x")]), failed(r#"["eq", "acl", "x"]"#));
        assert_eq!(check(&json!([{"bucket": "photos"}]), &[("bucket", "photos")]), Ok(None));
        assert_eq!(check(&json!([{"bucket": "others"}]), &[]), failed(r#"["eq", "$bucket", "others"]"#));
        let pictures = json!([["starts-with", "$Content-Type", "image/"]]);
        assert_eq!(check(&pictures, &[("Content-Type", "image/png,image/gif")]), Ok(None));
        assert!(check(&pictures, &[("Content-Type", "image/png,text/html")]).is_err());
        let extra = Err("Invalid according to Policy: Extra input fields: x-amz-meta-A".to_owned());
        assert_eq!(check(&json!([]), &[("x-amz-meta-A", "1")]), extra);
        assert_eq!(check(&json!([["content-length-range", "1", 9]]), &[]), Ok(Some((1, 9))));
        let range = failed(r#"["content-length-range", "few", "9"]"#);
        assert_eq!(check(&json!([["content-length-range", "few", "9"]]), &[]), range);
    }

    #[test]
    fn a_document_that_is_no_policy_says_why() {
        let said = |document: Value| policy(&document).expect_err("a refusal").message().unwrap_or_default().to_owned();
        assert!(said(json!({"conditions": []})).ends_with("Policy missing expiration."));
        assert!(said(json!({"expiration": "2030-01-01T00:00:00Z"})).ends_with("Policy missing conditions."));
        assert!(said(json!({"expiration": "2030-01-01 00:00:00Z", "conditions": []})).contains("'expiration' value"));
        assert!(said(json!({"Expiration": ""})).ends_with("Unexpected: 'expiration'"));
        let of = |condition: Value| said(json!({"expiration": "2030-01-01T00:00:00Z", "conditions": [condition]}));
        assert!(of(json!({"a": "1", "b": "2"})).contains("exactly one property"));
        assert!(of(json!({"a": 1})).ends_with("value must be a string."));
        assert!(of(json!(["is", "$a", "1"])).ends_with("unknown operation 'is'."));
        assert!(of(json!(["eq", "$a"])).ends_with("Invalid eq: wrong number of arguments."));
        assert!(Policy::parse("***").expect_err("a refusal").message().unwrap_or_default().contains("Base64"));
    }
}
