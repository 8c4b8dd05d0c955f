//! Publishing to an endpoint.

use rusqlite::Connection;
use service::ServiceError;
use uuid::Uuid;

use super::application::platform_and_name;
use super::payload::payload;
use super::rows;
use super::sent::{Push, Pushes};
use crate::message::Draft;
use crate::{Sns, error};

impl Sns {
    /// Everything that was pushed.
    pub fn pushes(&self) -> Pushes {
        Pushes { store: self.platform.store.clone() }
    }

    /// Keeps what the endpoint's platform would have got of a message, under `id`.
    pub(crate) async fn push(&self, endpoint: &str, draft: &Draft, id: Uuid) -> Result<(), ServiceError> {
        let (arn, sent_at) = (endpoint.to_owned(), self.platform.clock.now().to_rfc3339_millis());
        let (message, structure) = (draft.message.clone().unwrap_or_default(), draft.message_structure.clone());
        let write = move |connection: &Connection| {
            let no_endpoint =
                || error::invalid_parameter("TargetArn Reason: No endpoint found for the target arn specified");
            let endpoint = rows::endpoint(connection, &arn)?.ok_or_else(no_endpoint)?;
            if !rows::application(connection, &endpoint.application)?.is_enabled() {
                return Err(ServiceError::client("PlatformApplicationDisabled", "Platform application is disabled"));
            }
            if !endpoint.is_enabled() {
                return Err(ServiceError::client("EndpointDisabled", "Endpoint is disabled"));
            }
            let (platform, application) = platform_and_name(&endpoint.application).ok_or_else(no_endpoint)?;
            let push = Push {
                message_id: id.to_string(),
                sent_at,
                payload: payload(&platform, &message, structure.as_deref())?,
                platform,
                application,
                token: endpoint.token().to_owned(),
                endpoint_arn: endpoint.arn,
            };
            rows::insert_push(connection, &push)
        };
        self.platform.store.write(write).await
    }
}
