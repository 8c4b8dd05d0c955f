//! Which notification configurations S3 takes.
//!
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/notification-how-to-filtering.html>

use std::collections::HashSet;

use s3s::S3Result;
use s3s::dto::{Event, NotificationConfiguration};

use super::targets::{Entry, all};
use crate::error::invalid_argument;
use crate::http::Details;

/// The events that can be asked for: families with all or one of theirs, and single ones. Those of what isn't built here
/// never come.
const FAMILIES: [(&str, &[&str]); 7] = [
    ("LifecycleExpiration", &["Delete", "DeleteMarkerCreated"]),
    ("ObjectAnnotation", &["Delete", "Put"]),
    ("ObjectCreated", &["CompleteMultipartUpload", "Copy", "Post", "Put"]),
    ("ObjectRemoved", &["Delete", "DeleteMarkerCreated"]),
    ("ObjectRestore", &["Completed", "Delete", "Post"]),
    ("ObjectTagging", &["Delete", "Put"]),
    (
        "Replication",
        &[
            "OperationFailedReplication",
            "OperationMissedThreshold",
            "OperationNotTracked",
            "OperationReplicatedAfterThreshold",
        ],
    ),
];
const SINGLE: [&str; 5] = [
    "IntelligentTiering",
    "LifecycleTransition",
    "ObjectAcl:Put",
    "ObjectRetention:Put",
    "ReducedRedundancyLostObject",
];
/// How many bytes a filter's value may have.
const LONGEST_VALUE: usize = 1024;

/// The keys that an entry is for.
#[derive(Default)]
struct Keys<'a> {
    prefix: Option<&'a str>,
    suffix: Option<&'a str>,
}

/// An error unless every entry is right, and no object's event is for two of them.
pub(crate) fn check(configuration: &NotificationConfiguration, details: &Details) -> S3Result<()> {
    let entries = all(configuration);
    let mut ids = HashSet::new();
    let mut checked: Vec<(Entry<'_>, Keys<'_>)> = Vec::with_capacity(entries.len());
    for entry in entries {
        if !entry.id.is_empty() && !ids.insert(entry.id) {
            return Err(invalid_argument("Same ID used for multiple configurations. IDs must be unique."));
        }
        check_arn(&entry, details)?;
        for event in entry.events {
            if !is_event(event.as_ref()) {
                details.argument("Event", event.as_ref());
                return Err(invalid_argument("The event is not supported for notifications"));
            }
        }
        let keys = keys(&entry, details)?;
        for (other, other_keys) in &checked {
            check_overlap((&entry, &keys), (other, other_keys))?;
        }
        checked.push((entry, keys));
    }
    Ok(())
}

fn is_event(text: &str) -> bool {
    let Some(name) = text.strip_prefix("s3:") else { return false };
    let is_of = |(family, kinds): &(&str, &[&str])| {
        let kind = name.strip_prefix(family).and_then(|rest| rest.strip_prefix(':'));
        kind.is_some_and(|kind| kind == "*" || kinds.contains(&kind))
    };
    SINGLE.contains(&name) || FAMILIES.iter().any(is_of)
}

fn check_arn(entry: &Entry<'_>, details: &Details) -> S3Result<()> {
    let service = entry.arn.split(':').nth(2);
    let message = if service != Some(entry.service) {
        "The ARN could not be parsed"
    } else if entry.arn.ends_with(".fifo") && entry.service == "sqs" {
        "FIFO SQS queues are not supported."
    } else if entry.arn.ends_with(".fifo") {
        "FIFO SNS topics are not supported."
    } else {
        return Ok(());
    };
    details.argument(entry.service, entry.arn);
    Err(invalid_argument(message))
}

fn keys<'a>(entry: &Entry<'a>, details: &Details) -> S3Result<Keys<'a>> {
    let mut keys = Keys::default();
    let rules = entry.filter.and_then(|filter| filter.key.as_ref()).and_then(|key| key.filter_rules.as_ref());
    for rule in rules.into_iter().flatten() {
        let name = rule.name.as_ref().map_or("", |name| name.as_str());
        let value = rule.value.as_deref().unwrap_or_default();
        let place = match name.to_ascii_lowercase().as_str() {
            "prefix" => &mut keys.prefix,
            "suffix" => &mut keys.suffix,
            _ => {
                details.argument("FilterRule.Name", name);
                return Err(invalid_argument("filter rule name must be either prefix or suffix"));
            }
        };
        if value.len() > LONGEST_VALUE {
            details.argument("FilterRule.Value", value);
            return Err(invalid_argument("Size of filter rule value cannot exceed 1024 bytes in UTF-8 representation"));
        }
        if place.replace(value).is_some() {
            let name = name.to_ascii_lowercase();
            return Err(invalid_argument(format!("Cannot specify more than one {name} rule in a filter.")));
        }
    }
    Ok(keys)
}

