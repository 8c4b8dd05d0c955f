//! A DynamoDB stream: its shards, each read in order, and after the shards they come from.

use std::collections::HashSet;
use std::time::Duration;

use serde::Deserialize;
use serde_json::{Value, json};
use service::ServiceError;
use tokio::task::JoinSet;

use crate::checkpoint::Checkpoint;
use crate::run::LOOK_AGAIN;
use crate::shard::{self, Position};
use crate::{Consumer, StartingPosition};

/// The id of DynamoDB Streams among the services.
pub(crate) const STREAMS: &str = "streams.dynamodb";

/// How often to look for new shards.
const LOOK_FOR_SHARDS: Duration = Duration::from_secs(10);

#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Shard {
    shard_id: String,
    parent_shard_id: Option<String>,
}

pub(crate) async fn prepare(run: &Consumer, start: StartingPosition, is_new: bool) -> Result<(), ServiceError> {
    for shard in shards(run).await? {
        let is_unread = checkpoint(run, &shard.shard_id).await?.is_none();
        if is_new && is_unread && start == StartingPosition::Latest {
            // Written down before the consumer counts as running, so that a restart before the first record loses none.
            let sequence_number = shard::newest_sequence_number(run, &shard.shard_id).await?;
            save(run, &shard.shard_id, Checkpoint { sequence_number, is_finished: false }).await?;
        }
    }
    Ok(())
}

pub(crate) async fn work(run: &Consumer, lanes: usize) {
    let mut readers = JoinSet::new();
    let mut reading = HashSet::new();
    while !run.stop.is_cancelled() {
        match unread(run, &reading).await {
            Ok(ready) => {
                for (shard, position) in ready {
                    reading.insert(shard.clone());
                    let run = run.clone();
                    readers.spawn(async move { (shard.clone(), shard::read(&run, &shard, position, lanes).await) });
                }
            }
            Err(error) => {
                tracing::warn!(consumer = run.intake.consumer, %error, "a consumer's stream can't be described");
                run.stage.cannot_read(&error);
            }
        }
        tokio::select! {
            () = run.stop.cancelled() => {}
            () = run.platform.clock.sleep(LOOK_FOR_SHARDS) => {}
            Some(ended) = readers.join_next() => match ended {
                Ok((shard, Ok(()))) => { reading.remove(&shard); }
                Ok((shard, Err(error))) => {
                    tracing::warn!(consumer = run.intake.consumer, shard, %error, "a shard can't be read");
                    run.stage.cannot_read(&error);
                    run.pause(LOOK_AGAIN).await;
                    reading.remove(&shard);
                }
                Err(failure) => {
                    tracing::error!(consumer = run.intake.consumer, %failure, "a reader of a shard ended unexpectedly");
                    run.pause(LOOK_AGAIN).await;
                    readers.shutdown().await;
                    reading.clear();
                }
            },
        }
    }
    // Batches under way are finished, so that they aren't repeated when the consumer starts again.
    while readers.join_next().await.is_some() {}
}

/// The shards that can be read now: not read to their end, nor being read, and with no parent of which that isn't true.
async fn unread(run: &Consumer, reading: &HashSet<String>) -> Result<Vec<(String, Position)>, ServiceError> {
    let shards = shards(run).await?;
    let mut finished = HashSet::new();
    let mut open = Vec::new();
    for shard in &shards {
        let checkpoint = checkpoint(run, &shard.shard_id).await?.unwrap_or_default();
        if checkpoint.is_finished {
            finished.insert(shard.shard_id.as_str());
        } else {
            open.push((shard, checkpoint));
        }
    }
    let known: HashSet<&str> = shards.iter().map(|shard| shard.shard_id.as_str()).collect();
    let is_ready = |shard: &Shard| {
        let waits = |parent: &String| known.contains(parent.as_str()) && !finished.contains(parent.as_str());
        !reading.contains(&shard.shard_id) && !shard.parent_shard_id.as_ref().is_some_and(waits)
    };
    let ready = open.into_iter().filter(|(shard, _)| is_ready(shard));
    Ok(ready.map(|(shard, checkpoint)| (shard.shard_id.clone(), Position(checkpoint.sequence_number))).collect())
}

async fn shards(run: &Consumer) -> Result<Vec<Shard>, ServiceError> {
    let mut shards = Vec::new();
    let mut after = Value::Null;
    loop {
        let mut input = json!({"StreamArn": run.intake.source_arn});
        if !after.is_null() {
            input["ExclusiveStartShardId"] = after;
        }
        let mut answer = run.platform.services.call(STREAMS, "DescribeStream", input).await?;
        let description = &mut answer["StreamDescription"];
        let page: Vec<Shard> = serde_json::from_value(description["Shards"].take())
            .map_err(|error| ServiceError::server("InternalException", error.to_string()))?;
        shards.extend(page);
        after = description["LastEvaluatedShardId"].take();
        if after.is_null() {
            return Ok(shards);
        }
    }
}

async fn checkpoint(run: &Consumer, shard: &str) -> Result<Option<Checkpoint>, ServiceError> {
    let (consumer, shard) = (run.intake.consumer.clone(), shard.to_owned());
    run.platform.store.read(move |connection| Checkpoint::find(connection, &consumer, &shard)).await
}

pub(crate) async fn save(run: &Consumer, shard: &str, checkpoint: Checkpoint) -> Result<(), ServiceError> {
    let (consumer, shard) = (run.intake.consumer.clone(), shard.to_owned());
    run.platform.store.write(move |connection| checkpoint.save(connection, &consumer, &shard)).await
}
