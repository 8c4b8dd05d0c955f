//! Creating, finding, listing and deleting queues.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{Integer, OfQueue, parse};
use crate::attributes::Settings;
use crate::queue::{FIFO_SUFFIX, Queue};
use crate::rows::{QueueRow, Tags};
use crate::{Sqs, error, rows};

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Create {
    queue_name: Option<String>,
    attributes: Option<BTreeMap<String, Value>>,
    #[serde(rename = "tags", alias = "Tags")]
    tags: Option<Tags>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Page {
    queue_name_prefix: Option<String>,
    queue_url: Option<String>,
    next_token: Option<String>,
    max_results: Option<Integer>,
}

impl Sqs {
    pub(crate) async fn create_queue(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Create = parse(input)?;
        let name = input.queue_name.ok_or_else(|| error::missing("QueueName"))?;
        let attributes = input.attributes.unwrap_or_default();
        let mut settings = Settings::default();
        settings.merge(&attributes)?;
        check_name(&name, settings.is_fifo())?;
        let _alone = self.changes.lock().await;
        if let Ok(existing) = self.named(&name) {
            return match existing.row().settings.difference(&attributes) {
                Some(attribute) => Err(error::queue_differs(attribute)),
                None => Ok(json!({"QueueUrl": self.url(&name)})),
            };
        }
        self.check_redrive(&name, &settings)?;
        let now = self.platform.clock.now();
        let tags = input.tags.unwrap_or_default();
        let row = QueueRow { name: name.clone(), settings, tags, created_at: now, modified_at: now };
        let queue = Queue::new(self.platform.scope.arn("sqs", &name), row.clone());
        self.platform.store.write(move |connection| rows::put_queue(connection, &row)).await?;
        self.add(Arc::new(queue));
        Ok(json!({"QueueUrl": self.url(&name)}))
    }

    pub(crate) fn get_queue_url(&self, input: Value) -> Result<Value, ServiceError> {
        let name = input["QueueName"].as_str().ok_or_else(|| error::missing("QueueName"))?;
        if input["QueueOwnerAWSAccountId"].as_str().is_some_and(|account| account != self.platform.scope.account) {
            return Err(error::no_such_queue());
        }
        Ok(json!({"QueueUrl": self.url(&self.named(name)?.name)}))
    }

    pub(crate) fn list_queues(&self, input: Value) -> Result<Value, ServiceError> {
        let page: Page = parse(input)?;
        let prefix = page.queue_name_prefix.clone().unwrap_or_default();
        let names = self.all().into_iter().map(|queue| queue.name.clone()).filter(|name| name.starts_with(&prefix));
        Ok(self.page("QueueUrls", names.collect(), &page))
    }

    pub(crate) fn list_dead_letter_source_queues(&self, input: Value) -> Result<Value, ServiceError> {
        let page: Page = parse(input)?;
        let target = self.by_url(page.queue_url.as_deref())?;
        let sources = self
            .all()
            .into_iter()
            .filter(|queue| queue.row().settings.redrive().is_some_and(|redrive| redrive.target_arn == target.arn));
        Ok(self.page("queueUrls", sources.map(|queue| queue.name.clone()).collect(), &page))
    }

    /// One page of queues in the order of their names; the token is the last name of the page before.
    fn page(&self, member: &str, names: Vec<String>, page: &Page) -> Value {
        let most = page.max_results.and_then(|Integer(most)| usize::try_from(most).ok()).unwrap_or(1000).max(1);
        let after = page.next_token.as_deref().unwrap_or_default();
        let mut rest = names.into_iter().filter(|name| name.as_str() > after).peekable();
        let shown: Vec<String> = rest.by_ref().take(most).collect();
        let mut answer = json!({});
        if rest.peek().is_some() {
            answer["NextToken"] = shown.last().cloned().into();
        }
        // AWS leaves the list out of ListQueues when there is nothing to list.
        if !shown.is_empty() || member == "queueUrls" {
            answer[member] = shown.iter().map(|name| self.url(name)).collect();
        }
        answer
    }

    pub(crate) async fn delete_queue(&self, input: Value) -> Result<Value, ServiceError> {
        let input: OfQueue = parse(input)?;
        let _alone = self.changes.lock().await;
        let queue = self.by_url(input.queue_url.as_deref())?;
        let name = queue.name.clone();
        self.platform.store.write(move |connection| rows::delete_queue(connection, &name)).await?;
        self.forget(&queue.name);
        self.platform.signals.notify(&queue.arn);
        Ok(json!({}))
    }
}

fn check_name(name: &str, fifo: bool) -> Result<(), ServiceError> {
    let whole = name;
    let (name, message) = if fifo {
        let message = "The name of a FIFO queue can only include alphanumeric characters, hyphens, or underscores, must \
                       end with .fifo suffix and be 1 to 80 in length.";
        (name.strip_suffix(FIFO_SUFFIX).unwrap_or_default(), message)
    } else {
        (name, "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
    };
    let allowed = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_');
    if !name.is_empty() && whole.len() <= 80 && name.chars().all(allowed) {
        return Ok(());
    }
    Err(error::invalid_value(message))
}
