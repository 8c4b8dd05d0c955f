//! `kill -9` while events are delivered, replayed and piped: none is lost, a shard's order is kept, nothing comes twice but
//! where a target is promised no more than at least once, and consumers are exact. `SLUICE_KILLS` sets the number of kills,
//! `SLUICE_SEED` repeats the moments of a run.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use support::storm::{Dice, agent, ask, call, number};
use support::{PATIENCE, Sluice};

fn kills() -> u64 {
    number("SLUICE_KILLS").unwrap_or(10)
}

fn serve(data: &Path) -> Sluice {
    Sluice::serve(&["--data", data.to_str().unwrap()])
}

/// Kills the engine somewhere in the next milliseconds, while `work` goes on beside; and starts it again.
fn kill_within(sluice: Sluice, millis: u64, dice: &mut Dice, data: &Path, work: impl FnOnce(&str) + Send) -> Sluice {
    let moment = Duration::from_micros(dice.roll(millis * 1000));
    let aws = sluice.aws.clone();
    thread::scope(|scope| {
        let begun = Instant::now();
        scope.spawn(move || work(&aws));
        while let Some(left) = moment.checked_sub(begun.elapsed()) {
            thread::park_timeout(left);
        }
        sluice.kill();
    });
    serve(data)
}

fn arn(service: &str, resource: &str) -> String {
    format!("arn:aws:{service}:us-east-1:000000000000:{resource}")
}

fn queue(sluice: &Sluice, name: &str) -> Value {
    let mut attributes = json!({"VisibilityTimeout": "600"});
    if name.ends_with(".fifo") {
        attributes["FifoQueue"] = json!("true");
        attributes["ContentBasedDeduplication"] = json!("true");
    }
    ask(sluice, "AmazonSQS.CreateQueue", &json!({"QueueName": name, "Attributes": attributes}))["QueueUrl"].clone()
}

fn machine(sluice: &Sluice, name: &str) -> String {
    let definition = json!({"StartAt": "P", "States": {"P": {"Type": "Pass", "End": true}}}).to_string();
    let role = arn("iam", "role/test");
    let create = json!({"name": name, "definition": definition, "roleArn": role});
    ask(sluice, "AWSStepFunctions.CreateStateMachine", &create)["stateMachineArn"].as_str().unwrap().to_owned()
}

fn rule(sluice: &Sluice, name: &str, pattern: &Value, targets: &Value) {
    ask(sluice, "AWSEvents.PutRule", &json!({"Name": name, "EventPattern": pattern.to_string()}));
    ask(sluice, "AWSEvents.PutTargets", &json!({"Rule": name, "Targets": targets}));
}

/// An archive of what the storm sends; machines tell the default bus of their executions too.
fn archive(sluice: &Sluice) -> String {
    let pattern = json!({"source": ["storm"]}).to_string();
    let bus = arn("events", "event-bus/default");
    let create = json!({"ArchiveName": "all", "EventSourceArn": bus, "EventPattern": pattern});
    ask(sluice, "AWSEvents.CreateArchive", &create)["ArchiveArn"].as_str().unwrap().to_owned()
}

/// Takes bodies out of a queue, as JSON and in order, until `enough` of them are there and the queue is empty.
fn drain(sluice: &Sluice, queue: &Value, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let (mut bodies, begun) = (Vec::new(), Instant::now());
    loop {
        let receive = json!({"QueueUrl": queue, "MaxNumberOfMessages": 10});
        let received = ask(sluice, "AmazonSQS.ReceiveMessage", &receive)["Messages"].take();
        let received = received.as_array().cloned().unwrap_or_default();
        if received.is_empty() && enough(&bodies) {
            return bodies;
        }
        assert!(!received.is_empty() || begun.elapsed() < PATIENCE, "{} arrived, others did not", bodies.len());
        let mut entries = Vec::new();
        for message in &received {
            bodies.push(serde_json::from_str(message["Body"].as_str().unwrap()).unwrap());
            entries.push(json!({"Id": entries.len().to_string(), "ReceiptHandle": message["ReceiptHandle"]}));
        }
        if !entries.is_empty() {
            ask(sluice, "AmazonSQS.DeleteMessageBatch", &json!({"QueueUrl": queue, "Entries": entries}));
        }
    }
}

