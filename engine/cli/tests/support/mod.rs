//! Runs the real binary for tests and benchmarks, and talks to it the way its users do.
#![allow(dead_code, unreachable_pub, clippy::print_stdout, clippy::unwrap_used)]

pub mod storm;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use serde_json::{Value, json};

/// How long anything may take before a test gives up on it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A running `sluice`, killed when dropped.
pub struct Sluice {
    process: Child,
    /// `http://127.0.0.1:port` of the AWS APIs.
    pub aws: String,
    /// `http://127.0.0.1:port` of the HTTP API and the pages.
    pub web: String,
    /// From the start of the process to its `ready in` line.
    pub ready_after: Duration,
}

/// What the web address answers.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: String,
}

impl Sluice {
    /// `sluice dev` of this project on free ports.
    pub fn dev(arguments: &[&str]) -> Self {
        Self::start("dev", arguments)
    }

    /// `sluice dev` with its state in `data`.
    pub fn dev_at(data: &Path) -> Self {
        Self::dev(&["--data", data.to_str().unwrap()])
    }

    /// `sluice serve` on free ports.
    pub fn serve(arguments: &[&str]) -> Self {
        Self::start("serve", arguments)
    }

    fn start(command: &str, arguments: &[&str]) -> Self {
        let begun = Instant::now();
        let process = sluice()
            .args([command, "--aws-addr", "127.0.0.1:0", "--web-addr", "127.0.0.1:0"])
            .args(arguments)
            .current_dir(project())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()
            .unwrap();
        let mut sluice = Self { process, aws: String::new(), web: String::new(), ready_after: Duration::ZERO };
        let (lines, read) = mpsc::channel();
        let output = BufReader::new(sluice.process.stdout.take().unwrap());
        // Reads on after the start, so that the process never waits for a full pipe.
        std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(|line| drop(lines.send(line))));
        loop {
            let line = read.recv_timeout(PATIENCE).expect("sluice ends its start with a line `ready in N ms`");
            let url = || line.split_whitespace().find(|word| word.starts_with("http://")).unwrap().to_owned();
            if line.starts_with("aws ") {
                sluice.aws = url();
            } else if line.starts_with("web ") {
                sluice.web = url();
            } else if line.starts_with("ready in ") {
                sluice.ready_after = begun.elapsed();
                return sluice;
            }
        }
    }

    /// The process's id.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// `kill -TERM`, and how the process ended.
    pub fn terminate(mut self) -> ExitStatus {
        assert!(Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().unwrap().success());
        self.process.wait().unwrap()
    }

    /// A configuration of the AWS SDK, over the wire.
    pub fn sdk(&self) -> SdkConfig {
        SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .region(Region::new("us-east-1"))
            .credentials_provider(aws_credential_types::provider::SharedCredentialsProvider::new(
                Credentials::for_tests(),
            ))
            .endpoint_url(&self.aws)
            .http_client(aws_smithy_http_client::Builder::new().build_http())
            .build()
    }

    /// Posts a GraphQL request and gives the whole answer.
    pub fn graphql(&self, query: &str, variables: Value) -> Value {
        let (status, body) = self.post("/graphql", &json!({ "query": query, "variables": variables }).to_string());
        assert_eq!(status, 200, "{body}");
        serde_json::from_str(&body).unwrap()
    }

    /// Posts a body to the web address and gives status and body.
    pub fn post(&self, path: &str, body: &str) -> (u16, String) {
        let mut answer =
            http().post(format!("{}{path}", self.web)).header("content-type", "application/json").send(body).unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// Gets a page from the web address.
    pub fn get(&self, path: &str) -> (u16, String) {
        let mut answer = http().get(format!("{}{path}", self.web)).header("accept", "text/html").call().unwrap();
        (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
    }

    /// Asks the web address, whatever the method and the headers.
    pub fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.web));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = http().run(request.body(()).unwrap()).unwrap();
        let body = answer.body_mut().read_to_string().unwrap();
        Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body }
    }

    /// Gets from an AWS API whose operations are paths.
    pub fn aws_get(&self, path: &str) -> Value {
        http().get(format!("{}{path}", self.aws)).call().unwrap().body_mut().read_json().unwrap()
    }

    /// Posts to an AWS API whose operations are paths.
    pub fn aws_post(&self, path: &str, body: &Value) -> Value {
        let text = body.to_string();
        let mut answer = http().post(format!("{}{path}", self.aws)).send(&text).unwrap();
        answer.body_mut().read_json().unwrap()
    }

    /// Deletes at an AWS API whose operations are paths.
    pub fn aws_delete(&self, path: &str) {
        assert_eq!(http().delete(format!("{}{path}", self.aws)).call().unwrap().status(), 200);
    }

    /// Runs a `sluice` command against this one.
    pub fn run(&self, arguments: &[&str]) -> Output {
        sluice().args(["--endpoint", &self.aws]).args(arguments).current_dir(project()).output().unwrap()
    }

    /// Runs a `sluice` command that succeeds, and gives its `--json` output.
    pub fn json(&self, arguments: &[&str]) -> Value {
        let output = self.run(&[&["--json"], arguments].concat());
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

impl Drop for Sluice {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The binary under test.
pub fn sluice() -> Command {
    Command::new(env!("CARGO_BIN_EXE_sluice"))
}

/// The project's root.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).unwrap().to_owned()
}

fn http() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().new_agent()
}

/// Asks until there is an answer. Each question goes over the wire, so this waits on the stack and not on a clock.
pub async fn eventually<T, F: Future<Output = Option<T>>>(what: &str, mut ask: impl FnMut() -> F) -> T {
    let begun = Instant::now();
    loop {
        if let Some(answer) = ask().await {
            return answer;
        }
        assert!(begun.elapsed() < PATIENCE, "{what}: not within {PATIENCE:?}");
        tokio::task::yield_now().await;
    }
}
