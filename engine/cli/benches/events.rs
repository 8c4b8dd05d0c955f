//! The event engine over the wire: PutEvents with one rule and with a hundred, the way to a queue, replays, a window of a
//! large archive, and a pipe from a table to a state machine.
//!
//! `cargo bench --package sluice --bench events`; `-- --archived 10000000` for a larger archive, `-- --endpoint URL` drives
//! another engine with the parts that need nothing but EventBridge and SQS.
#![allow(clippy::unwrap_used, clippy::print_stdout, missing_docs)]

#[path = "../tests/support/mod.rs"]
mod support;
mod wire;

use std::thread;
use std::time::{Duration, Instant, SystemTime};

use serde_json::{Value, json};
use support::Sluice;
use wire::{Client, Load, member, milliseconds};

const SECONDS: Duration = Duration::from_secs(5);

/// Entries in a PutEvents: the most that AWS takes.
const ENTRIES: usize = 10;

/// How many events of the large archive have the same time, and so lie in one window.
const WINDOW: usize = 1_000;

const ACCOUNT: &str = "000000000000";

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let value = |name: &str| arguments.iter().position(|argument| argument == name).map(|at| arguments[at + 1].clone());
    println!("| what | measured |\n| --- | --- |");
    if let Some(endpoint) = value("--endpoint") {
        for rules in [1, 100] {
            put_events(&endpoint, rules);
        }
        return;
    }
    let archived = value("--archived").map_or(1_000_000, |number| number.parse().unwrap());
    let data = tempfile::tempdir().unwrap();
    let sluice = Sluice::serve(&["--data", data.path().to_str().unwrap()]);
    for rules in [1, 100] {
        put_events(&sluice.aws, rules);
    }
    pipe(&sluice.aws);
    replays(&sluice.aws, archived);
}

fn row(what: &str, measured: &str) {
    println!("| {what} | {measured} |");
}

fn name(kind: &str) -> String {
    format!("{kind}-{}", &uuid::Uuid::new_v4().simple().to_string()[..12])
}

/// A bus with rules of which each takes one `detail-type`, all to one queue; and the queue.
struct Bus {
    name: String,
    queue: Queue,
}

impl Bus {
    fn new(client: &mut Client, rules: usize) -> Self {
        let bus = Self { name: name("bus"), queue: Queue::new(client) };
        client.call("AWSEvents.CreateEventBus", &json!({"Name": bus.name}).to_string());
        for number in 0..rules {
            bus.rule(client, number, &bus.queue);
        }
        bus
    }

    fn rule(&self, client: &mut Client, number: usize, queue: &Queue) -> String {
        let kind = format!("t{number}");
        let pattern = json!({"source": ["bench"], "detail-type": [kind], "detail": {"k": [{"prefix": "a"}]}});
        let rule = json!({"Name": name("rule"), "EventBusName": self.name, "EventPattern": pattern.to_string()});
        let arn = member(client.call("AWSEvents.PutRule", &rule.to_string()), "RuleArn").to_owned();
        let targets =
            json!({"Rule": rule["Name"], "EventBusName": self.name, "Targets": [{"Id": "1", "Arn": queue.arn}]});
        client.call("AWSEvents.PutTargets", &targets.to_string());
        arn
    }

    fn archive(&self, client: &mut Client) -> String {
        let arn = format!("arn:aws:events:us-east-1:{ACCOUNT}:event-bus/{}", self.name);
        let create = json!({"ArchiveName": name("archive"), "EventSourceArn": arn}).to_string();
        member(client.call("AWSEvents.CreateArchive", &create), "ArchiveArn").to_owned()
    }

    /// A PutEvents of so many events for one rule; at `time` (seconds) where one is given.
    fn put(&self, rule: usize, entries: usize, time: Option<usize>) -> String {
        let entry = |number: usize| {
            let detail = json!({"k": "abc", "i": number}).to_string();
            let mut entry = json!({"Source": "bench", "DetailType": format!("t{rule}"), "Detail": detail, "EventBusName": self.name});
            if let Some(time) = time {
                entry["Time"] = time.into();
            }
            entry
        };
        json!({"Entries": (0..entries).map(entry).collect::<Vec<_>>()}).to_string()
    }

    /// Starts a replay of `[from, to]` to one rule, and gives its name.
    fn replay(&self, client: &mut Client, archive: &str, rule: &str, from: usize, to: usize) -> String {
        let replay = name("replay");
        let bus = format!("arn:aws:events:us-east-1:{ACCOUNT}:event-bus/{}", self.name);
        let start = json!({
            "ReplayName": replay, "EventSourceArn": archive, "EventStartTime": from, "EventEndTime": to,
            "Destination": {"Arn": bus, "FilterArns": [rule]},
        });
        client.call("AWSEvents.StartReplay", &start.to_string());
        replay
    }
}

