//! The service: what it holds, how it starts, and the dispatch of operations.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, Weak};

use async_trait::async_trait;
use serde_json::Value;
use service::{Api, Platform, Service, ServiceError};
use store::rusqlite::Connection;
use tokio::sync::{Notify, broadcast};

use crate::api::API;
use crate::bus::{Bus, BusRecord};
use crate::delivery::Deliveries;
use crate::names::DEFAULT_BUS;
use crate::registry::Registry;
use crate::routing::{Accepted, Routed};
use crate::rows;
use crate::scheduled::Schedules;
use crate::web::{State, Web};

/// What can be chosen about EventBridge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// How large the entries of one PutEvents may be together, in bytes. AWS raised it from 262,144 to 1,048,576.
    pub most_request_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { most_request_bytes: 1_048_576 }
    }
}

type Listeners = HashMap<Option<String>, broadcast::Sender<Arc<Accepted>>>;

/// Amazon EventBridge.
pub struct EventBridge {
    pub(crate) platform: Platform,
    /// Itself, for work that outlives a call.
    pub(crate) this: Weak<Self>,
    pub(crate) settings: Settings,
    /// One change of what was declared at a time.
    pub(crate) changes: tokio::sync::Mutex<()>,
    pub(crate) deliveries: Deliveries,
    /// Archived events became superfluous.
    pub(crate) superfluous: Notify,
    pub(crate) schedules: Schedules,
    pub(crate) web: Web,
    registry: RwLock<Registry>,
    listeners: Mutex<Listeners>,
}

impl EventBridge {
    /// Opens what the store holds. Events are accepted and delivered from now on; call [`EventBridge::start`] once all
    /// services are registered.
    ///
    /// # Errors
    /// The store's.
    pub fn open(platform: &Platform) -> Result<Arc<Self>, ServiceError> {
        Self::open_with(platform, Settings::default())
    }

    /// [`EventBridge::open`] with other settings.
    ///
    /// # Errors
    /// The store's.
    pub fn open_with(platform: &Platform, settings: Settings) -> Result<Arc<Self>, ServiceError> {
        platform.store.migrate("eventbridge", rows::TABLES)?;
        let (scope, now) = (platform.scope.clone(), platform.clock.now());
        let (registry, last_sequence, fired) = platform.store.write_blocking(move |connection| {
            let mut registry = rows::declarations::registry(connection, &scope)?;
            if !registry.buses.contains_key(DEFAULT_BUS) {
                let name = DEFAULT_BUS.to_owned();
                let record =
                    BusRecord { name: name.clone(), created_at: now, modified_at: now, ..BusRecord::default() };
                rows::declarations::put_bus(connection, &record)?;
                registry.buses.insert(name, Bus::new(record));
            }
            Ok::<_, ServiceError>((
                registry,
                rows::deliveries::last_sequence(connection)?,
                rows::fired::all(connection)?,
            ))
        })?;
        let web = Web::open(platform)?;
        let bridge = Arc::new_cyclic(|this| Self {
            platform: platform.clone(),
            this: Weak::clone(this),
            settings,
            changes: tokio::sync::Mutex::default(),
            deliveries: Deliveries::new(last_sequence),
            superfluous: Notify::new(),
            schedules: Schedules::new(fired),
            web,
            registry: RwLock::new(registry),
            listeners: Mutex::default(),
        });
        platform.tasks.spawn(Arc::clone(&bridge).delete_done());
        Ok(bridge)
    }

    /// Goes on with what a stop or a crash interrupted: deliveries that are not done, replays, and schedules. To be called
    /// once, when the services that targets lead to are there.
    pub fn start(self: &Arc<Self>) {
        self.platform.spawn(Arc::clone(self).fetch_due());
        self.platform.spawn(Arc::clone(self).delete_superfluous());
        self.platform.spawn(Arc::clone(self).fire_schedules());
        for connection in self.web.connections().iter().filter(|connection| connection.state == State::Authorizing) {
            self.authorize_later(connection.name.clone());
        }
        let unfinished: Vec<String> = self
            .registry()
            .replays
            .values()
            .filter(|replay| !replay.state.is_final())
            .map(|replay| replay.name.clone())
            .collect();
        for replay in unfinished {
            self.platform.spawn(Arc::clone(self).run_replay(replay));
        }
    }

