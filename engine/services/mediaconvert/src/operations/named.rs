//! What callers give a name: job templates, presets and queues are created, told, changed and listed alike.

use ::service::ServiceError;
use rusqlite::Connection;
use serde_json::{Map, Value, json};

use super::{cut, page, queues, required, text};
use crate::error::{bad_request, conflict, not_found};
use crate::names;
use crate::rows::named::{self, Named};
use crate::service::MediaConvert;
use crate::settings;

/// A kind of named resources.
pub(crate) struct Collection {
    /// In ARNs and in the store.
    id: &'static str,
    /// In messages.
    name: &'static str,
    /// The member of answers that holds one, and the one that holds a list.
    members: (&'static str, &'static str),
    /// What a caller may say of one, and change.
    given: &'static [&'static str],
    /// Checks and completes what a caller says.
    check: fn(&mut Map<String, Value>) -> Result<(), ServiceError>,
}

pub(crate) static JOB_TEMPLATES: Collection = Collection {
    id: "jobTemplates",
    name: "Job template",
    members: ("JobTemplate", "JobTemplates"),
    given: &[
        "AccelerationSettings",
        "Category",
        "Description",
        "HopDestinations",
        "Priority",
        "Queue",
        "Settings",
        "StatusUpdateInterval",
    ],
    check: |members| settings::check_template(settings_of(members)?),
};

pub(crate) static PRESETS: Collection = Collection {
    id: "presets",
    name: "Preset",
    members: ("Preset", "Presets"),
    given: &["Category", "Description", "Settings"],
    check: |members| settings::check_preset(settings_of(members)?),
};

pub(crate) static QUEUES: Collection = Collection {
    id: "queues",
    name: "Queue",
    members: ("Queue", "Queues"),
    given: &[
        "ConcurrentJobs",
        "Description",
        "MaximumConcurrentFeeds",
        "PricingPlan",
        "ReservationPlanSettings",
        "Status",
    ],
    check: queues::check,
};

fn settings_of(members: &Map<String, Value>) -> Result<&Value, ServiceError> {
    let settings = members.get("Settings").filter(|settings| settings.is_object());
    settings.ok_or_else(|| bad_request("/settings: is a required property"))
}

impl Collection {
    pub(crate) fn missing(&self, name: &str) -> ServiceError {
        not_found(self.name, name)
    }

    fn given(&self, input: &Value) -> Map<String, Value> {
        let given = |name: &&&str| !input[**name].is_null();
        self.given.iter().filter(given).map(|name| ((*name).to_owned(), input[*name].clone())).collect()
    }

    /// One as callers are told of it.
    fn describe(&self, service: &MediaConvert, resource: &Named) -> Value {
        let mut told = resource.document.as_object().cloned().unwrap_or_default();
        told.remove("Tags");
        told.insert("Arn".to_owned(), names::arn(&service.platform.scope, self.id, &resource.name).into());
        told.insert("Name".to_owned(), resource.name.clone().into());
        told.insert("CreatedAt".to_owned(), json!(resource.created_at.as_epoch_seconds()));
        Value::Object(told)
    }
}

impl MediaConvert {
    pub(crate) async fn create_named(
        &self,
        collection: &'static Collection,
        input: Value,
    ) -> Result<Value, ServiceError> {
        let name = required(&input, "Name")?.to_owned();
        names::check(&name)?;
        let mut members = collection.given(&input);
        (collection.check)(&mut members)?;
        let now = self.platform.clock.now();
        members.insert("Type".to_owned(), "CUSTOM".into());
        members.insert("LastUpdated".to_owned(), json!(now.as_epoch_seconds()));
        members.insert("Tags".to_owned(), json!(super::jobs::texts(&input, "Tags")?));
        let write = move |connection: &Connection| {
            if named::find(connection, collection.id, &name)?.is_some() {
                return Err(conflict(format!("{} already exists: {name}", collection.name)));
            }
            let resource = Named { name, created_at: now, document: Value::Object(members) };
            named::put(connection, collection.id, &resource)?;
            Ok(resource)
        };
        let resource = self.platform.store.write(write).await?;
        Ok(json!({collection.members.0: self.told(collection, &resource).await?}))
    }

