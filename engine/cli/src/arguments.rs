//! The command line's grammar.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueHint};
use clap_complete::Shell;

use crate::moment::Moment;

/// Sluicegate on one machine: Step Functions, EventBridge, Pipes, DynamoDB, SQS, S3, Lambda, MediaConvert and more, with AWS's
/// own APIs, durably.
#[derive(Parser)]
#[command(name = "sluice", version, propagate_version = true, disable_help_subcommand = true, after_help = EXAMPLES)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// Print JSON instead of text
    #[arg(long, global = true)]
    pub json: bool,
    /// Where the AWS APIs answer; `aws` for AWS itself, with your usual credentials
    #[arg(
        long,
        global = true,
        env = "SLUICE_ENDPOINT",
        default_value = "http://127.0.0.1:4566",
        value_name = "URL",
        value_hint = ValueHint::Url,
        value_parser = endpoint
    )]
    pub endpoint: String,
}

fn endpoint(text: &str) -> Result<String, &'static str> {
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    if is_url || text == "aws" { Ok(text.to_owned()) } else { Err("give a URL such as http://127.0.0.1:4566, or aws") }
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "give an IP address and a port, such as 127.0.0.1:4566; port 0 takes a free one")
}

const EXAMPLES: &str = "Examples:
  sluice dev                                      run the whole stack of this project
  sluice serve --ephemeral                        AWS endpoints with nothing deployed, for other people's tests
  sluice executions list --status RUNNING         what is running
  sluice executions show remind/4f1c              what happened in an execution, state by state
  sluice events tail --bus sluicegate             events as they arrive
  sluice replay start --archive sluicegate --from 1h --rule todo-analytics
  aws --endpoint-url http://127.0.0.1:4566 stepfunctions list-state-machines";

/// What to do.
#[derive(Subcommand)]
pub enum Command {
    /// Run the whole stack: the project's templates, state machines and handlers
    #[command(after_help = "Examples:
  sluice dev                                  data in .sluice/, AWS APIs on :4566, the app on :8080
  sluice dev --ephemeral                      keep nothing
  sluice dev --aws-addr 127.0.0.1:5566 --web-addr 127.0.0.1:9090 --data /tmp/second")]
    Dev(Dev),
    /// Run the AWS endpoints alone, with nothing deployed
    #[command(after_help = "Examples:
  sluice serve --ephemeral
  AWS_ENDPOINT_URL=http://127.0.0.1:4566 aws stepfunctions list-state-machines")]
    Serve(Serve),
    /// List, show, start and stop executions of state machines
    #[command(subcommand)]
    Executions(Executions),
    /// Watch and put events on a bus
    #[command(subcommand)]
    Events(Events),
    /// Rules of a bus and where they lead
    #[command(subcommand)]
    Rules(Rules),
    /// List, stop and start pipes
    #[command(subcommand)]
    Pipes(Pipes),
    /// Dead-letter queues: what is in them, and sending it again
    #[command(subcommand)]
    Dlq(Dlq),
    /// Mail that the stack sent: nothing leaves this machine
    #[command(subcommand)]
    Mail(Mail),
    /// Pushes to devices that the stack sent
    #[command(subcommand)]
    Push(Push),
    /// Event archives
    #[command(subcommand)]
    Archive(Archive),
    /// Replay archived events
    #[command(subcommand)]
    Replay(Replay),
    /// Empty a data directory
    #[command(after_help = "Examples:
  sluice reset                     asks before it empties .sluice/
  sluice reset --data /tmp/second --yes")]
    Reset(Reset),
    /// Print a shell's completion script
    #[command(after_help = "Examples:
  sluice completions bash > ~/.local/share/bash-completion/completions/sluice")]
    Completions {
        /// The shell
        shell: Shell,
    },
}

/// Where to listen and what to keep.
#[derive(Args, Clone)]
pub struct Serve {
    /// Where the AWS APIs listen
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:4566", value_parser = address)]
    pub aws_addr: SocketAddr,
    /// Where the HTTP API and the pages listen
    #[arg(long, value_name = "IP:PORT", default_value = "127.0.0.1:8080", value_parser = address)]
    pub web_addr: SocketAddr,
    /// The directory that keeps all durable state
    #[arg(long, value_name = "DIR", default_value = ".sluice", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// Keep nothing: all state is in memory and gone with the process
    #[arg(long, conflicts_with = "data")]
    pub ephemeral: bool,
    /// A folder with prebuilt functions, `<binary>/bootstrap`, for functions that this program doesn't link
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub functions: Option<PathBuf>,
}

/// The whole stack.
#[derive(Args, Clone)]
pub struct Dev {
    /// Where to listen and what to keep.
    #[command(flatten)]
    pub serve: Serve,
    /// The project's folder, which holds infra-cdk/templates [default: this one or the nearest above]
    #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
    pub project: Option<PathBuf>,
    /// Leave resources out whose type the engine lacks, and list them, instead of stopping
    #[arg(long)]
    pub skip_unsupported: bool,
}

