//! `sluice rules`.

use anyhow::Result;
use serde::Serialize;

use crate::arguments::Rules;
use crate::client::Client;
use crate::output::{Output, Table, brief, status};

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Listed {
    name: String,
    state: String,
    pattern: Option<String>,
    schedule: Option<String>,
    targets: Vec<String>,
}

/// Runs the command.
pub(crate) async fn run(client: &Client, command: Rules, output: Output) -> Result<()> {
    let Rules::List { bus } = command;
    let mut rules = Vec::new();
    let mut token = None;
    loop {
        let page = client.events.list_rules().event_bus_name(&bus).set_next_token(token).send().await;
        let page = page.map_err(|error| client.explain(error))?;
        for rule in page.rules() {
            let name = rule.name().unwrap_or_default();
            let targets = client.events.list_targets_by_rule().rule(name).event_bus_name(&bus).send().await;
            let targets = targets.map_err(|error| client.explain(error))?;
            rules.push(Listed {
                name: name.to_owned(),
                state: rule.state().map(|state| state.as_str().to_owned()).unwrap_or_default(),
                pattern: rule.event_pattern().map(str::to_owned),
                schedule: rule.schedule_expression().map(str::to_owned),
                targets: targets.targets().iter().map(|target| target.arn().to_owned()).collect(),
            });
        }
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break;
        }
    }
    output.print(&rules, |rules, out| {
        let mut table = Table::new(&["RULE", "STATE", "TARGETS", "MATCHES"]);
        for rule in rules {
            let targets = rule.targets.iter().map(|arn| arn.splitn(6, ':').last().unwrap_or(arn));
            let matches = rule.pattern.as_deref().or(rule.schedule.as_deref()).unwrap_or_default();
            table.row([
                rule.name.clone(),
                status(&rule.state),
                targets.collect::<Vec<_>>().join(", "),
                brief(matches, 80),
            ]);
        }
        table.write(out, "no rules")
    })?;
    Ok(())
}
