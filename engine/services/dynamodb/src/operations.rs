//! The operations of DynamoDB, by name.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use dynoxide::{DynoxideError, actions};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use service::ServiceError;

use crate::database::Session;
use crate::errors::{service_error, unreadable};
use crate::{records, tokens};

pub(crate) const BUILT: &[&str] = &[
    "BatchExecuteStatement",
    "BatchGetItem",
    "BatchWriteItem",
    "CreateTable",
    "DeleteItem",
    "DeleteTable",
    "DescribeTable",
    "DescribeTimeToLive",
    "ExecuteStatement",
    "ExecuteTransaction",
    "GetItem",
    "ListTables",
    "ListTagsOfResource",
    "PutItem",
    "Query",
    "Scan",
    "SearchVectors",
    "TagResource",
    "TransactGetItems",
    "TransactWriteItems",
    "UntagResource",
    "UpdateItem",
    "UpdateTable",
    "UpdateTimeToLive",
];

pub(crate) const NOT_BUILT: &[&str] = &[
    "CreateBackup",
    "CreateGlobalTable",
    "DeleteBackup",
    "DeleteResourcePolicy",
    "DescribeBackup",
    "DescribeContinuousBackups",
    "DescribeContributorInsights",
    "DescribeEndpoints",
    "DescribeExport",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "DescribeImport",
    "DescribeKinesisStreamingDestination",
    "DescribeLimits",
    "DescribeTableReplicaAutoScaling",
    "DisableKinesisStreamingDestination",
    "EnableKinesisStreamingDestination",
    "ExportTableToPointInTime",
    "GetResourcePolicy",
    "ImportTable",
    "ListBackups",
    "ListContributorInsights",
    "ListExports",
    "ListGlobalTables",
    "ListImports",
    "PutResourcePolicy",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "UpdateContinuousBackups",
    "UpdateContributorInsights",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateKinesisStreamingDestination",
    "UpdateTableReplicaAutoScaling",
];

/// Reads the request, runs dynoxide's action on the session's storage, writes the answer.
macro_rules! act {
    ($session:expr, $action:ident, $input:expr $(, $more:expr)?) => {
        decode($input)
            .and_then(|request| ready(actions::$action::execute(&$session.storage, request $(, $more)?)))
            .and_then(|answer| encode(&answer))
    };
}
pub(crate) use act;

/// Answers an operation of DynamoDB.
pub(crate) fn run(session: &Session, operation: &str, mut input: Value) -> Result<Value, ServiceError> {
    session.names.inward(&mut input);
    let mut output = dispatch(session, operation, input).map_err(|error| service_error(&error, &session.names))?;
    if operation.contains("Table") {
        session.names.outward(&mut output);
    }
    Ok(output)
}

fn dispatch(session: &Session, operation: &str, input: Value) -> Result<Value, DynoxideError> {
    match operation {
        "BatchExecuteStatement" => act!(session, batch_execute_statement, input),
        "BatchGetItem" => act!(session, batch_get_item, input),
        "BatchWriteItem" => act!(session, batch_write_item, input),
        "CreateTable" => act!(session, create_table, input),
        "DeleteItem" => act!(session, delete_item, input),
        "DeleteTable" => delete_table(session, input),
        "DescribeTable" => act!(session, describe_table, input, &session.lifecycle),
        "DescribeTimeToLive" => act!(session, describe_time_to_live, input),
        "ExecuteStatement" => act!(session, execute_statement, input),
        "ExecuteTransaction" => {
            let run = || act!(session, execute_transaction, input.clone());
            tokens::once(session, operation, &input, "TransactStatements", run)
        }
        "GetItem" => act!(session, get_item, input),
        "ListTables" => act!(session, list_tables, input),
        "ListTagsOfResource" => act!(session, list_tags_of_resource, input),
        "PutItem" => act!(session, put_item, input),
        "Query" => act!(session, query, input),
        "Scan" => act!(session, scan, input),
        "SearchVectors" => act!(session, search_vectors, input, &session.lifecycle),
        "TagResource" => act!(session, tag_resource, input),
        "TransactGetItems" => act!(session, transact_get_items, input),
        "TransactWriteItems" => {
            let run = || act!(session, transact_write_items, input.clone());
            tokens::once(session, operation, &input, "TransactItems", run)
        }
        "UntagResource" => act!(session, untag_resource, input),
        "UpdateItem" => act!(session, update_item, input),
        "UpdateTable" => update_table(session, input),
        "UpdateTimeToLive" => act!(session, update_time_to_live, input),
        other => Err(DynoxideError::InternalServerError(format!("{other} is no operation of DynamoDB"))),
    }
}

/// A table made again under the same name must not show the old one's stream.
fn delete_table(session: &Session, input: Value) -> Result<Value, DynoxideError> {
    let table = input["TableName"].as_str().unwrap_or_default().to_owned();
    let answer = act!(session, delete_table, input, &session.lifecycle)?;
    records::forget(session, &table)?;
    Ok(answer)
}

/// A stream that is switched on again is a new one.
fn update_table(session: &Session, input: Value) -> Result<Value, DynoxideError> {
    let begins = input["StreamSpecification"]["StreamEnabled"] == true;
    let table = input["TableName"].as_str().unwrap_or_default().to_owned();
    let answer = act!(session, update_table, input, &session.lifecycle)?;
    if begins {
        records::forget(session, &table)?;
    }
    Ok(answer)
}

pub(crate) fn decode<T: DeserializeOwned>(input: Value) -> Result<T, DynoxideError> {
    serde_json::from_value(input).map_err(|error| unreadable(&error))
}

pub(crate) fn encode(answer: &impl Serialize) -> Result<Value, DynoxideError> {
    serde_json::to_value(answer).map_err(|error| DynoxideError::InternalServerError(error.to_string()))
}

/// The outcome of a future of dynoxide's. Over SQLite they do their work when first polled and never wait.
pub(crate) fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(outcome) => outcome,
        Poll::Pending => unreachable!("dynoxide's native storage completes every call at once"),
    }
}

/// DeleteItem, for what deletes on its own account.
pub(crate) fn delete_item(session: &Session, input: Value) -> Result<Value, DynoxideError> {
    act!(session, delete_item, input)
}
