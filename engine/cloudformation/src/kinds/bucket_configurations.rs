//! A bucket's configurations, from a template's spelling to that of S3's operations.

use serde_json::{Map, Value, json};

use super::properties::tag_list;

/// A property of a bucket that is put by an operation of its own.
pub(super) struct Configuration {
    pub(super) property: &'static str,
    put: &'static str,
    /// None where an empty configuration is put in its place.
    remove: Option<&'static str>,
    input: fn(&Value) -> Value,
}

impl Configuration {
    pub(super) const fn new(
        property: &'static str,
        put: &'static str,
        remove: Option<&'static str>,
        input: fn(&Value) -> Value,
    ) -> Self {
        Self { property, put, remove, input }
    }

    /// The call that makes it so.
    pub(super) fn call(&self, value: Option<&Value>) -> Option<(&'static str, Map<String, Value>)> {
        match (value, self.remove) {
            (Some(value), _) => Some((self.put, (self.input)(value).as_object().cloned()?)),
            (None, Some(remove)) => Some((remove, Map::new())),
            (None, None) => Some((self.put, (self.input)(&Value::Null).as_object().cloned()?)),
        }
    }
}

/// The members of `from` under new names; those that aren't there are left out.
fn renamed(from: &Value, names: &[(&str, &str)]) -> Value {
    names
        .iter()
        .filter_map(|(theirs, ours)| Some(((*ours).to_owned(), from.get(theirs)?.clone())))
        .collect::<Map<_, _>>()
        .into()
}

fn each(list: Option<&Value>, item: impl Fn(&Value) -> Value) -> Value {
    list.and_then(Value::as_array).into_iter().flatten().map(item).collect()
}

pub(super) fn tagging(tags: &Value) -> Value {
    json!({"Tagging": {"TagSet": tag_list(Some(tags), "Key", "Value")}})
}

pub(super) fn encryption(encryption: &Value) -> Value {
    let rules = each(encryption.get("ServerSideEncryptionConfiguration"), |rule| {
        renamed(
            rule,
            &[
                ("ServerSideEncryptionByDefault", "ApplyServerSideEncryptionByDefault"),
                ("BucketKeyEnabled", "BucketKeyEnabled"),
            ],
        )
    });
    json!({"ServerSideEncryptionConfiguration": {"Rules": rules}})
}

pub(super) fn public_access(block: &Value) -> Value {
    json!({"PublicAccessBlockConfiguration": block})
}

pub(super) fn ownership(controls: &Value) -> Value {
    json!({"OwnershipControls": controls})
}

/// Versions that are no longer wanted are suspended: there is no way back to none.
pub(super) fn versioning(versioning: &Value) -> Value {
    let status = versioning.get("Status").and_then(Value::as_str).unwrap_or("Suspended");
    json!({"VersioningConfiguration": {"Status": status}})
}

pub(super) fn cors(cors: &Value) -> Value {
    let rules = each(cors.get("CorsRules"), |rule| {
        renamed(
            rule,
            &[
                ("AllowedHeaders", "AllowedHeaders"),
                ("AllowedMethods", "AllowedMethods"),
                ("AllowedOrigins", "AllowedOrigins"),
                ("ExposedHeaders", "ExposeHeaders"),
                ("Id", "ID"),
                ("MaxAge", "MaxAgeSeconds"),
            ],
        )
    });
    json!({"CORSConfiguration": {"CORSRules": rules}})
}

pub(super) fn notifications(configuration: &Value) -> Value {
    let targets = |list: &str, target: &str, arn: &str| {
        each(configuration.get(list), |entry| {
            let mut described = json!({"Events": [entry["Event"]], arn: entry[target]});
            if let Some(rules) = entry.pointer("/Filter/S3Key/Rules") {
                described["Filter"] = json!({"Key": {"FilterRules": rules}});
            }
            described
        })
    };
    let mut put = json!({
        "LambdaFunctionConfigurations": targets("LambdaConfigurations", "Function", "LambdaFunctionArn"),
        "QueueConfigurations": targets("QueueConfigurations", "Queue", "QueueArn"),
        "TopicConfigurations": targets("TopicConfigurations", "Topic", "TopicArn"),
    });
    let bus = configuration.get("EventBridgeConfiguration");
    let is_off = |bus: &Value| bus.get("EventBridgeEnabled").is_some_and(|on| on == false || on == "false");
    if bus.is_some_and(|bus| !is_off(bus)) {
        put["EventBridgeConfiguration"] = json!({});
    }
    json!({"NotificationConfiguration": put})
}

