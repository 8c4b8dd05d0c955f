//! A notice in words: data for the e-mail's template, and the payload of a push.

use serde_json::{Value, json};

use super::Notice;
use super::notice::Happening;

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wording {
    /// A line.
    pub title: String,
    /// A sentence.
    pub body: String,
}

impl Wording {
    /// The words for a notice.
    pub fn of(notice: &Notice) -> Self {
        match &notice.happening {
            Happening::ReminderDue { title, .. } => {
                Self { title: format!("Due now: {title}"), body: format!("{title} is due.") }
            }
            Happening::MediaProcessed { file_name } => {
                Self { title: format!("{file_name} is ready"), body: "Every size of it can be used now.".to_owned() }
            }
            Happening::MediaRejected { file_name, reason } => {
                Self { title: format!("{file_name} was not accepted"), body: reason.clone() }
            }
        }
    }

    /// The message for a device of any platform, as SNS takes it with `MessageStructure: json`.
    ///
    /// <https://docs.aws.amazon.com/sns/latest/dg/sns-send-custom-platform-specific-payloads-mobile-devices.html>
    pub fn push_message(&self, notice: &Notice) -> Value {
        let apns = json!({
            "aps": {"alert": {"title": self.title, "body": self.body}, "sound": "default"},
            "eventId": notice.event_id,
        });
        let fcm = json!({
            "notification": {"title": self.title, "body": self.body},
            "data": {"eventId": notice.event_id},
        });
        json!({
            "default": self.title,
            "APNS": apns.to_string(),
            "APNS_SANDBOX": apns.to_string(),
            "GCM": fcm.to_string(),
        })
    }
}

/// The data for the template of an e-mail. SES escapes nothing, so what goes into HTML comes escaped, under a name that
/// says so.
pub(crate) fn template_data(notice: &Notice) -> Value {
    match &notice.happening {
        Happening::ReminderDue { title, due_at } => json!({
            "title": one_line(title), "titleHtml": escaped(title), "dueAt": readable(&due_at.to_string()),
        }),
        Happening::MediaProcessed { file_name } => {
            json!({"fileName": one_line(file_name), "fileNameHtml": escaped(file_name)})
        }
        Happening::MediaRejected { file_name, reason } => json!({
            "fileName": one_line(file_name), "fileNameHtml": escaped(file_name),
            "reason": reason, "reasonHtml": escaped(reason),
        }),
    }
}

/// Subjects have one line.
fn one_line(text: &str) -> String {
    text.split(char::is_control).collect::<Vec<_>>().join(" ")
}

/// `2026-11-22 07:30 UTC`
fn readable(moment: &str) -> String {
    moment.get(..16).map_or_else(|| moment.to_owned(), |cut| cut.replace('T', " ") + " UTC")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use events::Timestamp;

    use super::*;

    fn reminder(title: &str) -> Notice {
        let moment: Timestamp = "2026-11-22T07:30:00.000Z".parse().expect("a moment");
        Notice {
            event_id: "e1".to_owned(),
            occurred_at: moment,
            owner: "ann".to_owned(),
            happening: Happening::ReminderDue { title: title.to_owned(), due_at: moment },
        }
    }

    #[test]
    fn what_goes_into_html_is_escaped() {
        assert_eq!(
            template_data(&reminder("<b>milk</b>\n& bread")),
            json!({
                "title": "<b>milk</b> & bread",
                "titleHtml": "&lt;b&gt;milk&lt;/b&gt;\n&amp; bread",
                "dueAt": "2026-11-22 07:30 UTC",
            })
        );
    }

    #[test]
    fn each_platform_has_its_own_payload() {
        let notice = reminder("milk");
        let message = Wording::of(&notice).push_message(&notice);
        let part = |platform: &str| -> Value {
            serde_json::from_str(message[platform].as_str().expect("a text")).expect("JSON")
        };
        assert_eq!(message["default"], "Due now: milk");
        assert_eq!(part("APNS")["aps"]["alert"], json!({"title": "Due now: milk", "body": "milk is due."}));
        assert_eq!(part("GCM")["notification"], json!({"title": "Due now: milk", "body": "milk is due."}));
        assert_eq!(part("GCM")["data"], json!({"eventId": "e1"}));
    }
}