/// Executions of state machines.
#[derive(Subcommand)]
pub enum Executions {
    /// The latest executions
    #[command(after_help = "Examples:
  sluice executions list
  sluice executions list --machine remind --status RUNNING --json")]
    List {
        /// Only those of this state machine (name or ARN)
        #[arg(long)]
        machine: Option<String>,
        /// Only those in this status
        #[arg(
            long,
            ignore_case = true,
            value_parser = ["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"]
        )]
        status: Option<String>,
        /// How many at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// One execution: its states with their times, input, output and error
    #[command(after_help = "Examples:
  sluice executions show arn:aws:states:us-east-1:000000000000:execution:remind:4f1c…
  sluice executions show remind/4f1c              the name may be cut short while it is the only one")]
    Show {
        /// ARN, or `machine/name`
        execution: String,
        /// Print long inputs and outputs whole
        #[arg(long)]
        full: bool,
    },
    /// Start an execution
    #[command(after_help = "Examples:
  sluice executions start remind --input '[{\"id\":\"…\",\"dueAt\":\"2030-01-01T00:00:00.000Z\"}]'
  sluice executions start remind --input @input.json --name monday --wait")]
    Start {
        /// The state machine (name or ARN)
        machine: String,
        /// The input: JSON, `@file`, or `-` for standard input
        #[arg(long, default_value = "{}")]
        input: String,
        /// The execution's name
        #[arg(long)]
        name: Option<String>,
        /// Wait until it ends, then show it
        #[arg(long)]
        wait: bool,
    },
    /// Stop an execution
    #[command(after_help = "Examples:
  sluice executions stop remind/4f1c --error Operator --cause 'started by mistake'")]
    Stop {
        /// ARN, or `machine/name`
        execution: String,
        /// The error it ends with
        #[arg(long)]
        error: Option<String>,
        /// The cause it ends with
        #[arg(long)]
        cause: Option<String>,
    },
    /// Go on with an execution that failed, timed out or was stopped: what succeeded is kept
    #[command(after_help = "Examples:
  sluice executions redrive remind/4f1c
  sluice executions redrive remind/4f1c --wait")]
    Redrive {
        /// ARN, or `machine/name`
        execution: String,
        /// Wait until it ends, then show it
        #[arg(long)]
        wait: bool,
    },
}

/// Events on a bus.
#[derive(Subcommand)]
pub enum Events {
    /// Print events as they arrive, until interrupted (a rule and a queue are made for it and removed at the end)
    #[command(after_help = "Examples:
  sluice events tail --bus sluicegate
  sluice events tail --bus sluicegate --pattern '{\"detail-type\":[{\"prefix\":\"todo.\"}]}' --json")]
    Tail {
        /// The bus
        #[arg(long, default_value = "default")]
        bus: String,
        /// Only events that match this pattern
        #[arg(long)]
        pattern: Option<String>,
        /// End after so many events
        #[arg(long)]
        count: Option<usize>,
    },
    /// Tell whether a pattern matches an event, without a stack
    #[command(after_help = "Examples:
  sluice events test-pattern --pattern '{\"source\":[{\"prefix\":\"my.\"}]}' --event @event.json
  sluice events test-pattern --pattern @pattern.json          is it valid?
  sluice events test-pattern --cases cases.jsonl              a line {id, verdict, message} for each {id, pattern, event}")]
    TestPattern {
        /// The pattern: JSON, `@file`, or `-` for standard input
        #[arg(long, required_unless_present = "cases")]
        pattern: Option<String>,
        /// The event, likewise; without one, the pattern is only checked
        #[arg(long, requires = "pattern")]
        event: Option<String>,
        /// A file with a case on each line: `id`, and `pattern` and `event` as JSON text; a null event checks the pattern only
        #[arg(long, conflicts_with_all = ["pattern", "event"], value_hint = ValueHint::FilePath)]
        cases: Option<PathBuf>,
    },
    /// The events of this project: who publishes and who consumes each, by its templates and examples, without a stack
    #[command(after_help = "Examples:
  sluice events catalog
  sluice events catalog --json")]
    Catalog {
        /// The project's folder, which holds infra-cdk/templates [default: this one or the nearest above]
        #[arg(long, value_name = "DIR", value_hint = ValueHint::DirPath)]
        project: Option<PathBuf>,
    },
    /// Put an event on a bus
    #[command(after_help = "Examples:
  sluice events put --bus sluicegate --source my.shop --detail-type order.placed --detail '{\"id\":1}'")]
    Put {
        /// The bus
        #[arg(long, default_value = "default")]
        bus: String,
        /// The event's source
        #[arg(long)]
        source: String,
        /// The event's detail-type
        #[arg(long)]
        detail_type: String,
        /// The event's detail: a JSON object, `@file`, or `-` for standard input
        #[arg(long, default_value = "{}")]
        detail: String,
    },
}