pub(super) fn lifecycle(configuration: &Value) -> Value {
    json!({"LifecycleConfiguration": {"Rules": each(configuration.get("Rules"), lifecycle_rule)}})
}

fn lifecycle_rule(rule: &Value) -> Value {
    let mut put = renamed(
        rule,
        &[
            ("Id", "ID"),
            ("Status", "Status"),
            ("NoncurrentVersionExpiration", "NoncurrentVersionExpiration"),
            ("AbortIncompleteMultipartUpload", "AbortIncompleteMultipartUpload"),
        ],
    );
    if let Some(days) = rule.get("NoncurrentVersionExpirationInDays") {
        put["NoncurrentVersionExpiration"] = json!({"NoncurrentDays": days});
    }
    let expiration = renamed(
        rule,
        &[
            ("ExpirationInDays", "Days"),
            ("ExpirationDate", "Date"),
            ("ExpiredObjectDeleteMarker", "ExpiredObjectDeleteMarker"),
        ],
    );
    if expiration.as_object().is_some_and(|members| !members.is_empty()) {
        put["Expiration"] = expiration;
    }
    let names = [("StorageClass", "StorageClass"), ("TransitionInDays", "Days"), ("TransitionDate", "Date")];
    let noncurrent = [
        ("StorageClass", "StorageClass"),
        ("TransitionInDays", "NoncurrentDays"),
        ("NewerNoncurrentVersions", "NewerNoncurrentVersions"),
    ];
    for (one, many, member, names) in [
        ("Transition", "Transitions", "Transitions", names),
        ("NoncurrentVersionTransition", "NoncurrentVersionTransitions", "NoncurrentVersionTransitions", noncurrent),
    ] {
        let given = rule.get(many).cloned().or_else(|| Some(json!([rule.get(one)?])));
        if let Some(given) = given {
            put[member] = each(Some(&given), |transition| renamed(transition, &names));
        }
    }
    put["Filter"] = filter(rule);
    put
}

/// One condition stands alone, several stand in an `And`.
fn filter(rule: &Value) -> Value {
    let mut conditions = renamed(
        rule,
        &[
            ("Prefix", "Prefix"),
            ("ObjectSizeGreaterThan", "ObjectSizeGreaterThan"),
            ("ObjectSizeLessThan", "ObjectSizeLessThan"),
        ],
    );
    let tags = rule.get("TagFilters").and_then(Value::as_array).cloned().unwrap_or_default();
    let count = conditions.as_object().map_or(0, Map::len) + tags.len();
    match (count, tags.as_slice()) {
        (0, _) => json!({"Prefix": ""}),
        (1, [tag]) => json!({"Tag": tag}),
        (1, _) => conditions,
        (_, []) => json!({"And": conditions}),
        (_, _) => {
            conditions["Tags"] = tags.into();
            json!({"And": conditions})
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lifecycle_rule_keeps_its_conditions_and_actions() {
        let rule = json!({
            "Id": "r", "Status": "Enabled", "Prefix": "tmp/", "ObjectSizeGreaterThan": "1048576", "ExpirationInDays": 3,
            "Transitions": [{"StorageClass": "INTELLIGENT_TIERING", "TransitionInDays": 0}],
        });
        assert_eq!(
            lifecycle_rule(&rule),
            json!({
                "ID": "r", "Status": "Enabled", "Expiration": {"Days": 3},
                "Transitions": [{"StorageClass": "INTELLIGENT_TIERING", "Days": 0}],
                "Filter": {"And": {"Prefix": "tmp/", "ObjectSizeGreaterThan": "1048576"}},
            })
        );
    }

    #[test]
    fn a_bus_that_is_not_enabled_is_not_told() {
        let put = |bus: Value| notifications(&json!({"EventBridgeConfiguration": bus}));
        let told = |bus| put(bus).pointer("/NotificationConfiguration/EventBridgeConfiguration").is_some();
        assert!(told(json!({})) && told(json!({"EventBridgeEnabled": true})));
        assert!(!told(json!({"EventBridgeEnabled": "false"})));
    }
}
