//! `sluice archive`.

use anyhow::Result;
use serde::Serialize;

use crate::arguments::Archive;
use crate::client::{Client, timestamp};
use crate::output::{Output, Table, status};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    state: String,
    events: i64,
    bytes: i64,
    retention_days: Option<i32>,
    bus_arn: String,
    created: Option<String>,
}

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Archive, output: Output) -> Result<()> {
    let Archive::List = command;
    let mut archives = Vec::new();
    let mut token = None;
    loop {
        let page =
            client.events.list_archives().set_next_token(token).send().await.map_err(|error| client.explain(error))?;
        archives.extend(page.archives().iter().map(|archive| Listed {
            name: archive.archive_name().unwrap_or_default().to_owned(),
            state: archive.state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
            events: archive.event_count(),
            bytes: archive.size_bytes(),
            retention_days: archive.retention_days().filter(|days| *days > 0),
            bus_arn: archive.event_source_arn().unwrap_or_default().to_owned(),
            created: archive.creation_time().map(|moment| timestamp(moment).to_rfc3339_seconds()),
        }));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    output.print(&archives, |archives, out| {
        let mut table = Table::new(&["ARCHIVE", "STATE", "EVENTS", "BYTES", "KEEPS", "BUS"]);
        for archive in archives {
            table.row([
                archive.name.clone(),
                status(&archive.state),
                archive.events.to_string(),
                archive.bytes.to_string(),
                archive.retention_days.map_or_else(|| "for ever".to_owned(), |days| format!("{days} d")),
                archive.bus_arn.rsplit('/').next().unwrap_or_default().to_owned(),
            ]);
        }
        table.write(out, "no archives")
    })?;
    Ok(())
}
