//! An HTTP API as it is stored, with its routes, integrations and stages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::declared::Declaration;

/// Members of a resource, as AWS's model names them.
pub(super) type Members = Map<String, Value>;

/// An HTTP API as it is stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Record {
    pub id: String,
    /// Milliseconds since the epoch, each its own: the API that was created first is served at `/`.
    pub created: i64,
    pub api: Members,
    pub routes: BTreeMap<String, Members>,
    pub integrations: BTreeMap<String, Members>,
    pub stages: BTreeMap<String, Members>,
}

impl Declaration for Record {
    const TABLE: &'static str = "http_apis";
    const MIGRATIONS: &'static [&'static str] =
        &["CREATE TABLE http_apis (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;"];

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }
}

/// What belongs to an API, several of each.
#[derive(Clone, Copy, Debug)]
pub(super) enum Part {
    Route,
    Integration,
    Stage,
}

impl Part {
    /// The part that an operation is about: `CreateRoute`, `GetRoutes`.
    pub(super) fn of_operation(operation: &str) -> Option<Self> {
        let noun = operation.strip_suffix('s').unwrap_or(operation);
        [Self::Route, Self::Integration, Self::Stage].into_iter().find(|part| noun.ends_with(part.noun()))
    }

    /// The member that identifies it.
    pub(super) fn id_member(self) -> &'static str {
        match self {
            Self::Route => "RouteId",
            Self::Integration => "IntegrationId",
            Self::Stage => "StageName",
        }
    }

    fn noun(self) -> &'static str {
        match self {
            Self::Route => "Route",
            Self::Integration => "Integration",
            Self::Stage => "Stage",
        }
    }

    /// AWS's text for one that doesn't exist.
    pub(super) fn missing(self, id: &str) -> String {
        format!("Invalid {} identifier specified {id}", self.noun())
    }
}

impl Record {
    /// The parts of a kind, by id.
    pub(super) fn parts(&self, part: Part) -> &BTreeMap<String, Members> {
        match part {
            Part::Route => &self.routes,
            Part::Integration => &self.integrations,
            Part::Stage => &self.stages,
        }
    }

    /// The parts of a kind, by id.
    pub(super) fn parts_mut(&mut self, part: Part) -> &mut BTreeMap<String, Members> {
        match part {
            Part::Route => &mut self.routes,
            Part::Integration => &mut self.integrations,
            Part::Stage => &mut self.stages,
        }
    }
}