struct Queue {
    url: String,
    arn: String,
}

impl Queue {
    fn new(client: &mut Client) -> Self {
        let queue = name("queue");
        let created = client.call("AmazonSQS.CreateQueue", &json!({"QueueName": queue}).to_string());
        Self { url: member(created, "QueueUrl").to_owned(), arn: format!("arn:aws:sqs:us-east-1:{ACCOUNT}:{queue}") }
    }

    /// How many messages wait.
    fn waiting(&self, client: &mut Client) -> usize {
        let asked = json!({"QueueUrl": self.url, "AttributeNames": ["ApproximateNumberOfMessages"]}).to_string();
        member(client.call("AmazonSQS.GetQueueAttributes", &asked), "ApproximateNumberOfMessages").parse().unwrap()
    }

    /// Waits until so many messages wait.
    fn filled(&self, client: &mut Client, messages: usize) {
        while self.waiting(client) < messages {
            thread::sleep(Duration::from_millis(5));
        }
    }

    /// Receives one message, asking again and again, and deletes it; when it was received.
    fn take(&self, client: &mut Client) -> Instant {
        let receive = json!({"QueueUrl": self.url, "MaxNumberOfMessages": 1}).to_string();
        loop {
            let answer = client.call("AmazonSQS.ReceiveMessage", &receive);
            if answer.contains("\"ReceiptHandle\"") {
                let received = Instant::now();
                let delete =
                    json!({"QueueUrl": self.url, "ReceiptHandle": member(answer, "ReceiptHandle")}).to_string();
                client.call("AmazonSQS.DeleteMessage", &delete);
                return received;
            }
        }
    }

    fn purge(&self, client: &mut Client) {
        client.call("AmazonSQS.PurgeQueue", &json!({"QueueUrl": self.url}).to_string());
    }
}

/// PutEvents by eight clients with so many rules, one of which matches; then the way of single events to the queue.
fn put_events(endpoint: &str, rules: usize) {
    let mut client = Client::new(endpoint);
    let bus = Bus::new(&mut client, rules);
    bus.archive(&mut client);
    let one = bus.put(rules - 1, 1, None);
    let mut times: Vec<Duration> = (0..200)
        .map(|_| {
            let begun = Instant::now();
            client.call("AWSEvents.PutEvents", &one);
            bus.queue.take(&mut client).duration_since(begun)
        })
        .collect();
    times.sort();
    row(
        &format!("PutEvents of one event until SQS gave it, {rules} rule(s)"),
        &format!("p50 {}, p99 {}", milliseconds(times[100]), milliseconds(times[198])),
    );
    let many = bus.put(rules - 1, ENTRIES, None);
    let begun = Instant::now();
    let load = Load::run(endpoint, 8, SECONDS, |mut client| {
        let many = &many;
        move |_| {
            client.call("AWSEvents.PutEvents", many);
        }
    });
    let sent = load.done * ENTRIES;
    bus.queue.filled(&mut client, sent);
    row(
        &format!("PutEvents, {ENTRIES} events each, 8 clients, {rules} rule(s), archive, to SQS"),
        &format!(
            "{:.0} events/s, p50 {}, p99 {}; {:.0}/s until all are in the queue",
            load.rate() * ENTRIES as f64,
            milliseconds(load.percentile(50)),
            milliseconds(load.percentile(99)),
            sent as f64 / begun.elapsed().as_secs_f64(),
        ),
    );
    bus.queue.purge(&mut client);
}

