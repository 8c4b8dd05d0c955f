//! What tests need that kill the engine while it works: calls that survive its death, and moments that can be repeated.

use serde_json::Value;

use super::{PATIENCE, Sluice};

/// Calls an operation; `None` when the engine died meanwhile.
pub fn call(agent: &ureq::Agent, aws: &str, target: &str, input: &Value) -> Option<(u16, Value)> {
    let request = agent.post(aws).header("x-amz-target", target).header("content-type", "application/x-amz-json-1.0");
    let mut answer = request.send(input.to_string()).ok()?;
    let body = answer.body_mut().read_to_string().ok()?;
    Some((answer.status().as_u16(), serde_json::from_str(&body).unwrap_or(Value::Null)))
}

/// A client that takes every status for an answer.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).timeout_global(Some(PATIENCE)).build().new_agent()
}

/// Calls an operation of an engine that lives, and that answers it well.
pub fn ask(sluice: &Sluice, target: &str, input: &Value) -> Value {
    let (status, answer) = call(&agent(), &sluice.aws, target, input).expect("it lives");
    assert_eq!(status, 200, "{target}: {answer}");
    answer
}

/// A number from the environment.
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}

/// Numbers that look random and can be repeated.
pub struct Dice(u64);

impl Dice {
    /// Seeded by `SLUICE_SEED`, or anew; says how.
    pub fn new() -> Self {
        let seed = number("SLUICE_SEED").unwrap_or_else(|| uuid::Uuid::new_v4().as_u64_pair().0 | 1);
        println!("SLUICE_SEED={seed}");
        Self(seed)
    }

    /// A number below another.
    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}
