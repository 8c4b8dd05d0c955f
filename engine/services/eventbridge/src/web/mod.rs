//! Web addresses: connections that authorize requests, API destinations, and the requests themselves.
//!
//! <https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-api-destinations.html>

mod authorization;
mod credentials;
mod draft;
mod error;
mod pace;
mod records;
mod rows;
mod send;

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use clock::Timestamp;
use http_client::Client;
use service::{Platform, ServiceError};

use authorization::Token;

pub(crate) use credentials::{Credentials, Parameters};
pub(crate) use draft::Draft;
pub(crate) use error::WebError;
pub(crate) use records::{ApiDestination, Connection, State};
pub(crate) use send::Sent;

/// What was declared of the web, and what requests share.
pub(crate) struct Web {
    platform: Platform,
    client: Client,
    connections: RwLock<BTreeMap<String, Arc<Connection>>>,
    destinations: RwLock<BTreeMap<String, Arc<ApiDestination>>>,
    /// By the connection's id.
    tokens: Mutex<HashMap<String, Token>>,
    /// When each destination may be asked next, by its id.
    paces: Mutex<HashMap<String, Timestamp>>,
}

impl Web {
    /// Reads what was declared.
    pub(crate) fn open(platform: &Platform) -> Result<Self, ServiceError> {
        platform.store.migrate("eventbridge_web", rows::TABLES)?;
        let (connections, destinations) = platform.store.read_blocking(|connection| {
            Ok::<_, ServiceError>((rows::connections(connection)?, rows::destinations(connection)?))
        })?;
        Ok(Self {
            platform: platform.clone(),
            client: Client::default(),
            connections: RwLock::new(connections),
            destinations: RwLock::new(destinations),
            tokens: Mutex::default(),
            paces: Mutex::default(),
        })
    }

    /// All connections, by name.
    pub(crate) fn connections(&self) -> Vec<Arc<Connection>> {
        self.connections.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    /// All API destinations, by name.
    pub(crate) fn destinations(&self) -> Vec<Arc<ApiDestination>> {
        self.destinations.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(crate) fn connection(&self, name: &str) -> Option<Arc<Connection>> {
        self.connections.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    pub(crate) fn destination(&self, name: &str) -> Option<Arc<ApiDestination>> {
        self.destinations.read().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }

    /// The connection of this ARN: its name and its id must fit.
    pub(crate) fn connection_of(&self, arn: &str) -> Option<Arc<Connection>> {
        let (name, id) = named(arn, ":connection/")?;
        self.connection(name).filter(|connection| connection.id == id)
    }

    /// The API destination of this ARN.
    pub(crate) fn destination_of(&self, arn: &str) -> Option<Arc<ApiDestination>> {
        let (name, id) = named(arn, ":api-destination/")?;
        self.destination(name).filter(|destination| destination.id == id)
    }

    /// Keeps a connection.
    pub(crate) async fn put_connection(&self, connection: Connection) -> Result<(), ServiceError> {
        let row = connection.clone();
        self.platform.store.write(move |connection| rows::put_connection(connection, &row)).await?;
        let mut all = self.connections.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(connection.name.clone(), Arc::new(connection));
        Ok(())
    }

    pub(crate) async fn delete_connection(&self, name: &str) -> Result<(), ServiceError> {
        let row = name.to_owned();
        self.platform.store.write(move |connection| rows::delete_connection(connection, &row)).await?;
        self.connections.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }

    pub(crate) async fn put_destination(&self, destination: ApiDestination) -> Result<(), ServiceError> {
        let row = destination.clone();
        self.platform.store.write(move |connection| rows::put_destination(connection, &row)).await?;
        let mut all = self.destinations.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(destination.name.clone(), Arc::new(destination));
        Ok(())
    }

    pub(crate) async fn delete_destination(&self, name: &str) -> Result<(), ServiceError> {
        let row = name.to_owned();
        self.platform.store.write(move |connection| rows::delete_destination(connection, &row)).await?;
        self.destinations.write().unwrap_or_else(PoisonError::into_inner).remove(name);
        Ok(())
    }
}

/// Name and id of an ARN that ends in `<kind><name>/<id>`.
fn named<'a>(arn: &'a str, kind: &str) -> Option<(&'a str, &'a str)> {
    arn.split_once(kind)?.1.split_once('/')
}
