//! The command line: what it prints, and how it refuses.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::process::{Command, Output, Stdio};

use cloudformation::Template;
use serde_json::json;
use sluice::stack::Project;
use support::{Sluice, project, sluice};

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn refused(output: &Output) -> String {
    assert!(!output.status.success(), "it should fail: {}", text(&output.stdout));
    text(&output.stderr)
}

fn dev(arguments: &[&str]) -> Output {
    sluice().arg("dev").args(arguments).current_dir(project()).output().unwrap()
}

#[test]
fn a_taken_port_is_named_with_the_flag_that_changes_it() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let error = refused(&dev(&["--ephemeral", "--aws-addr", &address, "--web-addr", "127.0.0.1:0"]));
    assert!(error.contains(&address) && error.contains("--aws-addr"), "{error}");
    let error = refused(&dev(&["--ephemeral", "--web-addr", &address, "--aws-addr", "127.0.0.1:0"]));
    assert!(error.contains(&address) && error.contains("--web-addr"), "{error}");
}

#[test]
fn a_second_dev_on_the_same_data_directory_is_refused_with_the_first_ones_process() {
    let data = tempfile::tempdir().unwrap();
    let first = Sluice::dev_at(data.path());
    let arguments = ["--data", data.path().to_str().unwrap(), "--aws-addr", "127.0.0.1:0", "--web-addr", "127.0.0.1:0"];
    let error = refused(&dev(&arguments));
    assert!(error.contains(&format!("process {}", first.id())) && error.contains("--data"), "{error}");
    let reset = sluice().args(["reset", "--yes", "--data", data.path().to_str().unwrap()]).output().unwrap();
    assert!(refused(&reset).contains("in use"));
}

#[test]
fn a_damaged_data_directory_is_named_with_what_to_do_and_left_as_it_is() {
    for file in ["sluice.db", "dynamodb.db"] {
        let data = tempfile::tempdir().unwrap();
        let damaged = "not a database ".repeat(1000);
        fs::write(data.path().join(file), &damaged).unwrap();
        let arguments =
            ["--data", data.path().to_str().unwrap(), "--aws-addr", "127.0.0.1:0", "--web-addr", "127.0.0.1:0"];
        let error = refused(&dev(&arguments));
        assert!(error.contains(file) && error.contains("sluice reset"), "{error}");
        assert_eq!(fs::read_to_string(data.path().join(file)).unwrap(), damaged);
    }
}

#[test]
fn reset_empties_a_data_directory_and_nothing_else() {
    let data = tempfile::tempdir().unwrap();
    let path = data.path().join("data");
    Sluice::dev_at(&path).terminate();
    // What uploaded code and a film's job leave behind.
    for folder in ["functions", "mediaconvert"] {
        fs::create_dir_all(path.join(folder)).unwrap();
    }
    let reset = |path: &std::path::Path| sluice().args(["reset", "--yes", "--data"]).arg(path).output().unwrap();
    assert!(reset(&path).status.success());
    assert!(!path.exists());
    fs::write(data.path().join("thesis.txt"), "years of work").unwrap();
    assert!(refused(&reset(data.path())).contains("thesis.txt"));
    assert!(data.path().join("thesis.txt").exists());
}

