//! One request that changes a todo: answered from its record when it came before, else decided and committed.

use std::time::SystemTime;

use events::Timestamp;
use function::{Context, MissingSetting};
use uuid::Uuid;

use crate::TodoError;
use crate::domain::Todo;
use crate::idempotency::Request;
use crate::table::{Change, Commit, Tables};

/// How often a request reads and decides again after others were quicker.
const ATTEMPTS: u32 = 8;

/// Carries out requests that change todos.
#[derive(Clone, Debug)]
pub(crate) struct Mutations {
    tables: Tables,
    now: fn() -> Timestamp,
}

impl Mutations {
    /// Works on the tables that the function's settings name.
    pub(crate) fn build(context: &Context) -> Result<Self, MissingSetting> {
        let tables = Tables {
            client: aws_sdk_dynamodb::Client::new(&context.aws),
            todos: context.settings.require("TODOS_TABLE")?,
            idempotency: context.settings.require("IDEMPOTENCY_TABLE")?,
        };
        Ok(Self { tables, now })
    }

    /// Creates the todo that `decide` makes of the present moment.
    pub(crate) async fn create(
        &self,
        request: &Request,
        decide: impl Fn(Timestamp) -> Result<Todo, TodoError>,
    ) -> Result<Todo, TodoError> {
        for _ in 0..ATTEMPTS {
            let now = (self.now)();
            if let Some(record) = self.tables.record(&request.key, now).await? {
                return request.answer(&record);
            }
            if let Some(todo) = self.commit(request, &Change::Insert(decide(now)?), now).await? {
                return Ok(todo);
            }
        }
        Err(TodoError::Contended { attempts: ATTEMPTS })
    }

    /// Changes the todo `id` as `decide` says from its present state.
    pub(crate) async fn change(
        &self,
        request: &Request,
        id: &str,
        decide: impl Fn(Todo, Timestamp) -> Result<Change, TodoError>,
    ) -> Result<Todo, TodoError> {
        for _ in 0..ATTEMPTS {
            let now = (self.now)();
            let (record, todo) = tokio::try_join!(self.tables.record(&request.key, now), self.find(id))?;
            if let Some(record) = record {
                return request.answer(&record);
            }
            let todo = todo.ok_or_else(|| TodoError::NotFound { id: id.to_owned() })?;
            if let Some(todo) = self.commit(request, &decide(todo, now)?, now).await? {
                return Ok(todo);
            }
        }
        Err(TodoError::Contended { attempts: ATTEMPTS })
    }

    /// What isn't a UUID is no todo's id, and may not even be a key that DynamoDB takes.
    async fn find(&self, id: &str) -> Result<Option<Todo>, TodoError> {
        match Uuid::try_parse(id) {
            Ok(_) => self.tables.todo(id).await,
            Err(_) => Ok(None),
        }
    }

    async fn commit(&self, request: &Request, change: &Change, now: Timestamp) -> Result<Option<Todo>, TodoError> {
        let result = change.result();
        match self.tables.commit(change, &request.record(result, now), now).await? {
            Commit::Done => Ok(Some(result.clone())),
            Commit::Overtaken => Ok(None),
        }
    }
}

fn now() -> Timestamp {
    let since_epoch = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    let milliseconds = i64::try_from(since_epoch.as_millis()).unwrap_or(i64::MAX);
    Timestamp::from_millis(milliseconds).expect("the system's clock stands before the year 10000")
}