fn check_overlap(one: (&Entry<'_>, &Keys<'_>), other: (&Entry<'_>, &Keys<'_>)) -> S3Result<()> {
    let shares = |one: &Event| other.0.events.iter().any(|other| share(one.as_ref(), other.as_ref()));
    let [prefix, suffix, other_prefix, other_suffix] =
        [one.1.prefix, one.1.suffix, other.1.prefix, other.1.suffix].map(Option::unwrap_or_default);
    let share_prefix = prefix.starts_with(other_prefix) || other_prefix.starts_with(prefix);
    let share_suffix = suffix.ends_with(other_suffix) || other_suffix.ends_with(suffix);
    if !one.0.events.iter().any(shares) || !share_prefix || !share_suffix {
        return Ok(());
    }
    let is_filtered = |keys: &Keys<'_>| keys.prefix.is_some() || keys.suffix.is_some();
    Err(invalid_argument(if is_filtered(one.1) || is_filtered(other.1) {
        "Configuration is ambiguously defined. Cannot have overlapping suffixes in two rules if the prefixes are \
         overlapping for the same event type."
    } else {
        "Configurations overlap. Configurations on the same bucket cannot share a common event type."
    }))
}

/// Whether something can happen that both stand for.
fn share(one: &str, other: &str) -> bool {
    let covers = |pattern: &str, event: &str| pattern.strip_suffix('*').is_some_and(|start| event.starts_with(start));
    one == other || covers(one, other) || covers(other, one)
}

#[cfg(test)]
mod tests {
    use s3s::dto::{
        FilterRule, FilterRuleName, NotificationConfigurationFilter, QueueConfiguration, S3KeyFilter,
        TopicConfiguration,
    };

    use super::*;

    fn filter(rules: &[(&'static str, &str)]) -> Option<NotificationConfigurationFilter> {
        let rules = rules.iter().map(|(name, value)| FilterRule {
            name: Some(FilterRuleName::from_static(name)),
            value: Some((*value).to_owned()),
        });
        let rules: Vec<_> = rules.collect();
        let key = Some(S3KeyFilter { filter_rules: Some(rules.clone()) });
        (!rules.is_empty()).then_some(NotificationConfigurationFilter { key })
    }

    /// A queue for one event and keys, and a topic for another: why they can't be together.
    fn refused(
        queue: (&'static str, &[(&'static str, &str)]),
        topic: (&'static str, &[(&'static str, &str)]),
    ) -> String {
        let configuration = NotificationConfiguration {
            queue_configurations: Some(vec![QueueConfiguration {
                queue_arn: "arn:aws:sqs:us-east-1:000000000000:q".to_owned(),
                events: vec![queue.0.to_owned().into()],
                filter: filter(queue.1),
                id: None,
            }]),
            topic_configurations: Some(vec![TopicConfiguration {
                topic_arn: "arn:aws:sns:us-east-1:000000000000:t".to_owned(),
                events: vec![topic.0.to_owned().into()],
                filter: filter(topic.1),
                id: None,
            }]),
            ..NotificationConfiguration::default()
        };
        let checked = check(&configuration, &Details::default());
        checked.map_or_else(|error| error.message().unwrap_or_default().to_owned(), |()| String::new())
    }

    #[test]
    fn one_event_of_one_object_is_for_one_target() {
        let (all, put, gone) = ("s3:ObjectCreated:*", "s3:ObjectCreated:Put", "s3:ObjectRemoved:*");
        assert_eq!(refused((put, &[]), (gone, &[])), "");
        assert!(refused((all, &[]), (put, &[])).starts_with("Configurations overlap."));
        assert!(refused((put, &[("prefix", "a/")]), (all, &[])).starts_with("Configuration is ambiguously defined."));
        assert_eq!(refused((all, &[("prefix", "a/")]), (all, &[("Prefix", "b/")])), "");
        assert_eq!(refused((all, &[("suffix", ".png")]), (all, &[("suffix", ".jpg")])), "");
        let pictures = [("prefix", "a/"), ("suffix", ".png")];
        assert!(refused((all, &pictures), (all, &[("prefix", "a/b"), ("suffix", "png")])).contains("ambiguously"));
        assert_eq!(refused((all, &pictures), (all, &[("prefix", "a/"), ("suffix", ".gif")])), "");
    }

    #[test]
    fn an_entry_names_an_event_that_there_is_and_filters_by_ends_of_the_key() {
        let gone = ("s3:ObjectRemoved:*", &[][..]);
        assert_eq!(refused(("s3:Foo", &[]), gone), "The event is not supported for notifications");
        let created = "s3:ObjectCreated:*";
        assert!(refused((created, &[("infix", "a")]), gone).contains("either prefix or suffix"));
        assert!(refused((created, &[("prefix", "a"), ("Prefix", "b")]), gone).contains("more than one prefix rule"));
        assert!(refused((created, &[("suffix", &"a".repeat(1025))]), gone).contains("1024 bytes"));
    }
}
