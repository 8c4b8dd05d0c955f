//! The service: the dispatch of operations.

use std::sync::Arc;

use ::service::{Api, Platform, Service, ServiceError};
use async_trait::async_trait;
use clock::Timestamp;
use rusqlite::Connection;
use serde_json::Value;

use crate::api::API;
use crate::mailbox::Mailbox;
use crate::operations::{account, configuration_sets, identities, send, suppression, tags, templates};
use crate::rows;

/// Amazon SES v2.
pub struct Ses {
    platform: Platform,
}

/// What an operation is given.
pub(crate) struct Call<'a> {
    pub(crate) connection: &'a Connection,
    pub(crate) input: Value,
    pub(crate) now: Timestamp,
    pub(crate) scope: &'a ::service::Scope,
}

type Operation = fn(Call<'_>) -> Result<Value, ServiceError>;

impl Ses {
    /// Opens the messages, identities and templates that the store holds.
    ///
    /// # Errors
    /// The store's.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("ses", rows::MIGRATIONS)?;
        Ok(Arc::new(Self { platform: platform.clone() }))
    }

    /// Everything that was sent.
    pub fn mailbox(&self) -> Mailbox {
        Mailbox { store: self.platform.store.clone() }
    }

    async fn write(&self, input: Value, operation: Operation) -> Result<Value, ServiceError> {
        let (now, scope) = (self.platform.clock.now(), self.platform.scope.clone());
        self.platform.store.write(move |connection| operation(Call { connection, input, now, scope: &scope })).await
    }

    async fn read(&self, input: Value, operation: Operation) -> Result<Value, ServiceError> {
        let (now, scope) = (self.platform.clock.now(), self.platform.scope.clone());
        self.platform.store.read(move |connection| operation(Call { connection, input, now, scope: &scope })).await
    }
}

#[async_trait]
impl Service for Ses {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CreateConfigurationSet" => self.write(input, configuration_sets::create).await,
            "CreateEmailIdentity" => self.write(input, identities::create).await,
            "CreateEmailTemplate" => self.write(input, templates::create).await,
            "DeleteConfigurationSet" => self.write(input, configuration_sets::delete).await,
            "DeleteEmailIdentity" => self.write(input, identities::delete).await,
            "DeleteEmailTemplate" => self.write(input, templates::delete).await,
            "DeleteSuppressedDestination" => self.write(input, suppression::delete).await,
            "GetAccount" => self.read(input, account::get).await,
            "GetConfigurationSet" => self.read(input, configuration_sets::get).await,
            "GetEmailIdentity" => self.read(input, identities::get).await,
            "GetEmailTemplate" => self.read(input, templates::get).await,
            "GetSuppressedDestination" => self.read(input, suppression::get).await,
            "ListConfigurationSets" => self.read(input, configuration_sets::list).await,
            "ListEmailIdentities" => self.read(input, identities::list).await,
            "ListEmailTemplates" => self.read(input, templates::list).await,
            "ListSuppressedDestinations" => self.read(input, suppression::list).await,
            "ListTagsForResource" => self.read(input, tags::list).await,
            "PutAccountSendingAttributes" => self.write(input, account::put_sending).await,
            "PutAccountSuppressionAttributes" => self.write(input, account::put_suppression).await,
            "PutConfigurationSetSendingOptions" => self.write(input, configuration_sets::put_sending).await,
            "PutSuppressedDestination" => self.write(input, suppression::put).await,
            "SendBulkEmail" => self.write(input, send::bulk).await,
            "SendEmail" => self.write(input, send::email).await,
            "TagResource" => self.write(input, tags::tag).await,
            "TestRenderEmailTemplate" => self.read(input, templates::test_render).await,
            "UntagResource" => self.write(input, tags::untag).await,
            "UpdateEmailTemplate" => self.write(input, templates::update).await,
            other if API.operations.not_built.contains(&other) => Err(ServiceError::not_built(API.name, other)),
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}
