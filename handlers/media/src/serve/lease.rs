//! Who makes a picture: one of all instances at a time, by a conditional write in the table of leases.

use std::time::Duration;

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use function::{Context, MissingSetting};
use uuid::Uuid;

use crate::MediaError;
use crate::records::{now, text, unavailable};

/// Longer than an invocation may take: who holds a lease that is over has ended.
const GOOD_FOR: Duration = Duration::from_secs(60);

/// The table of leases and the way to it.
#[derive(Clone, Debug)]
pub(super) struct Leases {
    client: Client,
    table: String,
}

/// The right to make what is kept under a key.
#[derive(Debug)]
pub(super) struct Lease {
    key: String,
    holder: String,
}

impl Leases {
    /// The table that the function's settings name.
    pub(super) fn build(context: &Context) -> Result<Self, MissingSetting> {
        Ok(Self { client: Client::new(&context.aws), table: context.settings.require("LEASES_TABLE")? })
    }

    /// The lease of `key`; `None` while somebody else has it.
    pub(super) async fn take(&self, key: &str) -> Result<Option<Lease>, MediaError> {
        let (holder, now) = (Uuid::new_v4().to_string(), now().as_millis());
        let until = now + i64::try_from(GOOD_FOR.as_millis()).expect("is a minute");
        let number = |value: i64| AttributeValue::N(value.to_string());
        let put = self.client.put_item().table_name(&self.table);
        let put = put
            .item("key", text(key))
            .item("holder", text(&holder))
            .item("until", number(until))
            // DynamoDB sweeps away what nobody gave back.
            .item("expiresAt", number(until / 1000 + 3600))
            .condition_expression("attribute_not_exists(#key) OR #until < :now")
            .expression_attribute_names("#key", "key")
            .expression_attribute_names("#until", "until")
            .expression_attribute_values(":now", number(now));
        match put.send().await {
            Ok(_) => Ok(Some(Lease { key: key.to_owned(), holder })),
            Err(error)
                if error.as_service_error().is_some_and(|error| error.is_conditional_check_failed_exception()) =>
            {
                Ok(None)
            }
            Err(error) => Err(self.unavailable(&error)),
        }
    }

    /// Lets others have it. What fails is only told: the lease ends by itself.
    pub(super) async fn give_back(&self, lease: Lease) {
        let delete = self.client.delete_item().table_name(&self.table).key("key", text(&lease.key));
        let delete =
            delete.condition_expression("holder = :holder").expression_attribute_values(":holder", text(lease.holder));
        if let Err(error) = delete.send().await {
            tracing::warn!(key = lease.key, error = %self.unavailable(&error), "a lease can't be given back");
        }
    }

    fn unavailable(&self, error: &(dyn std::error::Error + 'static)) -> MediaError {
        unavailable(&format!("the table {}", self.table), error)
    }
}
