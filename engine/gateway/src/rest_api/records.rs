//! A REST API as it is stored: resources with their methods, deployments, stages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::declared::Declaration;

/// Members of a resource, as AWS's model names them.
pub(super) type Members = Map<String, Value>;

/// Resources by id.
pub(super) type Resources = BTreeMap<String, Resource>;

/// A REST API as it is stored.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) id: String,
    /// Milliseconds since the epoch.
    pub(super) created: i64,
    pub(super) api: Members,
    pub(super) resources: Resources,
    pub(super) deployments: BTreeMap<String, Deployment>,
    /// By name.
    pub(super) stages: BTreeMap<String, Members>,
}

impl Declaration for Record {
    const TABLE: &'static str = "rest_apis";
    const MIGRATIONS: &'static [&'static str] =
        &["CREATE TABLE rest_apis (id TEXT PRIMARY KEY, record TEXT NOT NULL) STRICT;"];

    fn id(&self) -> &str {
        &self.id
    }

    fn created(&self) -> i64 {
        self.created
    }
}

/// One segment of a path, with the methods there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Resource {
    pub(super) id: String,
    /// Only the root has none.
    pub(super) parent: Option<String>,
    pub(super) part: String,
    pub(super) path: String,
    /// By HTTP method, `ANY` among them; integration and responses are members as AWS's model nests them.
    pub(super) methods: BTreeMap<String, Members>,
}

/// What stages serve: the resources as they were when it was made.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(super) struct Deployment {
    pub(super) id: String,
    pub(super) created: i64,
    pub(super) description: Option<String>,
    pub(super) resources: Resources,
}

impl Record {
    /// Whether its answers come through CloudFront, which is the default.
    pub(super) fn is_edge_optimized(&self) -> bool {
        self.api.get("endpointConfiguration").is_none_or(|configuration| configuration["types"][0] == "EDGE")
    }

    /// The resource that all others are below.
    pub(super) fn root(&self) -> Option<&Resource> {
        self.resources.values().find(|resource| resource.parent.is_none())
    }
}

impl Resource {
    /// As the API answers it.
    pub(super) fn described(&self, with_methods: bool) -> Value {
        let mut members = Members::new();
        members.insert("id".to_owned(), self.id.clone().into());
        if let Some(parent) = &self.parent {
            members.insert("parentId".to_owned(), parent.clone().into());
            members.insert("pathPart".to_owned(), self.part.clone().into());
        }
        members.insert("path".to_owned(), self.path.clone().into());
        if !self.methods.is_empty() {
            let described = |method: &Members| {
                if with_methods { Value::Object(method.clone()) } else { Value::Object(Members::new()) }
            };
            let methods = self.methods.iter().map(|(name, method)| (name.clone(), described(method)));
            members.insert("resourceMethods".to_owned(), methods.collect::<Members>().into());
        }
        Value::Object(members)
    }
}
