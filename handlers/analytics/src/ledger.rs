//! The table of counters and of what they counted.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::error::{DisplayErrorContext, SdkError};
use aws_sdk_dynamodb::operation::transact_write_items::TransactWriteItemsError;
use aws_sdk_dynamodb::types::{AttributeValue, Put, TransactWriteItem, Update};
use events::Timestamp;

use crate::AnalyticsError;

/// How often an event is tried while others write the same counter.
const ATTEMPTS: u32 = 8;

/// The table `analytics`.
#[derive(Clone, Debug)]
pub(crate) struct Ledger {
    pub(crate) client: Client,
    pub(crate) table: String,
}

/// How a transaction ended that wrote nothing.
#[derive(Debug, PartialEq, Eq)]
enum Refusal {
    /// The event is counted.
    Counted,
    /// Another transaction was at the counter.
    Conflict,
    /// Anything else.
    Other,
}

impl Ledger {
    /// Counts the event, and tells whether it had not been counted before.
    pub(crate) async fn count(
        &self,
        detail_type: &str,
        event_id: &str,
        occurred_at: Timestamp,
    ) -> Result<bool, AnalyticsError> {
        for _ in 0..ATTEMPTS {
            let transaction = self
                .client
                .transact_write_items()
                .transact_items(TransactWriteItem::builder().put(self.mark(detail_type, event_id)).build())
                .transact_items(TransactWriteItem::builder().update(self.add(detail_type, occurred_at)).build());
            let Err(error) = transaction.send().await else { return Ok(true) };
            match refusal(&error) {
                Refusal::Counted => return Ok(false),
                Refusal::Conflict => {}
                Refusal::Other => {
                    let reason = DisplayErrorContext(&error).to_string();
                    return Err(AnalyticsError::Unavailable { table: self.table.clone(), reason });
                }
            }
        }
        Err(AnalyticsError::Contended { event_id: event_id.to_owned(), attempts: ATTEMPTS })
    }

    fn mark(&self, detail_type: &str, event_id: &str) -> Put {
        let put = Put::builder()
            .table_name(&self.table)
            .item("pk", text(format!("EVENT#{event_id}")))
            .item("sk", text("COUNTED"))
            .item("detailType", text(detail_type))
            .condition_expression("attribute_not_exists(pk)");
        put.build().expect("table and item are set")
    }

    fn add(&self, detail_type: &str, occurred_at: Timestamp) -> Update {
        let update = Update::builder()
            .table_name(&self.table)
            .key("pk", text(format!("COUNT#{detail_type}")))
            .key("sk", text(occurred_at.hour()))
            .update_expression("ADD #count :one")
            .expression_attribute_names("#count", "count")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        update.build().expect("table, key and expression are set")
    }
}

fn text(value: impl Into<String>) -> AttributeValue {
    AttributeValue::S(value.into())
}

fn refusal(error: &SdkError<TransactWriteItemsError>) -> Refusal {
    let Some(TransactWriteItemsError::TransactionCanceledException(cancelled)) = error.as_service_error() else {
        return Refusal::Other;
    };
    let codes = || cancelled.cancellation_reasons().iter().filter_map(|reason| reason.code());
    if codes().any(|code| code == "ConditionalCheckFailed") {
        Refusal::Counted
    } else if codes().any(|code| code == "TransactionConflict") {
        Refusal::Conflict
    } else {
        Refusal::Other
    }
}
