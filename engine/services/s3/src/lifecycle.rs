//! Lifecycle rules: what they expire, at each midnight of UTC on the engine's clock.
//!
//! Transitions to other storage classes are kept and change nothing.
//! <https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html>

use std::time::Duration;

use clock::Timestamp;
use rusqlite::Connection;
use s3s::dto::{BucketLifecycleConfiguration, ExpirationStatus, LifecycleRule};
use s3s::{S3Result, s3_error};
use service::{Scope, ServiceError};

use crate::error::{self, Refused};
use crate::events::{Cause, Occurrence};
use crate::http::Sent;
use crate::operations::gone;
use crate::rows::buckets::{self, Bucket, Versioning};
use crate::rows::objects::{self, Change, Object};
use crate::rows::{parse, uploads};
use crate::storage::{Storage, new_id};
use crate::time;

const DAY: i64 = 86_400_000;

/// The first midnight of UTC at or after a moment.
fn midnight_from(moment: Timestamp) -> Timestamp {
    Timestamp::from_millis(moment.as_millis().saturating_add(DAY - 1).div_euclid(DAY).saturating_mul(DAY))
}

/// When something of that age expires: so many days later, at the midnight that follows.
fn expires_at(from: Timestamp, days: i32) -> Timestamp {
    let days = u64::try_from(days).unwrap_or_default();
    midnight_from(from.plus(Duration::from_secs(days * 86_400)))
}

/// Refuses what AWS refuses, and gives rules without an id one.
pub(crate) fn check(configuration: &mut BucketLifecycleConfiguration) -> S3Result<()> {
    if configuration.rules.is_empty() {
        return Err(s3_error!(
            MalformedXML,
            "The XML you provided was not well-formed or did not validate against our published schema"
        ));
    }
    for rule in &mut configuration.rules {
        let acts = rule.expiration.is_some()
            || rule.noncurrent_version_expiration.is_some()
            || rule.abort_incomplete_multipart_upload.is_some()
            || rule.transitions.as_ref().is_some_and(|transitions| !transitions.is_empty())
            || rule.noncurrent_version_transitions.as_ref().is_some_and(|transitions| !transitions.is_empty());
        if !acts {
            return Err(s3_error!(InvalidRequest, "At least one action needs to be specified in a rule"));
        }
        let days = rule.expiration.as_ref().and_then(|expiration| expiration.days);
        if days.is_some_and(|days| days < 1) {
            return Err(error::invalid_argument("'Days' for Expiration action must be a positive integer"));
        }
        rule.id.get_or_insert_with(new_id);
    }
    let mut ids: Vec<_> = configuration.rules.iter().map(|rule| rule.id.clone()).collect();
    ids.sort();
    ids.dedup();
    if ids.len() < configuration.rules.len() {
        return Err(error::invalid_argument("Rule ID must be unique. Found same ID for more than one rule"));
    }
    Ok(())
}

/// Whether a rule is for an object with this key, size and tags.
fn covers(rule: &LifecycleRule, key: &str, size: u64, tags: &[(String, String)]) -> bool {
    if rule.status.as_str() != ExpirationStatus::ENABLED {
        return false;
    }
    let starts = |prefix: &Option<String>| prefix.as_deref().is_none_or(|prefix| key.starts_with(prefix));
    let greater = |least: &Option<i64>| least.is_none_or(|least| i64::try_from(size).is_ok_and(|size| size > least));
    let less = |most: &Option<i64>| most.is_none_or(|most| i64::try_from(size).is_ok_and(|size| size < most));
    let tagged = |tag: &s3s::dto::Tag| {
        tags.iter().any(|(key, value)| Some(key) == tag.key.as_ref() && Some(value) == tag.value.as_ref())
    };
    let Some(filter) = &rule.filter else { return starts(&rule.prefix) };
    starts(&rule.prefix)
        && starts(&filter.prefix)
        && greater(&filter.object_size_greater_than)
        && less(&filter.object_size_less_than)
        && filter.tag.as_ref().is_none_or(tagged)
        && filter.and.as_ref().is_none_or(|and| {
            starts(&and.prefix)
                && greater(&and.object_size_greater_than)
                && less(&and.object_size_less_than)
                && and.tags.iter().flatten().all(tagged)
        })
}

impl Storage {
    /// Expires what is due, each midnight, until the engine stops.
    pub(crate) async fn apply_lifecycles(&self) {
        let work = || async {
            let due = self.expire_due().await.map_err(|error| ServiceError::from(Refused(error)))?;
            Ok(due.then(|| midnight_from(self.now().plus(Duration::from_millis(1)))))
        };
        self.platform.whenever_due(&self.lifecycle_changed, "lifecycle rules were not applied", work).await;
    }

    /// Whether any bucket has rules.
    async fn expire_due(&self) -> S3Result<bool> {
        let configurations = self.read(|connection| buckets::configurations(connection, "lifecycle")).await?;
        let has_rules = !configurations.is_empty();
        for (bucket, document) in configurations {
            let (now, scope) = (self.now(), self.platform.scope.clone());
            let change = self
                .write(move |connection| {
                    let configuration: BucketLifecycleConfiguration = parse(&document)?;
                    let bucket = buckets::get(connection, &bucket)?;
                    Expiring { connection, bucket, rules: configuration.rules, now, scope }.run()
                })
                .await?;
            self.settle(&change);
        }
        Ok(has_rules)
    }
}