#[test]
fn executions_are_started_listed_shown_and_stopped() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let input =
        json!([{ "id": "019aa5b0-3c00-7d53-9c31-5a2f6b1de001", "dueAt": "2099-01-01T00:00:00.000Z" }]).to_string();
    sluice.json(&["executions", "start", "remind", "--name", "far-away", "--input", &input]);
    let listed = sluice.json(&["executions", "list", "--machine", "remind", "--status", "running"]);
    assert_eq!(listed[0]["name"], "far-away");
    for arguments in [&["executions", "list"][..], &["executions", "show", "remind/far"]] {
        let people = text(&sluice.run(arguments).stdout);
        assert!(people.contains("ms so far") || people.contains("s so far"), "{people}");
    }
    let shown = sluice.json(&["executions", "show", "remind/far"]);
    let last = shown["states"].as_array().unwrap().last().unwrap();
    assert_eq!((&last["kind"], &last["status"]), (&json!("Wait"), &json!("RUNNING")), "{shown}");
    let stopped =
        sluice.json(&["executions", "stop", "remind/far-away", "--error", "Operator", "--cause", "on purpose"]);
    assert_eq!((&stopped["status"], &stopped["error"]), (&json!("ABORTED"), &json!("Operator")));

    let people = text(&sluice.run(&["executions", "show", "remind/far-away"]).stdout);
    for part in ["remind/far-away", "ABORTED", "Wait for 300 days", "Operator", "on purpose", "2099-01-01"] {
        assert!(people.contains(part), "{part} is missing in:\n{people}");
    }
    let waited = sluice.run(&["executions", "start", "remind", "--input", "{}", "--wait"]);
    assert!(refused(&waited).contains("ended FAILED"), "a script can tell");
    let express = sluice.run(&["executions", "start", "create-todo", "--input", "{}", "--wait"]);
    assert!(refused(&express).contains("without --wait"));
    let error = refused(&sluice.run(&["executions", "show", "create-todo/x"]));
    assert!(error.contains("Express"), "{error}");
    let error = refused(&sluice.run(&["executions", "list", "--machine", "create-todo"]));
    assert!(error.contains("create-todo is an Express machine"), "{error}");
    let error = refused(&sluice.run(&["executions", "show", "no-such-machine/x"]));
    assert!(error.contains("no-such-machine") && error.contains("remind"), "{error}");
}

#[test]
fn tail_removes_its_rule_and_queue_when_it_is_told_to_end() {
    let stack = Sluice::serve(&["--ephemeral"]);
    let tail = sluice().args(["--endpoint", &stack.aws, "events", "tail"]).stderr(Stdio::piped()).spawn().unwrap();
    let left = || {
        let rules = stack.json(&["rules", "list"]);
        rules
            .as_array()
            .unwrap()
            .iter()
            .any(|rule| rule["targets"].as_array().is_some_and(|targets| !targets.is_empty()))
    };
    let begun = std::time::Instant::now();
    while !left() {
        assert!(begun.elapsed() < support::PATIENCE, "tail makes a rule");
    }
    assert!(Command::new("kill").args(["-TERM", &tail.id().to_string()]).status().unwrap().success());
    let ended = tail.wait_with_output().unwrap();
    assert!(ended.status.success(), "{}", text(&ended.stderr));
    assert_eq!(stack.json(&["rules", "list"]), json!([]));
}

#[test]
fn events_are_put_and_a_bus_that_does_not_exist_is_told() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let put = |bus: &str, detail: &str| {
        sluice.run(&["events", "put", "--bus", bus, "--source", "test", "--detail-type", "tested", "--detail", detail])
    };
    assert!(put("sluicegate", "{\"id\":1}").status.success());
    assert!(refused(&put("nowhere", "{}")).contains("nowhere"));
    assert!(refused(&put("sluicegate", "{")).contains("not JSON"));
    assert!(refused(&put("sluicegate", "[]")).contains("Detail is malformed"));
    let archives = sluice.json(&["archive", "list"]);
    assert_eq!(archives[0]["name"], "sluicegate");
    let replays = sluice.json(&["replay", "status"]);
    assert_eq!(replays, json!([]));
}

#[test]
fn rules_and_pipes_are_listed_and_a_pipe_goes_on_where_it_was_stopped() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let rules = sluice.json(&["rules", "list", "--bus", "sluicegate"]);
    let rule = rules.as_array().unwrap().iter().find(|rule| rule["name"] == "todo-reminders").unwrap();
    assert_eq!(rule["targets"], json!(["arn:aws:sqs:us-east-1:000000000000:notifications"]));
    let state = |arguments: &[&str]| {
        let pipes = sluice.json(arguments);
        let pipe = pipes.as_array().unwrap().iter().find(|pipe| pipe["name"] == "todos-to-bus").unwrap().clone();
        pipe["desired"].as_str().unwrap().to_owned()
    };
    assert_eq!(state(&["pipes", "stop", "todos-to-bus"]), "STOPPED");
    let created = sluice.graphql("mutation { createTodo(input: { title: \"waits\" }) { todo { id } } }", json!({}));
    assert!(created["data"]["createTodo"]["todo"]["id"].is_string(), "{created}");
    assert_eq!(sluice.json(&["archive", "list"])[0]["events"], 0);
    assert_eq!(state(&["pipes", "start", "todos-to-bus"]), "RUNNING");
    let begun = std::time::Instant::now();
    while sluice.json(&["archive", "list"])[0]["events"] != 1 {
        assert!(begun.elapsed() < support::PATIENCE, "the event that waited arrives");
    }
}