/// The inputs of a machine's executions, once there are `enough`.
fn inputs(sluice: &Sluice, machine: &str, enough: impl Fn(&[Value]) -> bool) -> Vec<Value> {
    let (mut known, begun) = (BTreeMap::new(), Instant::now());
    loop {
        let mut token = Value::Null;
        loop {
            let list = json!({"stateMachineArn": machine, "maxResults": 1000, "nextToken": token});
            let mut page = ask(sluice, "AWSStepFunctions.ListExecutions", &list);
            for execution in page["executions"].as_array().unwrap() {
                let arn = execution["executionArn"].as_str().unwrap();
                known.entry(arn.to_owned()).or_insert_with(|| {
                    let described = ask(sluice, "AWSStepFunctions.DescribeExecution", &json!({"executionArn": arn}));
                    serde_json::from_str::<Value>(described["input"].as_str().unwrap()).unwrap()
                });
            }
            token = page["nextToken"].take();
            if token.is_null() {
                break;
            }
        }
        let inputs: Vec<Value> = known.values().cloned().collect();
        if enough(&inputs) {
            return inputs;
        }
        assert!(begun.elapsed() < PATIENCE, "{} executions were started, others were not", inputs.len());
    }
}

fn ids(events: &[Value]) -> BTreeSet<String> {
    events.iter().map(|event| event["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn accepted_events_reach_every_target_through_kills() {
    let (data, mut dice) = (tempfile::tempdir().unwrap(), Dice::new());
    let mut sluice = serve(data.path());
    let (plain, ordered) = (queue(&sluice, "plain"), queue(&sluice, "ordered.fifo"));
    let machine = machine(&sluice, "machine");
    archive(&sluice);
    let targets = json!([
        {"Id": "plain", "Arn": arn("sqs", "plain")},
        {"Id": "ordered", "Arn": arn("sqs", "ordered.fifo"), "SqsParameters": {"MessageGroupId": "g"}},
        {"Id": "machine", "Arn": machine, "RoleArn": arn("iam", "role/test")},
    ]);
    rule(&sluice, "storm", &json!({"source": ["storm"]}), &targets);
    let accepted = Mutex::new(BTreeSet::new());
    for round in 0..kills() {
        let accepted = &accepted;
        sluice = kill_within(sluice, 250, &mut dice, data.path(), move |aws| {
            thread::scope(|scope| {
                for _ in 0..3 {
                    scope.spawn(move || {
                        let agent = agent();
                        for put in 0..8 {
                            let detail = json!({"round": round, "put": put}).to_string();
                            let entry = json!({"Source": "storm", "DetailType": "t", "Detail": detail});
                            let entries = json!({"Entries": vec![entry; 4]});
                            let Some((200, answer)) = call(&agent, aws, "AWSEvents.PutEvents", &entries) else {
                                return;
                            };
                            let ids = answer["Entries"].as_array().unwrap().iter();
                            let ids = ids.map(|entry| entry["EventId"].as_str().unwrap().to_owned());
                            accepted.lock().unwrap().extend(ids);
                        }
                    });
                }
            });
        });
    }
    let accepted = accepted.into_inner().unwrap();
    let all = |events: &[Value]| accepted.is_subset(&ids(events));
    let in_plain = drain(&sluice, &plain, all);
    let arrived = ids(&in_plain);
    assert_eq!(in_plain.len(), arrived.len(), "a message is written with its event, once");
    let in_ordered = drain(&sluice, &ordered, |events| arrived.is_subset(&ids(events)));
    assert_eq!((ids(&in_ordered), in_ordered.len()), (arrived.clone(), arrived.len()), "the queue drops repeats");
    let started = inputs(&sluice, &machine, |events| arrived.is_subset(&ids(events)));
    assert_eq!((ids(&started), started.len()), (arrived.clone(), arrived.len()), "an execution is named by its event");
    let archive = ask(&sluice, "AWSEvents.DescribeArchive", &json!({"ArchiveName": "all"}));
    assert_eq!(archive["EventCount"], arrived.len(), "what is archived is what was sent");
    println!("{} kills, {} events accepted, {} events there are", kills(), accepted.len(), arrived.len());
}

#[test]
fn replays_go_on_through_kills_and_send_each_event_once() {
    const EVENTS: usize = 3_000;
    let (data, mut dice) = (tempfile::tempdir().unwrap(), Dice::new());
    let mut sluice = serve(data.path());
    let archive = archive(&sluice);
    let first = 1_700_000_000;
    let mut archived = BTreeSet::new();
    for put in 0..EVENTS / 10 {
        let entry = |number: usize| {
            let detail = json!({"tenth": number == 0}).to_string();
            json!({"Source": "storm", "DetailType": "t", "Detail": detail, "Time": first + put})
        };
        let entries = json!({"Entries": (0..10).map(entry).collect::<Vec<_>>()});
        let answer = ask(&sluice, "AWSEvents.PutEvents", &entries);
        let answered = answer["Entries"].as_array().unwrap().iter();
        archived.extend(answered.map(|entry| entry["EventId"].as_str().unwrap().to_owned()));
    }
    let (plain, machine) = (queue(&sluice, "plain"), machine(&sluice, "machine"));
    rule(&sluice, "all", &json!({"source": ["storm"]}), &json!([{"Id": "q", "Arn": arn("sqs", "plain")}]));
    let tenth = json!({"detail": {"tenth": [true]}});
    rule(&sluice, "tenth", &tenth, &json!([{"Id": "m", "Arn": machine, "RoleArn": arn("iam", "role/test")}]));
    let replays = kills().min(3);
    for number in 0..kills() {
        if number < replays {
            let start = json!({
                "ReplayName": format!("replay-{number}"), "EventSourceArn": archive,
                "EventStartTime": first, "EventEndTime": first + EVENTS,
                "Destination": {"Arn": arn("events", "event-bus/default")},
            });
            ask(&sluice, "AWSEvents.StartReplay", &start);
        }
        sluice = kill_within(sluice, 120, &mut dice, data.path(), |_| ());
    }
    let begun = Instant::now();
    for number in 0..replays {
        let describe = json!({"ReplayName": format!("replay-{number}")});
        while ask(&sluice, "AWSEvents.DescribeReplay", &describe)["State"] != "COMPLETED" {
            assert!(begun.elapsed() < PATIENCE, "a replay does not go on");
        }
    }
    let all = EVENTS * usize::try_from(replays).unwrap();
    let received = drain(&sluice, &plain, |events| events.len() >= all);
    assert_eq!(received.len(), all);
    for number in 0..replays {
        let name = format!("replay-{number}");
        let of_replay: Vec<Value> = received.iter().filter(|event| event["replay-name"] == *name).cloned().collect();
        assert_eq!((of_replay.len(), ids(&of_replay)), (EVENTS, archived.clone()), "{name}");
        let times: Vec<&str> = of_replay.iter().map(|event| &event["time"].as_str().unwrap()[..16]).collect();
        assert!(times.is_sorted(), "{name}: minute by minute");
    }
    let started = inputs(&sluice, &machine, |events| events.len() >= all / 10);
    let distinct: BTreeSet<_> =
        started.iter().map(|event| (event["id"].to_string(), event["replay-name"].to_string())).collect();
    assert_eq!((started.len(), distinct.len()), (all / 10, all / 10), "an execution for each event and replay");
}

#[test]
fn pipes_keep_each_keys_order_through_kills() {
    let (data, mut dice) = (tempfile::tempdir().unwrap(), Dice::new());
    let mut sluice = serve(data.path());
    let table = json!({
        "TableName": "items", "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "StreamSpecification": {"StreamEnabled": true, "StreamViewType": "NEW_IMAGE"},
    });
    let stream = ask(&sluice, "DynamoDB_20120810.CreateTable", &table)["TableDescription"]["LatestStreamArn"].clone();
    let (ordered, machine) = (queue(&sluice, "ordered.fifo"), machine(&sluice, "machine"));
    let pipe = |name: &str, target: &str, batch: u32, lanes: u32, parameters: Value| {
        let source = json!({"StartingPosition": "TRIM_HORIZON", "BatchSize": batch, "ParallelizationFactor": lanes});
        let answer = sluice.aws_post(
            &format!("/v1/pipes/{name}"),
            &json!({
                "Source": stream, "Target": target, "RoleArn": arn("iam", "role/test"),
                "SourceParameters": {"DynamoDBStreamParameters": source}, "TargetParameters": parameters,
            }),
        );
        assert_eq!(answer["Name"], name, "{answer}");
    };
    let fifo = json!({"MessageGroupId": "$.dynamodb.Keys.id.S", "MessageDeduplicationId": "$.eventID"});
    pipe("to-queue", &arn("sqs", "ordered.fifo"), 10, 3, json!({"SqsQueueParameters": fifo}));
    let start = json!({"StepFunctionStateMachineParameters": {"InvocationType": "FIRE_AND_FORGET"}});
    pipe("to-machine", &machine, 5, 1, start);

    let written: Mutex<BTreeSet<(String, u64)>> = Mutex::default();
    for round in 0..kills() {
        let written = &written;
        sluice = kill_within(sluice, 250, &mut dice, data.path(), move |aws| {
            thread::scope(|scope| {
                for key in ["a", "b", "c", "d"] {
                    scope.spawn(move || {
                        let agent = agent();
                        for version in round * 20..round * 20 + 12 {
                            let item = json!({"id": {"S": key}, "version": {"N": version.to_string()}});
                            let put = json!({"TableName": "items", "Item": item});
                            let Some((200, _)) = call(&agent, aws, "DynamoDB_20120810.PutItem", &put) else { return };
                            written.lock().unwrap().insert((key.to_owned(), version));
                        }
                    });
                }
            });
        });
    }
    let written = written.into_inner().unwrap();
    let version = |record: &Value| {
        let image = &record["dynamodb"]["NewImage"];
        (image["id"]["S"].as_str().unwrap().to_owned(), image["version"]["N"].as_str().unwrap().parse::<u64>().unwrap())
    };
    let versions = |records: &[Value]| records.iter().map(version).collect::<Vec<_>>();
    let all = |records: &[Value]| written.is_subset(&versions(records).into_iter().collect());
    let queued = versions(&drain(&sluice, &ordered, all));
    for key in ["a", "b", "c", "d"] {
        let of_key: Vec<u64> = queued.iter().filter(|(id, _)| id == key).map(|(_, version)| *version).collect();
        assert!(
            of_key.is_sorted_by(|one, next| one < next),
            "{key}: order is kept and repeats are dropped: {of_key:?}"
        );
    }
    let batches = inputs(&sluice, &machine, |batches| {
        all(&batches.iter().flat_map(|batch| batch.as_array().unwrap().clone()).collect::<Vec<_>>())
    });
    for batch in &batches {
        let numbers =
            batch.as_array().unwrap().iter().map(|record| record["dynamodb"]["SequenceNumber"].as_str().unwrap());
        let numbers: Vec<u128> = numbers.map(|number| number.parse().unwrap()).collect();
        assert!(numbers.is_sorted_by(|one, next| one < next), "a batch is in the stream's order");
    }
    println!("{} kills, {} records, {} batches", kills(), queued.len(), batches.len());
}

/// The counter of `todo.created`, over all hours; and how many todos there are.
fn counted(sluice: &Sluice) -> (u64, u64) {
    let scan = |table: &str| {
        ask(sluice, "DynamoDB_20120810.Scan", &json!({"TableName": table, "ConsistentRead": true}))["Items"].clone()
    };
    let counters = scan("analytics");
    let of_created = counters.as_array().unwrap().iter().filter(|item| item["pk"]["S"] == "COUNT#todo.created");
    let count = of_created.map(|item| item["count"]["N"].as_str().map_or(0, |count| count.parse().unwrap())).sum();
    (count, scan("todos").as_array().unwrap().len() as u64)
}

#[test]
fn a_consumer_counts_exactly_through_kills_of_everything_before_it() {
    const TODOS: u64 = 4;
    let (data, mut dice) = (tempfile::tempdir().unwrap(), Dice::new());
    let rounds = kills().min(6);
    let dev = || Sluice::dev_at(data.path());
    let mut sluice = dev();
    let create = |web: &str, key: u64| {
        let query = format!(
            "mutation {{ createTodo(input: {{ title: \"{key}\", idempotencyKey: \"key-{key}\" }}) {{ todo {{ id }} }} }}"
        );
        let post = agent().post(format!("{web}/graphql")).header("content-type", "application/json");
        let answer: Option<Value> = post
            .send(json!({"query": query}).to_string())
            .ok()
            .and_then(|mut answer| answer.body_mut().read_json().ok());
        answer.is_some_and(|answer| answer["data"]["createTodo"]["todo"]["id"].is_string())
    };
    for round in 0..rounds {
        let moment = Duration::from_micros(dice.roll(200_000));
        let web = sluice.web.clone();
        thread::scope(|scope| {
            let begun = Instant::now();
            scope.spawn(move || (0..TODOS).all(|number| create(&web, round * TODOS + number)));
            while let Some(left) = moment.checked_sub(begun.elapsed()) {
                thread::park_timeout(left);
            }
            sluice.kill();
        });
        sluice = dev();
    }
    let todos = rounds * TODOS;
    let begun = Instant::now();
    for key in 0..todos {
        // Whether the first request was done or not: its key makes it happen once.
        while !create(&sluice.web, key) {
            assert!(begun.elapsed() < PATIENCE, "todo {key} is not created");
        }
    }
    let settled = |sluice: &Sluice| {
        let begun = Instant::now();
        while counted(sluice) != (todos, todos) {
            assert!(begun.elapsed() < PATIENCE, "counted, and there are: {:?}, expected {todos}", counted(sluice));
        }
    };
    settled(&sluice);
    // Everything once more, with a kill in the middle: nothing changes.
    sluice.json(&["replay", "start", "--archive", "sluicegate", "--from", "1h", "--name", "again"]);
    sluice.kill();
    let sluice = dev();
    let begun = Instant::now();
    while sluice.json(&["replay", "status", "again"])[0]["state"] != "COMPLETED" {
        assert!(begun.elapsed() < PATIENCE, "the replay does not go on");
    }
    assert!(create(&sluice.web, todos), "one more comes after all that was replayed");
    let begun = Instant::now();
    while counted(&sluice) != (todos + 1, todos + 1) {
        assert!(begun.elapsed() < PATIENCE, "{:?}", counted(&sluice));
    }
}
