//! PutEvents and TestEventPattern.

use event_pattern::test_event;
use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;

use super::{parse, required};
use crate::entry::{Entry, check_request};
use crate::names;
use crate::routing::Routed;
use crate::rule;
use crate::service::EventBridge;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Put {
    entries: Option<Vec<Entry>>,
    endpoint_id: Option<String>,
}

impl EventBridge {
    pub(crate) async fn put_events(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Put = parse(input)?;
        let entries = required(input.entries, "entries")?;
        if let Some(endpoint) = input.endpoint_id {
            return Err(ServiceError::validation(format!(
                "sluice does not implement global endpoints yet: {endpoint}"
            )));
        }
        check_request(&entries, self.settings.most_request_bytes)?;
        for arn in entries.iter().filter_map(|entry| entry.event_bus_name.as_deref()) {
            // A bus that isn't there takes events without a word; that of another account asks who comes.
            if let Some(account) = names::account_of(arn).filter(|account| *account != self.platform.scope.account) {
                self.check_admitted(names::bus_of(Some(arn)), account, arn)?;
            }
        }
        self.put(entries, Entry::refuse_source).await
    }

    /// PutEvents for the services of the engine, whose events have sources of AWS's own (`aws.states`) and no limit. It is
    /// no operation of the API, so the wire doesn't reach it.
    pub(crate) async fn put_service_events(&self, input: Value) -> Result<Value, ServiceError> {
        let input: Put = parse(input)?;
        self.put(required(input.entries, "entries")?, |_| None).await
    }

    /// Whether anybody on the default bus may hear an event of that `Source`: `{"Heard": bool}`. A service that need not
    /// tell what nobody hears saves two durable writes. Like PutServiceEvents it is no operation of the API.
    pub(crate) fn hears_service_events(&self, input: &Value) -> Result<Value, ServiceError> {
        let source = required(input["Source"].as_str(), "source")?;
        let registry = self.registry();
        let rules = registry.bus(names::DEFAULT_BUS)?.rules();
        Ok(json!({"Heard": !self.listeners().is_empty() || rules.values().any(|rule| rule.may_hear(source))}))
    }

    async fn put(&self, entries: Vec<Entry>, refuse: fn(&Entry) -> Option<Value>) -> Result<Value, ServiceError> {
        let now = self.platform.clock.now();
        let (mut answers, mut failed, mut routed) = (Vec::with_capacity(entries.len()), 0, Routed::default());
        for mut entry in entries {
            let bus = entry.event_bus_name.take();
            let refused = refuse(&entry).map_or(Ok(()), Err);
            match refused.and_then(|()| entry.into_envelope(&self.platform.scope, now)) {
                Ok(envelope) => {
                    answers.push(json!({"EventId": envelope.id}));
                    self.route(names::bus_of(bus.as_deref()), &envelope, &mut routed);
                }
                Err(refusal) => {
                    failed += 1;
                    answers.push(refusal);
                }
            }
        }
        self.accept_events(routed).await?;
        Ok(json!({"FailedEntryCount": failed, "Entries": answers}))
    }

    pub(crate) fn test_event_pattern(&self, input: Value) -> Result<Value, ServiceError> {
        let pattern = required(input["EventPattern"].as_str(), "eventPattern")?;
        let event = required(input["Event"].as_str(), "event")?;
        let event = test_event(event).map_err(|invalid| ServiceError::validation(invalid.to_string()))?;
        Ok(json!({"Result": rule::pattern(pattern)?.matches(&event)}))
    }
}