/// Fills an archive, replays a part of it, and then single windows.
fn replays(endpoint: &str, archived: usize) {
    let mut client = Client::new(endpoint);
    let bus = Bus::new(&mut client, 0);
    let archive = bus.archive(&mut client);
    let first = 1_700_000_000;
    let begun = Instant::now();
    thread::scope(|scope| {
        for number in 0..8 {
            let bus = &bus;
            scope.spawn(move || {
                let mut client = Client::new(endpoint);
                for put in (number..archived / ENTRIES).step_by(8) {
                    let body = bus.put(0, ENTRIES, Some(first + put * ENTRIES / WINDOW));
                    client.call("AWSEvents.PutEvents", &body);
                }
            });
        }
    });
    let rate = archived as f64 / begun.elapsed().as_secs_f64();
    row(&format!("{archived} events put into an archive, 8 clients, no rule"), &format!("{rate:.0} events/s"));

    let windows = archived / WINDOW;
    let queue = Queue::new(&mut client);
    let rule = bus.rule(&mut client, 0, &queue);
    let mut times: Vec<Duration> = (0..15)
        .map(|number| {
            let at = first + windows * (2 * number + 1) / 30;
            let begun = Instant::now();
            bus.replay(&mut client, &archive, &rule, at, at + 1);
            let received = queue.take(&mut client);
            thread::sleep(Duration::from_millis(200));
            received.duration_since(begun)
        })
        .collect();
    times.sort();
    let measured = format!("p50 {}, longest {}", milliseconds(times[7]), milliseconds(times[14]));
    row(&format!("StartReplay of a window among {archived} archived events until SQS gave its first"), &measured);

    let replayed = archived.min(500_000);
    let queue = Queue::new(&mut client);
    let rule = bus.rule(&mut client, 0, &queue);
    let begun = Instant::now();
    let replay = bus.replay(&mut client, &archive, &rule, first, first + replayed / WINDOW - 1);
    while !client.call("AWSEvents.DescribeReplay", &json!({"ReplayName": replay}).to_string()).contains("COMPLETED") {
        thread::sleep(Duration::from_millis(5));
    }
    queue.filled(&mut client, replayed);
    let rate = replayed as f64 / begun.elapsed().as_secs_f64();
    row(
        &format!("replay of {replayed} events into one rule until all are in its queue"),
        &format!("{rate:.0} events/s"),
    );
}

fn now_milliseconds() -> u128 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().as_millis()
}

/// Items put one by one into a table whose stream a pipe reads; its state machine knows when it was started.
fn pipe(endpoint: &str) {
    const ITEMS: usize = 200;
    let mut client = Client::new(endpoint);
    let table = json!({
        "TableName": "piped", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    });
    let stream = member(client.call("DynamoDB_20120810.CreateTable", &table.to_string()), "LatestStreamArn").to_owned();
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}).to_string();
    let role = format!("arn:aws:iam::{ACCOUNT}:role/any");
    let machine = json!({"name": "piped", "definition": definition, "roleArn": role}).to_string();
    let machine = member(client.call("AWSStepFunctions.CreateStateMachine", &machine), "stateMachineArn").to_owned();
    let pipe = json!({
        "Source": stream, "Target": machine, "RoleArn": role,
        "SourceParameters": {"DynamoDBStreamParameters": {"StartingPosition": "TRIM_HORIZON", "BatchSize": 1}},
        "TargetParameters": {"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}},
    });
    client.post("/v1/pipes/piped", "pipes", &pipe.to_string());
    let list = json!({"stateMachineArn": machine, "maxResults": 1000}).to_string();
    let started = |client: &mut Client, least: usize| loop {
        let answer: Value = serde_json::from_str(client.call("AWSStepFunctions.ListExecutions", &list)).unwrap();
        let executions = answer["executions"].as_array().unwrap().clone();
        if executions.len() >= least {
            return executions;
        }
        thread::sleep(Duration::from_millis(20));
    };
    for number in 0..ITEMS {
        let item = json!({"id": {"S": number.to_string()}, "sent": {"S": now_milliseconds().to_string()}});
        client.call("DynamoDB_20120810.PutItem", &json!({"TableName": "piped", "Item": item}).to_string());
        if number == 0 {
            // The pipe runs from here on.
            started(&mut client, 1);
        }
        thread::sleep(Duration::from_millis(10));
    }
    let mut times: Vec<f64> = started(&mut client, ITEMS)
        .iter()
        .map(|execution| {
            let describe = json!({"executionArn": execution["executionArn"]}).to_string();
            let answer: Value =
                serde_json::from_str(client.call("AWSStepFunctions.DescribeExecution", &describe)).unwrap();
            let input: Value = serde_json::from_str(answer["input"].as_str().unwrap()).unwrap();
            let image = &input[0]["dynamodb"]["NewImage"];
            let sent: f64 = image["sent"]["S"].as_str().unwrap().parse().unwrap();
            answer["startDate"].as_f64().unwrap() * 1000.0 - sent
        })
        .collect();
    times.sort_by(f64::total_cmp);
    row(
        "PutItem until the pipe of the table's stream had started an execution",
        &format!("p50 {:.1} ms, p99 {:.1} ms", times[ITEMS / 2], times[ITEMS * 99 / 100]),
    );
}
