//! The first page at the web address: what runs, and where to go from here.

use std::fmt::Write;

use serde_json::{Value, json};

use crate::HttpApis;

const STYLE: &str = "
:root { color-scheme: light dark; --line: #8884; --weak: #888; --link: #2f7ed8 }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 3rem auto; padding: 0 1.25rem }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1rem; margin: 0 0 .5rem }
p.lead { color: var(--weak); margin-top: .25rem }
a { color: var(--link) } code { font: .875em ui-monospace, monospace }
main { columns: 17rem; column-gap: 1rem; margin-top: 2rem }
section { break-inside: avoid; margin-bottom: 1rem; border: 1px solid var(--line); border-radius: .5rem; padding: 1rem 1.25rem }
ul { list-style: none; margin: 0; padding: 0 } li { padding: .1rem 0; overflow-wrap: anywhere }
small { color: var(--weak) } pre { overflow-x: auto; margin: 0 }
";

/// A gate in water, without a request of its own.
const ICON: &str = "<link rel=\"icon\" href=\"data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' \
     viewBox='0 0 16 16'%3E%3Cpath fill='%232f7ed8' d='M1 2h14v2H1zM3 4h2v8H3zM11 4h2v8h-2zM6 6h4v6H6zM0 13h16v2H0z'/%3E%3C/svg%3E\">";

/// A list on the page: its heading, the operation that lists, where the answer has the items, and their names.
struct List {
    heading: &'static str,
    service: &'static str,
    operation: &'static str,
    items: &'static str,
    name: &'static str,
    /// A member that is told beside the name.
    note: Option<&'static str>,
}

const LISTS: &[List] = &[
    List {
        heading: "State machines",
        service: "states",
        operation: "ListStateMachines",
        items: "stateMachines",
        name: "name",
        note: Some("type"),
    },
    List {
        heading: "Event buses",
        service: "events",
        operation: "ListEventBuses",
        items: "EventBuses",
        name: "Name",
        note: None,
    },
    List {
        heading: "Archives",
        service: "events",
        operation: "ListArchives",
        items: "Archives",
        name: "ArchiveName",
        note: Some("EventCount"),
    },
    List {
        heading: "Pipes",
        service: "pipes",
        operation: "ListPipes",
        items: "Pipes",
        name: "Name",
        note: Some("CurrentState"),
    },
    List { heading: "Queues", service: "sqs", operation: "ListQueues", items: "QueueUrls", name: "", note: None },
    List { heading: "Tables", service: "dynamodb", operation: "ListTables", items: "TableNames", name: "", note: None },
    List {
        heading: "Functions",
        service: "lambda",
        operation: "ListFunctions",
        items: "Functions",
        name: "FunctionName",
        note: Some("Runtime"),
    },
];

/// Which pages there are beside this one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Links {
    pub(super) graphiql: bool,
    pub(super) media: bool,
    pub(super) upload: bool,
}

/// The page. What a service doesn't tell is left out: it is a page for orientation.
pub(super) async fn page(apis: &HttpApis, pages: Links) -> String {
    let mut body = String::from("<p class=\"lead\">AWS's APIs and this stack's HTTP APIs, on one machine.</p><main>");
    body.push_str(&start(apis, pages));
    for (name, routes) in apis.listing() {
        body.push_str(&section(&format!("HTTP API {name}"), routes.iter().map(|route| code(route))));
    }
    for (comment, paths) in distributions(apis).await {
        body.push_str(&section(&format!("Distribution {comment}"), paths.iter().map(|path| code(path))));
    }
    for list in LISTS {
        let Ok(answer) = apis.platform.services.call(list.service, list.operation, json!({})).await else { continue };
        let items = answer[list.items].as_array().cloned().unwrap_or_default();
        if !items.is_empty() {
            body.push_str(&section(list.heading, items.iter().map(|item| line(list, item))));
        }
    }
    body.push_str("</main>");
    frame("sluice is running", &body)
}

/// What the distributions are for, by their comments, and the paths that they take at the web address.
async fn distributions(apis: &HttpApis) -> Vec<(String, Vec<String>)> {
    let answer = apis.platform.services.call("cloudfront", "ListDistributions", json!({})).await.unwrap_or_default();
    let items = |value: &Value| value["Items"].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let described = items(&answer["DistributionList"]).into_iter().map(|distribution| {
        let behaviours = items(&distribution["CacheBehaviors"]);
        let paths = behaviours.iter().map(|behaviour| format!("GET {}", text(&behaviour["PathPattern"])));
        (text(&distribution["Comment"]), paths.collect())
    });
    described.filter(|(_, paths): &(_, Vec<_>)| !paths.is_empty()).collect()
}

fn start(apis: &HttpApis, pages: Links) -> String {
    let mut links = Vec::new();
    if pages.graphiql {
        links.push("<a href=\"/graphql\">GraphiQL for todos</a> <small>queries and mutations</small>".to_owned());
    }
    if pages.media {
        links.push("<a href=\"/media/graphql\">GraphiQL for media</a> <small>uploads and variants</small>".to_owned());
    }
    if pages.upload {
        links.push("<a href=\"/upload\">Upload</a> <small>photos and videos, in every size</small>".to_owned());
    }
    if apis.platform.services.get("ses").is_some() {
        links.push("<a href=\"/_sluice/mailbox\">Mailbox</a> <small>mail and pushes that were sent</small>".to_owned());
    }
    links.push("<a href=\"/_sluice/health\">Health</a>".to_owned());
    for command in ["sluice executions list", "sluice events tail --bus NAME", "sluice archive list"] {
        links.push(code(command));
    }
    section("Start here", links.into_iter())
}

fn line(list: &List, item: &Value) -> String {
    let name = match item.as_str() {
        // A queue's URL ends in its name.
        Some(text) => text.rsplit('/').next().unwrap_or(text),
        None => item[list.name].as_str().unwrap_or_default(),
    };
    let note = match list.note.map(|note| &item[note]) {
        Some(Value::String(text)) => text.to_lowercase(),
        Some(Value::Number(number)) => format!("{number} events"),
        _ => String::new(),
    };
    format!("{} <small>{}</small>", code(name), escaped(&note))
}

fn section(heading: &str, lines: impl Iterator<Item = String>) -> String {
    let mut section = format!("<section><h2>{}</h2><ul>", escaped(heading));
    for line in lines {
        // A string takes all that is written to it.
        let _ = write!(section, "<li>{line}</li>");
    }
    section + "</ul></section>"
}

/// A page of ours around `body`.
pub(super) fn frame(title: &str, body: &str) -> String {
    format!(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title>{ICON}\
         <style>{STYLE}</style><h1>{title}</h1>{body}</html>"
    )
}

fn code(text: &str) -> String {
    format!("<code>{}</code>", escaped(text))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