    pub(crate) async fn get_named(&self, collection: &'static Collection, input: Value) -> Result<Value, ServiceError> {
        let name = required(&input, "Name")?.to_owned();
        let resource = self.find_named(collection, name).await?;
        Ok(json!({collection.members.0: self.told(collection, &resource).await?}))
    }

    pub(crate) async fn update_named(
        &self,
        collection: &'static Collection,
        input: Value,
    ) -> Result<Value, ServiceError> {
        let name = required(&input, "Name")?.to_owned();
        let (changes, now) = (collection.given(&input), self.platform.clock.now());
        let write = move |connection: &Connection| {
            let mut resource =
                named::find(connection, collection.id, &name)?.ok_or_else(|| collection.missing(&name))?;
            let mut members = resource.document.as_object().cloned().unwrap_or_default();
            members.extend(changes);
            (collection.check)(&mut members)?;
            members.insert("LastUpdated".to_owned(), json!(now.as_epoch_seconds()));
            resource.document = Value::Object(members);
            named::put(connection, collection.id, &resource)?;
            Ok::<_, ServiceError>(resource)
        };
        let resource = self.platform.store.write(write).await?;
        // A queue that goes on has room for jobs.
        self.jobs_changed.notify_one();
        Ok(json!({collection.members.0: self.told(collection, &resource).await?}))
    }

    pub(crate) async fn delete_named(
        &self,
        collection: &'static Collection,
        input: Value,
    ) -> Result<Value, ServiceError> {
        let name = required(&input, "Name")?.to_owned();
        let write = move |connection: &Connection| match named::delete(connection, collection.id, &name)? {
            true => Ok(()),
            false => Err(collection.missing(&name)),
        };
        self.platform.store.write(write).await?;
        Ok(json!({}))
    }

    pub(crate) async fn list_named(
        &self,
        collection: &'static Collection,
        input: Value,
    ) -> Result<Value, ServiceError> {
        let page = page(&input)?;
        let by_creation = text(&input, "ListBy") == Some("CREATION_DATE");
        let descending = text(&input, "Order") == Some("DESCENDING");
        let window = (page.0, page.1 + 1);
        let read =
            move |connection: &Connection| named::list(connection, collection.id, by_creation, descending, window);
        let mut found = self.platform.store.read(read).await?;
        let next = cut(&mut found, page);
        let category = text(&input, "Category");
        let mut told = Vec::new();
        for resource in found.iter().filter(|one| category.is_none_or(|wanted| one.document["Category"] == wanted)) {
            told.push(self.told(collection, resource).await?);
        }
        let mut answer = json!({collection.members.1: told});
        if let Some(token) = next {
            answer["NextToken"] = token.into();
        }
        Ok(answer)
    }

    pub(crate) async fn find_named(
        &self,
        collection: &'static Collection,
        name: String,
    ) -> Result<Named, ServiceError> {
        let read = move |connection: &Connection| {
            named::find(connection, collection.id, &name)?.ok_or_else(|| collection.missing(&name))
        };
        self.platform.store.read(read).await
    }

    /// One as callers are told of it; a queue with how many jobs it has.
    async fn told(&self, collection: &'static Collection, resource: &Named) -> Result<Value, ServiceError> {
        let mut told = collection.describe(self, resource);
        if collection.id == QUEUES.id {
            let (submitted, progressing) = self.jobs_in_queue(resource.name.clone()).await?;
            told["SubmittedJobsCount"] = submitted.into();
            told["ProgressingJobsCount"] = progressing.into();
        }
        Ok(told)
    }

    /// Changes the tags of a named resource; `change` is given those it has.
    pub(crate) async fn retag_named(
        &self,
        collection: String,
        name: String,
        change: impl FnOnce(&mut Map<String, Value>) + Send + 'static,
    ) -> Result<(), ServiceError> {
        let write = move |connection: &Connection| {
            let mut resource =
                named::find(connection, &collection, &name)?.ok_or_else(|| not_found("Resource", &name))?;
            let mut tags = resource.document["Tags"].as_object().cloned().unwrap_or_default();
            change(&mut tags);
            resource.document["Tags"] = Value::Object(tags);
            named::put(connection, &collection, &resource)
        };
        self.platform.store.write(write).await
    }
}
