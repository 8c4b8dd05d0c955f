//! Asynchronous events: durable once accepted, retried, and at last dead letters.
//!
//! <https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html>

use std::time::Duration;

use clock::Timestamp;
use serde_json::Value;
use service::ServiceError;
use uuid::Uuid;

use crate::Lambda;
use crate::configuration::{EventInvoke, Function};
use crate::destinations::Delivery;
use crate::runtime::Outcome;

const RETRIES: u32 = 2;
/// Seconds.
const MAX_AGE: u64 = 21_600;

/// An accepted event.
pub(crate) struct Event {
    /// The request id of each of its attempts.
    pub id: String,
    pub function: String,
    pub payload: Value,
    pub accepted: Timestamp,
    /// Attempts so far.
    pub attempts: u32,
}

impl Lambda {
    /// Accepts an event: it runs even when the engine stops after this.
    pub(crate) async fn accept_event(&self, function: &Function, payload: Value) -> Result<(), ServiceError> {
        let event = Event {
            id: Uuid::new_v4().to_string(),
            function: function.configuration.function_name.clone(),
            payload,
            accepted: self.platform.clock.now(),
            attempts: 0,
        };
        let row = (event.id.clone(), event.function.clone(), event.payload.to_string(), event.accepted.as_millis());
        self.platform
            .store
            .write(move |connection| {
                connection.execute(
                    "INSERT INTO lambda_events (id, function, payload, accepted, attempts) VALUES (?1, ?2, ?3, ?4, 0)",
                    row,
                )?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        self.work_at(event);
        Ok(())
    }

    /// Works at the events that the store still has.
    pub(crate) fn resume_events(&self) -> Result<(), ServiceError> {
        let events = self.platform.store.read_blocking(|connection| {
            let mut statement = connection
                .prepare("SELECT id, function, payload, accepted, attempts FROM lambda_events ORDER BY accepted, id")?;
            let rows = statement.query_map((), |row| {
                Ok(Event {
                    id: row.get(0)?,
                    function: row.get(1)?,
                    payload: serde_json::from_str(&row.get::<_, String>(2)?).unwrap_or_default(),
                    accepted: Timestamp::from_millis(row.get(3)?),
                    attempts: row.get(4)?,
                })
            })?;
            Ok::<_, ServiceError>(rows.collect::<Result<Vec<_>, _>>()?)
        })?;
        for event in events {
            self.work_at(event);
        }
        Ok(())
    }

    fn work_at(&self, event: Event) {
        let Some(this) = self.this.upgrade() else { return };
        self.platform.spawn(async move {
            let id = event.id.clone();
            if let Err(error) = this.run_event(event).await {
                // It stays in the store and runs again when the engine starts.
                tracing::error!(event = id, %error, "an asynchronous event can't be recorded");
            }
        });
    }

    async fn run_event(&self, mut event: Event) -> Result<(), ServiceError> {
        loop {
            // A function that was deleted takes its events with it.
            let Ok(function) = self.functions.get(&event.function) else {
                return self.forget_event(&event).await;
            };
            let (outcome, _) = {
                let _permit = self.asynchronous.acquire().await;
                self.run(&function, event.id.clone(), event.payload.clone(), None).await
            };
            event.attempts += 1;
            let condition = match &outcome {
                Outcome::Returned(_) => "Success",
                Outcome::Failed(_) => match self.pause(&function, &event) {
                    Ok(pause) => {
                        self.record_attempt(&event).await?;
                        self.platform.clock.sleep(pause).await;
                        continue;
                    }
                    Err(condition) => condition,
                },
            };
            self.deliver(Delivery { function: &function, event: &event, condition, outcome: &outcome }).await;
            return self.forget_event(&event).await;
        }
    }

    /// How long until the next attempt, or why there is none: one minute after the first, two after the second.
    fn pause(&self, function: &Function, event: &Event) -> Result<Duration, &'static str> {
        let none = EventInvoke::default();
        let config = function.event_invoke.as_ref().unwrap_or(&none);
        if event.attempts > config.maximum_retry_attempts.unwrap_or(RETRIES) {
            return Err("RetriesExhausted");
        }
        let pause = Duration::from_secs(60 * u64::from(event.attempts));
        let age = self.platform.clock.now().plus(pause).since(event.accepted);
        let is_too_old = age > Duration::from_secs(config.maximum_event_age_in_seconds.unwrap_or(MAX_AGE));
        if is_too_old { Err("EventAgeExceeded") } else { Ok(pause) }
    }

    async fn record_attempt(&self, event: &Event) -> Result<(), ServiceError> {
        let (id, attempts) = (event.id.clone(), event.attempts);
        let write = self.platform.store.write(move |connection| {
            connection.execute("UPDATE lambda_events SET attempts = ?2 WHERE id = ?1", (&id, attempts))?;
            Ok::<_, ServiceError>(())
        });
        write.await
    }

    async fn forget_event(&self, event: &Event) -> Result<(), ServiceError> {
        let id = event.id.clone();
        let write = self.platform.store.write(move |connection| {
            connection.execute("DELETE FROM lambda_events WHERE id = ?1", (&id,))?;
            Ok::<_, ServiceError>(())
        });
        write.await
    }
}
