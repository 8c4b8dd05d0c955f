//! A client of the AWS APIs that costs next to nothing, so that a benchmark measures the engine and not itself.
#![allow(dead_code, unreachable_pub, clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::{Duration, Instant};

/// A connection that is kept, for one thread.
pub struct Client {
    stream: BufReader<TcpStream>,
    host: String,
    answer: Vec<u8>,
}

impl Client {
    /// Connects to `http://host:port`.
    pub fn new(endpoint: &str) -> Self {
        let host = endpoint.trim_start_matches("http://").trim_end_matches('/').to_owned();
        let stream = TcpStream::connect(&host).unwrap();
        stream.set_nodelay(true).unwrap();
        Self { stream: BufReader::new(stream), host, answer: Vec::new() }
    }

    /// Calls `AWSStepFunctions.StartExecution` with a JSON body; gives the JSON of a good answer.
    pub fn call(&mut self, target: &str, body: &str) -> &str {
        let service = match target.split_once('.').unwrap().0 {
            "AWSStepFunctions" => "states",
            "AWSEvents" => "events",
            "AmazonSQS" => "sqs",
            "DynamoDB_20120810" => "dynamodb",
            other => panic!("which service is {other}?"),
        };
        let target = format!("X-Amz-Target: {target}\r\n");
        self.send("POST /", service, &target, body)
    }

    /// Posts a JSON body to a path of an API whose operations are paths; gives the JSON of a good answer.
    pub fn post(&mut self, path: &str, service: &str, body: &str) -> &str {
        self.send(&format!("POST {path}"), service, "", body)
    }

    fn send(&mut self, what: &str, service: &str, headers: &str, body: &str) -> &str {
        let request = format!(
            "{what} HTTP/1.1\r\nHost: {}\r\n{headers}Content-Type: application/x-amz-json-1.0\r\n\
             Authorization: AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/{service}/aws4_request, \
             SignedHeaders=host, Signature=0\r\nContent-Length: {}\r\n\r\n{body}",
            self.host,
            body.len()
        );
        self.stream.get_mut().write_all(request.as_bytes()).unwrap();
        let status = self.read();
        let text = std::str::from_utf8(&self.answer).unwrap();
        assert_eq!(status, 200, "{what} of {service}: {text}\n{body}");
        text
    }

    fn read(&mut self) -> u16 {
        let mut line = String::new();
        self.stream.read_line(&mut line).unwrap();
        let status = line.split_whitespace().nth(1).unwrap_or_default().parse().expect("a status line");
        let (mut length, mut chunked) = (0, false);
        loop {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            let header = line.trim_end().to_ascii_lowercase();
            if header.is_empty() {
                break;
            } else if let Some(value) = header.strip_prefix("content-length:") {
                length = value.trim().parse().unwrap();
            } else if header.starts_with("transfer-encoding:") {
                chunked = true;
            }
        }
        self.answer.clear();
        while chunked {
            line.clear();
            self.stream.read_line(&mut line).unwrap();
            length = usize::from_str_radix(line.trim(), 16).unwrap();
            self.take(length);
            self.stream.read_line(&mut line).unwrap();
            chunked = length > 0;
            length = 0;
        }
        self.take(length);
        status
    }

    fn take(&mut self, length: usize) {
        let from = self.answer.len();
        self.answer.resize(from + length, 0);
        self.stream.read_exact(&mut self.answer[from..]).unwrap();
    }
}

/// The text of a member of an answer: enough of a JSON reader for ARNs, addresses and states.
pub fn member<'a>(answer: &'a str, name: &str) -> &'a str {
    let key = format!("\"{name}\":");
    let from = answer.find(&key).unwrap_or_else(|| panic!("no {name} in {answer}")) + key.len();
    answer[from..].trim_start().trim_start_matches('"').split('"').next().unwrap()
}

/// What a load took.
pub struct Load {
    /// How often it was done.
    pub done: usize,
    /// From the start of the first to the end of the last.
    pub took: Duration,
    /// How long each took, sorted.
    pub times: Vec<Duration>,
}

impl Load {
    /// `work` again and again for `length`, by so many clients at once.
    pub fn run<W: FnMut(usize)>(
        endpoint: &str,
        clients: usize,
        length: Duration,
        make: impl Fn(Client) -> W + Sync,
    ) -> Self {
        let begun = Instant::now();
        let mut times: Vec<Duration> = thread::scope(|scope| {
            let workers: Vec<_> = (0..clients)
                .map(|number| {
                    let make = &make;
                    scope.spawn(move || {
                        let mut work = make(Client::new(endpoint));
                        let mut times = Vec::new();
                        while begun.elapsed() < length {
                            let start = Instant::now();
                            work(number + times.len() * clients);
                            times.push(start.elapsed());
                        }
                        times
                    })
                })
                .collect();
            workers.into_iter().flat_map(|worker| worker.join().unwrap()).collect()
        });
        let took = begun.elapsed();
        times.sort();
        Self { done: times.len(), took, times }
    }

    /// How often a second.
    pub fn rate(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64()
    }

    /// The time that so many of a hundred did not exceed.
    pub fn percentile(&self, percent: usize) -> Duration {
        self.times[(self.times.len() * percent / 100).min(self.times.len() - 1)]
    }
}

/// Milliseconds with two digits.
pub fn milliseconds(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1000.0)
}
