//! Rules with a schedule: the event that each makes when it is due.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use clock::Timestamp;
use service::ServiceError;
use store::rusqlite::Connection;
use tokio::sync::Notify;
use uuid::Uuid;

use crate::envelope::{self, Envelope};
use crate::names::DEFAULT_BUS;
use crate::routing::Routed;
use crate::rows;
use crate::rule::Rule;
use crate::service::EventBridge;

/// How late an event may be and still tell the moment that it was due: AWS promises no more than the minute. One that is
/// later, because the engine was stopped, tells when it was made.
const PRECISION: Duration = Duration::from_secs(60);

/// When schedules fired last, and word of their changes.
#[derive(Default)]
pub(crate) struct Schedules {
    fired: Mutex<HashMap<String, Timestamp>>,
    changed: Notify,
}

impl Schedules {
    pub(crate) fn new(fired: HashMap<String, Timestamp>) -> Self {
        Self { fired: Mutex::new(fired), changed: Notify::new() }
    }

    /// A rule was put: something may be due earlier than it was.
    pub(crate) fn changed(&self) {
        self.changed.notify_one();
    }

    /// A rule was deleted: another one of its name begins anew.
    pub(crate) fn forget(&self, rule: &str) {
        self.fired().remove(rule);
    }

    fn fired(&self) -> MutexGuard<'_, HashMap<String, Timestamp>> {
        self.fired.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// When a rule is due next; what it missed while it was disabled is not.
    fn due_at(&self, rule: &Rule) -> Option<Timestamp> {
        let schedule = rule.schedule.as_ref().filter(|_| rule.is_enabled())?;
        let fired = self.fired().get(&rule.record.name).copied().unwrap_or_default();
        schedule.next_after(fired.max(rule.record.enabled_at))
    }
}

impl EventBridge {
    /// Fires rules when they are due, for as long as the engine runs. A rule that was due while it was stopped, however
    /// often, fires once.
    pub(crate) async fn fire_schedules(self: Arc<Self>) {
        let what = "rules that are due did not fire";
        self.platform.whenever_due(&self.schedules.changed, what, || self.fire_due()).await;
    }

    /// Fires what is due; when something is due next.
    async fn fire_due(&self) -> Result<Option<Timestamp>, ServiceError> {
        let mut next = None;
        for rule in self.scheduled_rules() {
            // A rule that is changed or deleted right now does so before or after it fires.
            let _alone = self.changes.lock().await;
            let Ok(rule) = self.registry().rule(DEFAULT_BUS, &rule) else { continue };
            let now = self.platform.clock.now();
            let mut due = self.schedules.due_at(&rule);
            if let Some(moment) = due.filter(|moment| *moment <= now) {
                self.fire(&rule, if now.since(moment) < PRECISION { moment } else { now }).await?;
                due = self.schedules.due_at(&rule);
            }
            next = next.into_iter().chain(due).min();
        }
        Ok(next)
    }

    fn scheduled_rules(&self) -> Vec<String> {
        let registry = self.registry();
        let rules = registry.bus(DEFAULT_BUS).into_iter().flat_map(|bus| bus.rules().values());
        rules.filter(|rule| rule.schedule.is_some()).map(|rule| rule.record.name.clone()).collect()
    }

    /// Delivers a scheduled event to the rule's targets and writes, in the same transaction, that the rule fired.
    async fn fire(&self, rule: &Rule, at: Timestamp) -> Result<(), ServiceError> {
        let scope = &self.platform.scope;
        let envelope = Envelope {
            version: "0".to_owned(),
            id: Uuid::new_v4().to_string(),
            detail_type: "Scheduled Event".to_owned(),
            source: "aws.events".to_owned(),
            account: scope.account.clone(),
            time: at,
            region: scope.region.clone(),
            replay_name: None,
            resources: vec![rule.arn.clone()],
            detail: envelope::detail("{}").expect("an object"),
        };
        let mut routed = Routed::default();
        self.route_scheduled(rule, &envelope, &mut routed);
        let name = rule.record.name.clone();
        let written = name.clone();
        self.accept(routed, Some(move |connection: &Connection| rows::fired::put(connection, &written, at))).await?;
        self.schedules.fired().insert(name, at);
        Ok(())
    }
}
