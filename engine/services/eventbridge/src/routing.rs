//! From an accepted event to the archives that keep it and the deliveries it makes.

use std::sync::Arc;

use service::ServiceError;
use tokio::sync::broadcast;

use crate::delivery::{Delivery, Letter};
use crate::envelope::Envelope;
use crate::registry::Registry;
use crate::replay::Replay;
use crate::rows;
use crate::rows::archives::Archived;
use crate::rule::Rule;
use crate::service::EventBridge;
use crate::target::Destination;

/// An event that a bus accepted, as [`EventBridge::subscribe`] tells it.
#[derive(Clone, Debug)]
pub struct Accepted {
    /// The bus.
    pub bus: String,
    /// The event with its envelope, as JSON text.
    pub event: Arc<str>,
}

/// Where an event comes from.
enum Origin<'a> {
    /// PutEvents.
    Put,
    /// Another bus.
    Bus,
    /// A replay.
    Replay(&'a Replay),
}

/// What an event, or several, make.
#[derive(Default)]
pub(crate) struct Routed {
    pub(crate) accepted: Vec<Accepted>,
    pub(crate) archived: Vec<Archived>,
    pub(crate) deliveries: Vec<Delivery>,
    pub(crate) letters: Vec<Letter>,
}

impl EventBridge {
    /// Adds to `routed` what `envelope` makes on `bus`. An event for a bus that isn't there makes nothing.
    pub(crate) fn route(&self, bus: &str, envelope: &Envelope, routed: &mut Routed) {
        self.route_from(&Origin::Put, bus, envelope, routed);
    }

    /// The same for an event that another bus sent on.
    pub(crate) fn route_forwarded(&self, bus: &str, envelope: &Envelope, routed: &mut Routed) {
        self.route_from(&Origin::Bus, bus, envelope, routed);
    }

    /// The same for a replayed event, which only the rules get that the replay names.
    pub(crate) fn route_replayed(&self, replay: &Replay, envelope: &Envelope, routed: &mut Routed) {
        self.route_from(&Origin::Replay(replay), &replay.bus, envelope, routed);
    }

    /// The same for the event of a rule that is due, which only that rule's targets get.
    pub(crate) fn route_scheduled(&self, rule: &Rule, envelope: &Envelope, routed: &mut Routed) {
        let event: Arc<str> = envelope.to_json().into();
        self.address(&self.registry(), rule, envelope, &event, false, routed);
        routed.accepted.push(Accepted { bus: rule.record.bus.clone(), event });
    }

    fn route_from(&self, origin: &Origin<'_>, bus: &str, envelope: &Envelope, routed: &mut Routed) {
        let text: Arc<str> = envelope.to_json().into();
        let registry = self.registry();
        let Some(bus) = registry.buses.get(bus) else { return };
        let rules = match bus.matching(&text) {
            Ok(rules) => rules,
            Err(malformed) => {
                // Its detail was JSON to our reader but not to that of the patterns: nothing can match it.
                tracing::warn!(%malformed, id = envelope.id, "an event cannot be matched");
                return;
            }
        };
        for rule in rules {
            if matches!(origin, Origin::Replay(replay) if !replay.reaches(&rule.arn)) {
                continue;
            }
            self.address(&registry, &rule, envelope, &text, matches!(origin, Origin::Bus), routed);
        }
        routed.accepted.push(Accepted { bus: bus.record.name.clone(), event: text });
    }

    /// Adds what the targets of a rule get of an event.
    fn address(
        &self,
        registry: &Registry,
        rule: &Rule,
        envelope: &Envelope,
        event: &Arc<str>,
        forwarded: bool,
        routed: &mut Routed,
    ) {
        for target in rule.targets.values() {
            let event = Arc::clone(event);
            if let Destination::Archive { name } = &target.destination {
                if let Some(archive) = registry.archives.get(name) {
                    routed.archived.push(Archived { archive: archive.id, time: envelope.time, event });
                }
                continue;
            }
            let delivery = Delivery {
                sequence: self.deliveries.next_sequence(),
                bus: rule.record.bus.clone(),
                rule: rule.record.name.clone(),
                target: target.id.clone(),
                event,
                forwarded,
                accepted_at: self.platform.clock.now(),
                attempts: 0,
                failure: None,
            };
            match &target.destination {
                Destination::Queue { name, group: None } => {
                    routed.letters.extend(self.letter(rule, target, name, delivery));
                }
                _ => routed.deliveries.push(delivery),
            }
        }
    }

    /// Writes what was routed, with `also` in the same transaction, and then delivers it.
    pub(crate) async fn accept<F>(&self, routed: Routed, also: Option<F>) -> Result<(), ServiceError>
    where
        F: FnOnce(&store::rusqlite::Connection) -> Result<(), ServiceError> + Send + 'static,
    {
        let Routed { accepted, archived, mut deliveries, letters } = routed;
        let (bundles, others) = self.enlist(letters);
        deliveries.extend(others);
        if !archived.is_empty() || !deliveries.is_empty() || !bundles.is_empty() || also.is_some() {
            // Held before they are written, so that whoever looks for due rows knows them as taken.
            self.deliveries.hold(&deliveries);
            let rows = deliveries.clone();
            let written = self.platform.store.write(move |connection| {
                rows::archives::add(connection, &archived)?;
                rows::deliveries::insert(connection, &rows)?;
                let sent = bundles.into_iter().map(|bundle| bundle.write(connection)).collect::<Result<Vec<_>, _>>()?;
                also.map_or(Ok(()), |also| also(connection))?;
                Ok(sent)
            });
            match written.await {
                Ok(sent) => sent.into_iter().for_each(|sent| self.sent(sent)),
                Err(failure) => {
                    self.deliveries.release(deliveries.iter().map(|delivery| delivery.sequence));
                    return Err(failure);
                }
            }
        }
        for event in accepted {
            self.tell(event);
        }
        self.dispatch(deliveries);
        Ok(())
    }

    /// The events that a bus accepts from now on, or all of them. A reader that is slow misses the oldest.
    pub fn subscribe(&self, bus: Option<&str>) -> broadcast::Receiver<Arc<Accepted>> {
        let mut listeners = self.listeners();
        listeners.entry(bus.map(str::to_owned)).or_insert_with(|| broadcast::channel(1024).0).subscribe()
    }

    fn tell(&self, event: Accepted) {
        let mut listeners = self.listeners();
        listeners.retain(|_, listener| listener.receiver_count() > 0);
        if listeners.is_empty() {
            return;
        }
        let (bus, event) = (event.bus.clone(), Arc::new(event));
        for key in [None, Some(bus)] {
            if let Some(listener) = listeners.get(&key) {
                // Nobody listens any more: the next event will find that out.
                let _ = listener.send(Arc::clone(&event));
            }
        }
    }
}