    pub(crate) fn registry(&self) -> RwLockReadGuard<'_, Registry> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn registry_mut(&self) -> RwLockWriteGuard<'_, Registry> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn listeners(&self) -> MutexGuard<'_, Listeners> {
        self.listeners.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Accepts events and nothing besides.
    pub(crate) async fn accept_events(&self, routed: Routed) -> Result<(), ServiceError> {
        self.accept(routed, None::<fn(&Connection) -> Result<(), ServiceError>>).await
    }
}

#[async_trait]
impl Service for EventBridge {
    fn api(&self) -> &'static Api {
        &API
    }

    async fn call(&self, operation: &str, input: Value) -> Result<Value, ServiceError> {
        match operation {
            "CancelReplay" => self.cancel_replay(input).await,
            "CreateApiDestination" => self.create_api_destination(input).await,
            "CreateArchive" => self.create_archive(input).await,
            "CreateConnection" => self.create_connection(input).await,
            "CreateEventBus" => self.create_event_bus(input).await,
            "DeauthorizeConnection" => self.deauthorize_connection(input).await,
            "DeleteApiDestination" => self.delete_api_destination(input).await,
            "DeleteArchive" => self.delete_archive(input).await,
            "DeleteConnection" => self.delete_connection(input).await,
            "DeleteEventBus" => self.delete_event_bus(input).await,
            "DeleteRule" => self.delete_rule(input).await,
            "DescribeApiDestination" => self.describe_api_destination(input),
            "DescribeArchive" => self.describe_archive(input).await,
            "DescribeConnection" => self.describe_connection(input),
            "DescribeEventBus" => self.describe_event_bus(input),
            "DescribeReplay" => self.describe_replay(input),
            "DescribeRule" => self.describe_rule(input),
            "DisableRule" => self.set_rule_state(input, "DISABLED").await,
            "EnableRule" => self.set_rule_state(input, "ENABLED").await,
            "HearsServiceEvents" => self.hears_service_events(&input),
            "InvokeApiDestination" => self.invoke_api_destination(input).await,
            "ListApiDestinations" => self.list_api_destinations(input),
            "ListArchives" => self.list_archives(input).await,
            "ListConnections" => self.list_connections(input),
            "ListEventBuses" => self.list_event_buses(input),
            "ListReplays" => self.list_replays(input),
            "ListRuleNamesByTarget" => self.list_rule_names_by_target(input),
            "ListRules" => self.list_rules(input),
            "ListTagsForResource" => self.list_tags_for_resource(input),
            "ListTargetsByRule" => self.list_targets_by_rule(input),
            "PutEvents" => self.put_events(input).await,
            "PutPermission" => self.put_permission(input).await,
            "PutRule" => self.put_rule(input).await,
            "PutServiceEvents" => self.put_service_events(input).await,
            "PutTargets" => self.put_targets(input).await,
            "RemovePermission" => self.remove_permission(input).await,
            "RemoveTargets" => self.remove_targets(input).await,
            "SendRequest" => self.send_request(input).await,
            "StartReplay" => self.start_replay(input).await,
            "TagResource" => self.tag_resource(input).await,
            "TestEventPattern" => self.test_event_pattern(input),
            "UntagResource" => self.untag_resource(input).await,
            "UpdateApiDestination" => self.update_api_destination(input).await,
            "UpdateArchive" => self.update_archive(input).await,
            "UpdateConnection" => self.update_connection(input).await,
            "UpdateEventBus" => self.update_event_bus(input).await,
            other if API.operations.not_built.contains(&other) => Err(ServiceError::not_built(API.name, other)),
            _ => Err(ServiceError::unknown_operation()),
        }
    }
}