#[test]
fn dead_letters_are_listed_shown_sent_back_and_purged() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let queues = sluice.json(&["dlq", "list"]);
    let find = |name: &str| queues.as_array().unwrap().iter().find(|queue| queue["queue"] == name).cloned();
    assert_eq!(find("notifications-dead-letters").unwrap()["serves"], json!(["queue notifications"]));
    assert_eq!(find("todos-to-bus-dead-letters").unwrap()["serves"], json!(["pipe todos-to-bus"]));
    assert_eq!(find("clean-uploads-dead-letters").unwrap()["serves"], json!(["schedule default/clean-uploads"]));
    let of_rule = find("todo-activity-dead-letters").unwrap();
    assert_eq!(of_rule["serves"], json!(["rule sluicegate/todo-activity"]));
    assert!(find("notifications").is_none(), "a queue that serves nobody's dead letters is none");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let sdk = aws_sdk_sqs::Client::new(&sluice.sdk());
    let url = format!("{}/000000000000/todo-activity-dead-letters", sluice.aws);
    let send = |body: &str| {
        runtime.block_on(sdk.send_message().queue_url(&url).message_body(body).send()).unwrap();
    };
    send("{\"poison\":true}");
    let shown = sluice.json(&["dlq", "show", "todo-activity-dead-letters"]);
    assert_eq!(shown[0]["body"], "{\"poison\":true}");
    assert_eq!(sluice.json(&["dlq", "show", "todo-activity-dead-letters"]), shown, "showing takes nothing out");
    let refusal = refused(&sluice.run(&["dlq", "redrive", "todo-activity-dead-letters"]));
    assert!(refusal.contains("replay start") && refusal.contains("--rule todo-activity"), "{refusal}");
    let made = runtime.block_on(sdk.create_queue().queue_name("inspection").send()).unwrap();
    let moved = sluice.json(&["dlq", "redrive", "todo-activity-dead-letters", "--to", "inspection"]);
    assert_eq!(moved, json!({"sent": 1, "to": "inspection"}));
    let arrived = runtime.block_on(sdk.receive_message().queue_url(made.queue_url().unwrap()).send()).unwrap();
    assert_eq!(arrived.messages()[0].body(), Some("{\"poison\":true}"));
    send("{\"poison\":true}");
    let refusal = refused(&sluice.run(&["dlq", "purge", "todo-activity-dead-letters"]));
    assert!(refusal.contains("1 messages") && refusal.contains("--yes"), "{refusal}");
    assert!(sluice.run(&["dlq", "purge", "todo-activity-dead-letters", "--yes"]).status.success());
    assert_eq!(sluice.json(&["dlq", "show", "todo-activity-dead-letters"]), json!([]));
    let refusal = refused(&sluice.run(&["dlq", "show", "no-such-queue"]));
    assert!(refusal.contains("queue no-such-queue") && refusal.contains("does not exist"), "{refusal}");
}

#[test]
fn without_a_stack_a_command_says_how_to_start_one() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let output = sluice().args(["--endpoint", &format!("http://{free}"), "executions", "list"]).output().unwrap();
    let error = refused(&output);
    assert!(error.contains("sluice dev") && error.contains("--endpoint"), "{error}");
}

#[test]
fn without_credentials_for_aws_a_command_says_so_and_nothing_of_a_local_stack() {
    let nobody = tempfile::tempdir().unwrap();
    let mut command = sluice();
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("AWS_")) {
        command.env_remove(name);
    }
    command.env("HOME", nobody.path()).env("AWS_EC2_METADATA_DISABLED", "true").env("AWS_REGION", "us-east-1");
    let error = refused(&command.args(["--endpoint", "aws", "executions", "list"]).output().unwrap());
    assert!(error.contains("credentials") && !error.contains("sluice dev"), "{error}");
}