/// One bucket's rules at one moment.
struct Expiring<'a> {
    connection: &'a Connection,
    bucket: Bucket,
    rules: Vec<LifecycleRule>,
    now: Timestamp,
    scope: Scope,
}

impl Expiring<'_> {
    fn run(&self) -> Result<Change, Refused> {
        let mut removed = Vec::new();
        let mut newer = (String::new(), 0, self.now);
        for object in objects::all_of(self.connection, &self.bucket.name)? {
            // Versions come newest first: when this one stopped to be the current one, and how many are newer.
            if newer.0 != object.key {
                newer = (object.key.clone(), 0, self.now);
            }
            let (_, newer_versions, superseded_at) = newer.clone();
            newer = (object.key.clone(), newer_versions + 1, object.modified_at);
            let change = if object.is_latest {
                self.expire_current(&object)?
            } else {
                self.expire_noncurrent(&object, superseded_at, newer_versions)?
            };
            removed.extend(change.into_iter().flat_map(|change| change.removed));
        }
        for upload in uploads::of_bucket(self.connection, &self.bucket.name)? {
            let days = self.rules.iter().filter(|rule| covers(rule, &upload.key, 0, &[])).find_map(|rule| {
                rule.abort_incomplete_multipart_upload.as_ref().and_then(|abort| abort.days_after_initiation)
            });
            if days.is_some_and(|days| expires_at(upload.initiated_at, days) <= self.now) {
                removed.extend(uploads::delete(self.connection, &upload.id)?);
            }
        }
        Ok(Change { removed, ..Change::default() })
    }

    fn rules_for<'a>(&'a self, object: &'a Object) -> impl Iterator<Item = &'a LifecycleRule> {
        self.rules.iter().filter(|rule| covers(rule, &object.key, object.size, &object.record.tags))
    }

    fn expire_current(&self, object: &Object) -> Result<Option<Change>, Refused> {
        let Object { key, .. } = object;
        if object.is_marker {
            let wants = |rule: &LifecycleRule| {
                rule.expiration.as_ref().and_then(|expiration| expiration.expired_object_delete_marker) == Some(true)
            };
            let is_alone = objects::count_versions(self.connection, &self.bucket.name, key)? == 1;
            if !is_alone || !self.rules_for(object).any(wants) {
                return Ok(None);
            }
            let change = objects::delete_version(self.connection, &self.bucket.name, key, &object.version)?;
            return self.tell(Cause::LifecycleDelete, object, change);
        }
        let is_due = self.rules_for(object).filter_map(|rule| rule.expiration.as_ref()).any(|expiration| {
            expiration.days.is_some_and(|days| expires_at(object.modified_at, days) <= self.now)
                || expiration.date.as_ref().is_some_and(|date| time::from_dto(date) <= self.now)
        });
        if !is_due {
            return Ok(None);
        }
        let place = (self.bucket.name.as_str(), key.as_str());
        let change = objects::delete(self.connection, self.bucket.versioning, place, self.now, new_id())?;
        let keeps_versions = self.bucket.versioning != Versioning::Off;
        let cause = if keeps_versions { Cause::LifecycleDeleteMarker } else { Cause::LifecycleDelete };
        self.tell(cause, object, change)
    }

    fn expire_noncurrent(
        &self,
        object: &Object,
        superseded_at: Timestamp,
        newer_versions: i32,
    ) -> Result<Option<Change>, Refused> {
        let is_due =
            self.rules_for(object).filter_map(|rule| rule.noncurrent_version_expiration.as_ref()).any(|expiration| {
                // The newest of the newer ones is the current one and doesn't count.
                let kept = expiration.newer_noncurrent_versions.unwrap_or(0);
                expiration.noncurrent_days.is_some_and(|days| expires_at(superseded_at, days) <= self.now)
                    && newer_versions > kept
            });
        if !is_due {
            return Ok(None);
        }
        let change = objects::delete_version(self.connection, &self.bucket.name, &object.key, &object.version)?;
        self.tell(Cause::LifecycleDelete, object, change)
    }

    fn tell(&self, cause: Cause, object: &Object, change: Change) -> Result<Option<Change>, Refused> {
        let (sent, gone) = (Sent::default(), gone(self.bucket.name.clone(), object.key.clone()));
        Occurrence::new(cause, &sent, &self.scope, self.now).record(self.connection, &gone, &change)?;
        Ok(Some(change))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_object_expires_at_the_midnight_that_follows_its_days() {
        let at = |text: &str| Timestamp::parse_rfc3339(text).expect("valid");
        assert_eq!(expires_at(at("2026-01-15T10:30:00Z"), 3), at("2026-01-19T00:00:00Z"));
        assert_eq!(expires_at(at("2026-01-15T00:00:00Z"), 1), at("2026-01-16T00:00:00Z"));
    }
}
