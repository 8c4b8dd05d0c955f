//! Activities: kept in the store, served from memory.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use clock::Timestamp;
use serde::{Deserialize, Serialize};
use service::{Platform, ServiceError};
use store::Store;

/// An activity.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Activity {
    pub(crate) arn: String,
    pub(crate) name: String,
    pub(crate) created_at: Timestamp,
    pub(crate) tags: Vec<(String, String)>,
}

/// All activities.
pub(crate) struct Activities {
    store: Store,
    all: RwLock<BTreeMap<String, Arc<Activity>>>,
}

impl Activities {
    pub(crate) fn open(platform: &Platform) -> Result<Self, ServiceError> {
        let documents = platform.store.read_blocking(|connection| {
            let mut statement = connection.prepare("SELECT document FROM states_activities")?;
            let documents = statement.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()?;
            Ok::<_, ServiceError>(documents)
        })?;
        let all = documents
            .iter()
            .map(|document| {
                let activity: Activity = serde_json::from_str(document)
                    .map_err(|error| ServiceError::server("InternalFailure", error.to_string()))?;
                Ok((activity.arn.clone(), Arc::new(activity)))
            })
            .collect::<Result<_, ServiceError>>()?;
        Ok(Self { store: platform.store.clone(), all: RwLock::new(all) })
    }

    pub(crate) fn find(&self, arn: &str) -> Option<Arc<Activity>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).get(arn).cloned()
    }

    pub(crate) fn all(&self) -> Vec<Arc<Activity>> {
        self.all.read().unwrap_or_else(PoisonError::into_inner).values().cloned().collect()
    }

    pub(crate) async fn keep(&self, activity: Activity) -> Result<Arc<Activity>, ServiceError> {
        let activity = Arc::new(activity);
        let kept = Arc::clone(&activity);
        self.store
            .write(move |connection| {
                let document = serde_json::to_string(&*kept).expect("activities are plain data");
                connection.execute(
                    "INSERT INTO states_activities VALUES (?1, ?2) ON CONFLICT (arn) DO UPDATE SET document = excluded.document",
                    (&kept.arn, document),
                )?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        let mut all = self.all.write().unwrap_or_else(PoisonError::into_inner);
        all.insert(activity.arn.clone(), Arc::clone(&activity));
        Ok(activity)
    }

    pub(crate) async fn remove(&self, arn: String) -> Result<(), ServiceError> {
        let removed = arn.clone();
        self.store
            .write(move |connection| {
                connection.execute("DELETE FROM states_activities WHERE arn = ?1", [&removed])?;
                Ok::<_, ServiceError>(())
            })
            .await?;
        self.all.write().unwrap_or_else(PoisonError::into_inner).remove(&arn);
        Ok(())
    }
}
