//! The table `media`.

use std::collections::HashMap;
use std::time::SystemTime;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::DisplayErrorContext;
use aws_sdk_dynamodb::types::AttributeValue;
use events::Timestamp;
use function::{Context, MissingSetting};
use imaging::PerceptualHash;
use uuid::Uuid;

use crate::MediaError;
use crate::domain::{Awaited, REMEMBERED_SECONDS, Record};

/// How often a change is decided again after others were quicker.
const ATTEMPTS: u32 = 8;

/// In how many bits the hashes of pictures differ that look the same.
const ALIKE: u32 = 8;

/// The table `media` and the way to it.
#[derive(Clone, Debug)]
pub struct Records {
    client: Client,
    table: String,
}

/// What the table knows of an id.
#[derive(Debug)]
pub(crate) enum Known {
    /// A media, which may be deleted.
    Media(Box<Record>),
    /// There was one, of a person who was erased.
    Erased,
    /// Nothing.
    Nothing,
}

/// A page of records, and where the next one starts.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) records: Vec<Record>,
    pub(crate) goes_on: bool,
}

impl Records {
    /// The table that the function's settings name.
    ///
    /// # Errors
    /// Names the setting that is missing.
    pub fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { client: Client::new(&context.aws), table: context.settings.require("MEDIA_TABLE")? })
    }

    /// The media as it is now.
    ///
    /// # Errors
    /// [`MediaError::NotFound`], or the table can't be read.
    pub async fn get(&self, id: &str) -> Result<Record, MediaError> {
        self.find(id).await?.ok_or_else(|| MediaError::NotFound { id: id.to_owned() })
    }

    /// The media as it is now, if there is one of that id; one of an erased person is none any more.
    pub(crate) async fn find(&self, id: &str) -> Result<Option<Record>, MediaError> {
        Ok(match self.look_up(id).await? {
            Known::Media(record) => Some(*record),
            Known::Erased | Known::Nothing => None,
        })
    }

    /// What is known of that id now.
    pub(crate) async fn look_up(&self, id: &str) -> Result<Known, MediaError> {
        // What isn't a UUID is no media's id, and may not even be a key that DynamoDB takes.
        if Uuid::try_parse(id).is_err() {
            return Ok(Known::Nothing);
        }
        let read = self.client.get_item().table_name(&self.table).key("id", text(id)).consistent_read(true);
        let output = read.send().await.map_err(|error| self.unavailable(&error))?;
        Ok(match output.item {
            Some(item) if is_erased(&item) => Known::Erased,
            Some(item) => Known::Media(Box::new(readable(item)?)),
            None => Known::Nothing,
        })
    }

    /// Writes a new media; `false` when there is one of that id.
    pub(crate) async fn insert(&self, record: &Record) -> Result<bool, MediaError> {
        self.put(record, "attribute_not_exists(id)", HashMap::new()).await
    }

    /// Changes a media as `decide` says from its present state, and answers it as it is then. `None` leaves it as it is.
    /// What `decide` answers must be one version on, see [`Record::advanced`].
    ///
    /// # Errors
    /// What `decide` refuses; [`MediaError::NotFound`]; the table can't be used.
    pub async fn change(
        &self,
        id: &str,
        decide: impl Fn(&Record, Timestamp) -> Result<Option<Record>, MediaError>,
    ) -> Result<Record, MediaError> {
        for _ in 0..ATTEMPTS {
            let before = self.get(id).await?;
            let Some(after) = decide(&before, now())? else { return Ok(before) };
            if self.replace(&before, &after).await? {
                return Ok(after);
            }
        }
        Err(MediaError::Contended { attempts: ATTEMPTS })
    }

    /// Writes `after` in place of `before`; `false` when the media has changed since it was read.
    pub(crate) async fn replace(&self, before: &Record, after: &Record) -> Result<bool, MediaError> {
        let version = AttributeValue::N(before.media.version.to_string());
        self.put(after, "version = :before", HashMap::from([(":before".to_owned(), version)])).await
    }

    /// Some media of an owner.
    pub(crate) async fn of_owner(&self, owner: &str, limit: i32) -> Result<Page, MediaError> {
        let query = self.client.query().table_name(&self.table).index_name("byOwner").limit(limit);
        let query = query
            .key_condition_expression("#owner = :owner")
            .expression_attribute_names("#owner", "owner")
            .expression_attribute_values(":owner", text(owner));
        let output = query.send().await.map_err(|error| self.unavailable(&error))?;
        let records: Result<_, _> = output.items.unwrap_or_default().into_iter().map(readable).collect();
        Ok(Page { records: records?, goes_on: output.last_evaluated_key.is_some() })
    }

    /// The ids of an owner's media that look as a picture of that hash does.
    pub(crate) async fn looking_like(&self, owner: &str, hash: PerceptualHash) -> Result<Vec<String>, MediaError> {
        let (mut found, mut start) = (Vec::new(), None);
        loop {
            let query = self.client.query().table_name(&self.table).index_name("byOwner");
            let query = query
                .key_condition_expression("#owner = :owner")
                .filter_expression("attribute_exists(perceptualHash) AND #status = :ready")
                .projection_expression("id, perceptualHash")
                .expression_attribute_names("#owner", "owner")
                .expression_attribute_names("#status", "status")
                .expression_attribute_values(":owner", text(owner))
                .expression_attribute_values(":ready", text("READY"))
                .set_exclusive_start_key(start);
            let output = query.send().await.map_err(|error| self.unavailable(&error))?;
            let items = output.items.unwrap_or_default().into_iter();
            found.extend(items.filter_map(|mut item| {
                let other: PerceptualHash = item.get("perceptualHash")?.as_s().ok()?.parse().ok()?;
                (hash.distance(other) <= ALIKE).then(|| item.remove("id")?.as_s().ok().cloned()).flatten()
            }));
            start = output.last_evaluated_key;
            if start.is_none() {
                return Ok(found);
            }
        }
    }

    /// Some media for whose upload the time of this has come, the longest overdue first.
    pub(crate) async fn overdue(&self, awaited: Awaited, now: Timestamp, limit: i32) -> Result<Page, MediaError> {
        let query = self.client.query().table_name(&self.table).index_name("byExpiry").limit(limit);
        let query = query
            .key_condition_expression("awaiting = :awaited AND uploadExpiresAt <= :now")
            .expression_attribute_values(":awaited", text(awaited.as_str()))
            .expression_attribute_values(":now", text(now.to_string()));
        let output = query.send().await.map_err(|error| self.unavailable(&error))?;
        let records: Result<_, _> = output.items.unwrap_or_default().into_iter().map(readable).collect();
        Ok(Page { records: records?, goes_on: output.last_evaluated_key.is_some() })
    }

    /// The table's name.
    pub(crate) fn table(&self) -> &str {
        &self.table
    }

    async fn put(
        &self,
        record: &Record,
        condition: &str,
        values: HashMap<String, AttributeValue>,
    ) -> Result<bool, MediaError> {
        let item = serde_dynamo::to_item(record).map_err(|error| MediaError::InvalidRecord(error.to_string()))?;
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item)).condition_expression(condition);
        let put = put.set_expression_attribute_values((!values.is_empty()).then_some(values));
        match put.send().await {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(false)
            }
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    fn unavailable(&self, error: &(dyn std::error::Error + 'static)) -> MediaError {
        unavailable(&format!("the table {}", self.table), error)
    }
}

/// The present moment.
pub(crate) fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let milliseconds = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(milliseconds).expect("the system's clock stands before the year 10000")
}

/// A text attribute.
pub(crate) fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

/// An error of the SDK under our name, with all its causes.
pub(crate) fn unavailable(resource: &str, error: &(dyn std::error::Error + 'static)) -> MediaError {
    MediaError::Unavailable { resource: resource.to_owned(), reason: DisplayErrorContext(error).to_string() }
}

/// What is kept of the media of a person who was erased: that there was one of that id.
pub(crate) fn erased(id: &str, now: Timestamp) -> HashMap<String, AttributeValue> {
    let expires_at = AttributeValue::N((now.as_epoch_seconds() + REMEMBERED_SECONDS).to_string());
    HashMap::from([("id".to_owned(), text(id)), ("expiresAt".to_owned(), expires_at)])
}

/// Whether an item is what [`erased`] makes: it is nobody's.
pub(crate) fn is_erased<Value>(item: &HashMap<String, Value>) -> bool {
    !item.contains_key("owner")
}

fn readable(item: HashMap<String, AttributeValue>) -> Result<Record, MediaError> {
    serde_dynamo::from_item(item).map_err(|error| MediaError::InvalidRecord(error.to_string()))
}
