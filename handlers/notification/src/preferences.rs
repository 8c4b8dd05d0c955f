//! The table `preferences`: how each owner wants to be told.

use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use serde::Serialize;

use crate::domain::Channel;
use crate::error::NotificationError;
use crate::item::{Item, text, text_of};

/// How an owner wants to be told by one channel. Who never said anything is told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Preference {
    /// Whether the channel is to be used.
    pub enabled: bool,
    /// An e-mail address, or the ARN of a device's endpoint.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

impl Default for Preference {
    fn default() -> Self {
        Self { enabled: true, address: None }
    }
}

/// The table.
#[derive(Clone, Debug)]
pub(crate) struct Preferences {
    pub(crate) client: Client,
    pub(crate) table: String,
}

impl Preferences {
    pub(crate) async fn get(&self, owner: &str, channel: Channel) -> Result<Preference, NotificationError> {
        let get = self
            .client
            .get_item()
            .table_name(&self.table)
            .key("owner", text(owner))
            .key("channel", text(channel.name()))
            .consistent_read(true);
        let found = get.send().await.map_err(|error| NotificationError::table(&self.table, error))?;
        let Some(item) = found.item else { return Ok(Preference::default()) };
        let enabled = item.get("enabled").and_then(|value| value.as_bool().ok()).copied().unwrap_or(true);
        Ok(Preference { enabled, address: text_of(&item, "address") })
    }

    /// Sets what is given, and tells what holds then.
    pub(crate) async fn set(
        &self,
        owner: &str,
        channel: Channel,
        enabled: Option<bool>,
        address: Option<&str>,
    ) -> Result<Preference, NotificationError> {
        let before = self.get(owner, channel).await?;
        let preference = Preference {
            enabled: enabled.unwrap_or(before.enabled),
            address: address.map(str::to_owned).or(before.address),
        };
        let mut item = Item::from([
            ("owner".to_owned(), text(owner)),
            ("channel".to_owned(), text(channel.name())),
            ("enabled".to_owned(), AttributeValue::Bool(preference.enabled)),
        ]);
        if let Some(address) = &preference.address {
            item.insert("address".to_owned(), text(address));
        }
        let put = self.client.put_item().table_name(&self.table).set_item(Some(item));
        put.send().await.map_err(|error| NotificationError::table(&self.table, error))?;
        Ok(preference)
    }
}