/// Rules of a bus.
#[derive(Subcommand)]
pub enum Rules {
    /// The rules of a bus, with their patterns or schedules and their targets
    #[command(after_help = "Examples:
  sluice rules list --bus sluicegate")]
    List {
        /// The bus
        #[arg(long, default_value = "default")]
        bus: String,
    },
}

/// Pipes.
#[derive(Subcommand)]
pub enum Pipes {
    /// The pipes, with their states
    List,
    /// Stop a pipe: its checkpoint stays, and what its source holds waits
    #[command(after_help = "Examples:
  sluice pipes stop todos-to-bus")]
    Stop {
        /// The pipe's name
        name: String,
    },
    /// Start a stopped pipe where it left off
    #[command(after_help = "Examples:
  sluice pipes start todos-to-bus")]
    Start {
        /// The pipe's name
        name: String,
    },
}

/// Mail that was sent.
#[derive(Subcommand)]
pub enum Mail {
    /// The latest messages
    #[command(after_help = "Examples:
  sluice mail list
  sluice mail list --limit 5 --json")]
    List {
        /// How many at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// One message: who it is for and what it says
    #[command(after_help = "Examples:
  sluice mail show 0100019aa5b03c00-4f1c9d2e      the id may be cut short while it is the only one
  sluice mail show 0100019aa5b03c00-4f1c9d2e --raw > message.eml")]
    Show {
        /// The message's id, or the beginning of it
        id: String,
        /// Print its MIME as it is
        #[arg(long)]
        raw: bool,
    },
    /// Forget every message
    Empty {
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
}

/// Pushes that were sent.
#[derive(Subcommand)]
pub enum Push {
    /// The latest pushes, with what each platform would have got
    List {
        /// How many at most
        #[arg(long, default_value_t = 20)]
        limit: usize,
    },
    /// Forget every push
    Empty {
        /// Don't ask
        #[arg(long)]
        yes: bool,
    },
}

/// Dead-letter queues.
#[derive(Subcommand)]
pub enum Dlq {
    /// The dead-letter queues, with how many messages wait in each
    List,
    /// Messages of a queue, which stay in it
    #[command(after_help = "Examples:
  sluice dlq show notifications-dead-letters --limit 3")]
    Show {
        /// The queue's name
        queue: String,
        /// How many at most, 1 to 10
        #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(i32).range(1..=10))]
        limit: i32,
    },
    /// Send the messages of a dead-letter queue back to the queue that they came from, or to another. Events that a rule could
    /// not deliver came from no queue: `sluice replay start --rule` sends those again
    #[command(after_help = "Examples:
  sluice dlq redrive notifications-dead-letters
  sluice dlq redrive todo-activity-dead-letters --to inspection")]
    Redrive {
        /// The dead-letter queue's name
        queue: String,
        /// The queue to send them to [default: where each came from]
        #[arg(long)]
        to: Option<String>,
    },
    /// Delete every message of a queue
    #[command(after_help = "Examples:
  sluice dlq purge notifications-dead-letters --yes")]
    Purge {
        /// The queue's name
        queue: String,
        /// Really
        #[arg(long)]
        yes: bool,
    },
}

/// Event archives.
#[derive(Subcommand)]
pub enum Archive {
    /// The archives, with how many events they hold
    List,
}

/// Replays of archived events.
#[derive(Subcommand)]
pub enum Replay {
    /// Send the archived events of a window to the rules of their bus again
    #[command(after_help = "Examples:
  sluice replay start --archive sluicegate --from 1h --dry-run
  sluice replay start --archive sluicegate --from 1h
  sluice replay start --archive sluicegate --from 2026-11-21T08:00:00Z --to 2026-11-21T09:00:00Z --rule todo-analytics --wait")]
    Start {
        /// The archive's name
        #[arg(long)]
        archive: String,
        /// The window's start: RFC 3339, or how long ago (`90s`, `15m`, `2h`, `3d`)
        #[arg(long)]
        from: Moment,
        /// The window's end, likewise [default: now]
        #[arg(long)]
        to: Option<Moment>,
        /// Only to this rule; may be given more than once [default: all rules of the bus]
        #[arg(long = "rule")]
        rules: Vec<String>,
        /// The replay's name [default: made from the archive's name and the time]
        #[arg(long)]
        name: Option<String>,
        /// Wait until it has ended
        #[arg(long)]
        wait: bool,
        /// Start nothing: tell how many events would reach which target
        #[arg(long, conflicts_with = "wait")]
        dry_run: bool,
    },
    /// One replay, or all
    Status {
        /// The replay's name
        name: Option<String>,
    },
}

/// Empty a data directory.
#[derive(Args)]
pub struct Reset {
    /// The directory
    #[arg(long, value_name = "DIR", default_value = ".sluice", value_hint = ValueHint::DirPath)]
    pub data: PathBuf,
    /// Don't ask
    #[arg(long)]
    pub yes: bool,
}
