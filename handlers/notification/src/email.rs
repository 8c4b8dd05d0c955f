//! E-mail through SES, by template.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, Template};
use function::{Context, MissingSetting};

use crate::domain::{Happening, Notice, template_data};
use crate::error::NotificationError;

/// Sends e-mail.
#[derive(Clone, Debug)]
pub(crate) struct Email {
    client: Client,
    sender: String,
    /// Who is written to for an owner that gave no address.
    fallback: String,
    reminder_due: String,
    upload_ready: String,
    upload_rejected: String,
}

impl Email {
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let settings = &context.settings;
        Ok(Self {
            client: Client::new(&context.aws),
            sender: settings.require("SENDER_ADDRESS")?,
            fallback: settings.require("FALLBACK_RECIPIENT")?,
            reminder_due: settings.require("REMINDER_DUE_TEMPLATE")?,
            upload_ready: settings.require("UPLOAD_READY_TEMPLATE")?,
            upload_rejected: settings.require("UPLOAD_REJECTED_TEMPLATE")?,
        })
    }

    /// Sends a notice; the message's id.
    pub(crate) async fn send(&self, notice: &Notice, address: Option<&str>) -> Result<String, NotificationError> {
        let template = match notice.happening {
            Happening::ReminderDue { .. } => &self.reminder_due,
            Happening::MediaProcessed { .. } => &self.upload_ready,
            Happening::MediaRejected { .. } => &self.upload_rejected,
        };
        let template = Template::builder().template_name(template).template_data(template_data(notice).to_string());
        let tag = MessageTag::builder().name("event").value(&notice.event_id).build();
        let send = self
            .client
            .send_email()
            .from_email_address(&self.sender)
            .destination(Destination::builder().to_addresses(address.unwrap_or(&self.fallback)).build())
            .content(EmailContent::builder().template(template.build()).build())
            .set_email_tags(tag.ok().map(|tag| vec![tag]));
        let sent = send.send().await.map_err(|error| NotificationError::sending("SES", error))?;
        Ok(sent.message_id().unwrap_or_default().to_owned())
    }
}