#[test]
fn an_option_that_makes_no_sense_is_refused_with_one_that_does() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    for (arguments, parts) in [
        (["--endpoint", "localhost", "executions", "list"], ["localhost", "http://127.0.0.1:4566"]),
        (["serve", "--ephemeral", "--aws-addr", "localhost:4566"], ["--aws-addr", "127.0.0.1:4566"]),
        (["serve", "--ephemeral", "--functions", path], ["--functions", path]),
        (["dev", "--ephemeral", "--project", "/"], ["in /,", "--project"]),
    ] {
        let error = refused(&sluice().args(arguments).output().unwrap());
        assert!(parts.iter().all(|part| error.contains(part)), "{arguments:?}: {error}");
    }
}

#[test]
fn the_operating_systems_reason_is_told_once() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let data = file.path().join("data");
    let addresses = ["--aws-addr", "127.0.0.1:0", "--web-addr", "127.0.0.1:0"];
    let error = refused(&sluice().arg("serve").args(addresses).arg("--data").arg(&data).output().unwrap());
    assert_eq!(error.matches("Not a directory").count(), 1, "{error}");
}

#[test]
fn a_definition_that_the_templates_lack_is_told_with_the_command_that_writes_them() {
    let templates = Template::read_folder(&project().join("infra-cdk/templates")).unwrap();
    let own = Project::find(Some(&project())).unwrap();
    assert_eq!(own.changed_machines(&templates), Vec::<String>::new(), "this project's are fresh");

    let edited = tempfile::tempdir().unwrap();
    fs::create_dir_all(edited.path().join("infra-cdk/templates")).unwrap();
    for (machine, definition) in [("remind", "{}"), ("create-todo", "{")] {
        fs::create_dir_all(edited.path().join("workflows").join(machine)).unwrap();
        fs::write(edited.path().join("workflows").join(machine).join("definition.asl.json"), definition).unwrap();
    }
    let told = Project::find(Some(edited.path())).unwrap().changed_machines(&templates);
    assert_eq!(told.len(), 2, "{told:?}");
    for (line, parts) in told.iter().zip([["create-todo", "no JSON"], ["remind", "has changed"]]) {
        assert!(line.contains("cargo xtask synth") && parts.iter().all(|part| line.contains(part)), "{line}");
    }
}

#[test]
fn health_index_and_unknown_pages_answer() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    let (status, health) = sluice.get("/_sluice/health");
    assert_eq!(status, 200, "{health}");
    let aws = std::net::TcpStream::connect(sluice.aws.trim_start_matches("http://"));
    std::io::Write::write_all(&mut aws.as_ref().unwrap(), b"GET /_sluice/health HTTP/1.0\r\n\r\n").unwrap();
    let answered = std::io::read_to_string(aws.unwrap()).unwrap();
    assert!(answered.contains("200 OK") && answered.contains("\"status\":\"ok\""), "{answered}");
    let (status, index) = sluice.get("/");
    assert_eq!(status, 200);
    assert!(index.contains("/graphql"), "{index}");
    assert_eq!(sluice.get("/nothing/here").0, 404);
}

#[test]
fn malformed_graphql_is_an_answer_with_errors_and_never_a_500() {
    let sluice = Sluice::dev(&["--ephemeral"]);
    for body in ["", "{", "[]", "null", "{\"query\":5}", "{\"query\":\"{\"}", "{\"query\":\"{ nothing }\"}", "\u{0}"] {
        let (status, answer) = sluice.post("/graphql", body);
        assert!((200..500).contains(&status), "{body:?} answered {status}: {answer}");
        let answer: serde_json::Value = serde_json::from_str(&answer).unwrap();
        assert!(answer["errors"][0]["message"].is_string(), "{body:?}: {answer}");
    }
}

#[test]
fn help_teaches_with_examples() {
    for command in
        [vec!["--help"], vec!["dev", "--help"], vec!["executions", "show", "--help"], vec!["replay", "start", "--help"]]
    {
        let help = text(&sluice().args(&command).output().unwrap().stdout);
        assert!(help.contains("Examples:"), "{command:?}:\n{help}");
    }
    let completions = sluice().args(["completions", "bash"]).output().unwrap();
    assert!(text(&completions.stdout).contains("executions"));
}
