//! `sluice mail` and `sluice push`: what the stack sent. AWS keeps no such thing, so these ask the engine.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::arguments::{Mail, Push};
use crate::output::{Output, Table, bold, brief, dim};

/// Runs `sluice mail`.
pub(crate) fn run(endpoint: &str, command: Mail, output: Output) -> Result<()> {
    match command {
        Mail::List { limit } => list(endpoint, limit, output),
        Mail::Show { id, raw } => show(endpoint, &id, raw, output),
        Mail::Empty { yes } => empty(endpoint, "mail", yes, output),
    }
}

/// Runs `sluice push`.
pub(crate) fn run_push(endpoint: &str, command: Push, output: Output) -> Result<()> {
    match command {
        Push::List { limit } => pushes(endpoint, limit, output),
        Push::Empty { yes } => empty(endpoint, "pushes", yes, output),
    }
}

fn list(endpoint: &str, limit: usize, output: Output) -> Result<()> {
    let answer: Value = serde_json::from_str(&get(endpoint, &format!("mail?limit={limit}"))?)?;
    output.print(&answer["messages"], |messages, out| {
        let mut table = Table::new(&["ID", "SENT", "TO", "SUBJECT", ""]);
        for message in messages.as_array().into_iter().flatten() {
            let to: Vec<_> = message["to"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let note = message["renderingFailure"].as_str().map_or_else(String::new, |_| "not rendered".to_owned());
            table.row([
                short(text(&message["messageId"])).to_owned(),
                text(&message["sentAt"]).to_owned(),
                to.join(", "),
                text(&message["subject"]).to_owned(),
                note,
            ]);
        }
        table.write(out, "no mail was sent")
    })?;
    Ok(())
}

fn show(endpoint: &str, id: &str, raw: bool, output: Output) -> Result<()> {
    if raw {
        let mime = get(endpoint, &format!("mail/{id}/raw"))?;
        output.print(&mime, |mime, out| out.write_all(mime.as_bytes()))?;
        return Ok(());
    }
    let message: Value = serde_json::from_str(&get(endpoint, &format!("mail/{id}"))?)?;
    output.print(&message, |message, out| {
        writeln!(out, "{}", bold(text(&message["subject"])))?;
        for (label, member) in
            [("from", "from"), ("to", "to"), ("cc", "cc"), ("bcc", "bcc"), ("sent", "sentAt"), ("template", "template")]
        {
            let value = match &message[member] {
                Value::Array(all) => all.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", "),
                other => text(other).to_owned(),
            };
            if !value.is_empty() {
                writeln!(out, "  {} {value}", dim(label))?;
            }
        }
        if let Some(failure) = message["renderingFailure"].as_str() {
            writeln!(out, "  {} {failure}", dim("not rendered"))?;
        }
        for file in message["attachments"].as_array().into_iter().flatten() {
            writeln!(out, "  {} {} ({} bytes)", dim("file"), text(&file["name"]), file["size"])?;
        }
        let body = message["text"].as_str().or_else(|| message["html"].as_str()).unwrap_or_default();
        writeln!(out, "\n{}", body.trim_end())
    })?;
    Ok(())
}

fn pushes(endpoint: &str, limit: usize, output: Output) -> Result<()> {
    let answer: Value = serde_json::from_str(&get(endpoint, &format!("pushes?limit={limit}"))?)?;
    output.print(&answer["pushes"], |pushes, out| {
        let mut table = Table::new(&["SENT", "PLATFORM", "APPLICATION", "TOKEN", "PAYLOAD"]);
        for push in pushes.as_array().into_iter().flatten() {
            table.row([
                text(&push["sentAt"]).to_owned(),
                text(&push["platform"]).to_owned(),
                text(&push["application"]).to_owned(),
                brief(text(&push["token"]), 16),
                brief(&push["payload"].to_string(), 100),
            ]);
        }
        table.write(out, "nothing was pushed")
    })?;
    Ok(())
}

fn empty(endpoint: &str, what: &str, yes: bool, output: Output) -> Result<()> {
    if !yes {
        bail!("this would forget everything that was sent; say --yes if you mean to");
    }
    let url = url(endpoint, what)?;
    let answer = ureq::delete(&url).call().with_context(|| unanswered(endpoint))?.body_mut().read_to_string()?;
    let answer: Value = serde_json::from_str(&answer)?;
    output.print(&answer, |answer, out| writeln!(out, "forgot {}", answer["deleted"]))?;
    Ok(())
}

fn get(endpoint: &str, path: &str) -> Result<String> {
    let url = url(endpoint, path)?;
    match ureq::get(&url).call() {
        Ok(mut answer) => Ok(answer.body_mut().read_to_string()?),
        Err(ureq::Error::StatusCode(404)) => {
            bail!("nothing that was sent has this id, or several begin so; `sluice mail list` lists what was sent")
        }
        Err(error) => Err(error).with_context(|| unanswered(endpoint)),
    }
}

fn url(endpoint: &str, path: &str) -> Result<String> {
    if endpoint == "aws" {
        bail!("AWS keeps no mail that was sent: name a sluice with --endpoint");
    }
    Ok(format!("{}/_sluice/{path}", endpoint.trim_end_matches('/')))
}

fn unanswered(endpoint: &str) -> String {
    format!("no mailbox answers at {endpoint}: start it with `sluice dev`, or name another --endpoint")
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

/// As much of a message's id as tells it from others: the moment, and the beginning of what is random.
fn short(id: &str) -> &str {
    id.get(..25).unwrap_or(id)
}
