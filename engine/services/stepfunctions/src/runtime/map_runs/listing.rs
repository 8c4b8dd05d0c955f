//! Express children of a map run in lists of executions: they have no rows of their own. How they ended is kept, and those
//! that run are known to whoever coordinates the run.

use std::collections::BTreeMap;

use service::ServiceError;
use store::rusqlite::{self, Connection, OptionalExtension, params};

use super::children::Child;
use super::kept;
use crate::runtime::listing::{self, Filter, Of};
use crate::runtime::rows::Row;

/// Express children that run, by place.
pub(in crate::runtime) type UnderWay = BTreeMap<i64, Row>;

/// [`listing::list`] of a map run, with its Express children.
pub(in crate::runtime) fn list(
    connection: &Connection,
    filter: &Filter,
    mut under_way: UnderWay,
) -> Result<Vec<Row>, ServiceError> {
    let mut listed = listing::list(connection, filter)?;
    if let Of::MapRun(run) = &filter.of {
        for ended in ended(connection, run, filter)? {
            match under_way.get(&ended.id) {
                // It ended in an earlier attempt at the run, and runs again.
                Some(again) if again.started_at > ended.started_at => continue,
                // It has ended since.
                Some(_) => drop(under_way.remove(&ended.id)),
                None => {}
            }
            listed.push(ended);
        }
    }
    listed.extend(under_way.into_values().filter(|row| filter.wants(row)));
    Ok(filter.page(listed))
}

/// A page of those that have ended.
fn ended(connection: &Connection, run: &str, filter: &Filter) -> Result<Vec<Row>, ServiceError> {
    if filter.redriven == Some(true) {
        // They are never redriven: they are run again.
        return Ok(Vec::new());
    }
    let of_status = |status: &&str| {
        format!(
            "SELECT place, items, outcome, run, listed_at AS at FROM states_map_items WHERE run = ?1 \
             AND outcome IS NOT NULL AND status = '{status}' AND (listed_at, place) < (?2, ?3)"
        )
    };
    let merged = filter.statuses().iter().map(of_status).collect::<Vec<_>>().join(" UNION ALL ");
    let mut statement = connection.prepare_cached(&format!("{merged} ORDER BY at DESC, place DESC LIMIT ?4"))?;
    let (at, place) = filter.behind();
    let found = statement.query_map(params![run, at, place, filter.most], kept_end)?.collect::<Result<Vec<_>, _>>()?;
    found.into_iter().map(KeptEnd::row).collect()
}

/// The Express child of that ARN, if it has ended.
pub(in crate::runtime) fn find(connection: &Connection, arn: &str) -> Result<Option<Row>, ServiceError> {
    let mut statement = connection.prepare_cached(
        "SELECT place, items, outcome, run FROM states_map_items WHERE arn = ?1 AND outcome IS NOT NULL",
    )?;
    statement.query_row([arn], kept_end).optional()?.map(KeptEnd::row).transpose()
}

struct KeptEnd {
    place: i64,
    items: u64,
    outcome: String,
    run: String,
}

fn kept_end(found: &rusqlite::Row<'_>) -> rusqlite::Result<KeptEnd> {
    Ok(KeptEnd { place: found.get(0)?, items: found.get(1)?, outcome: found.get(2)?, run: found.get(3)? })
}

impl KeptEnd {
    fn row(self) -> Result<Row, ServiceError> {
        let child: Child = serde_json::from_str(&self.outcome).map_err(|error| kept::damaged(&error))?;
        Ok(child.row(self.place, self.items, &self.run))
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::schema::MIGRATIONS;

    #[test]
    fn children_that_an_older_engine_kept_are_listed_and_found() {
        let connection = Connection::open_in_memory().expect("a database");
        let (last, before) = MIGRATIONS.split_last().expect("scripts");
        connection.execute_batch(&before.concat()).expect("the older tables");
        let child = |name: &str, status: &str, stopped_at: i64| {
            json!({
                "arn": format!("arn:{name}"), "name": name, "machine": "m/each", "status": status, "input": "{}",
                "output": null, "error": null, "cause": null, "started_at": 1, "stopped_at": stopped_at,
                "redrive_count": 0, "redrive_date": null, "attempt": 0, "not_redrivable": false,
            })
        };
        let kept = [child("a", "SUCCEEDED", 30), child("b", "FAILED", 20), child("c", "SUCCEEDED", 40)];
        for (place, outcome) in kept.iter().enumerate() {
            connection
                .execute(
                    "INSERT INTO states_map_items VALUES ('run', ?1, NULL, 1, ?2)",
                    params![place, outcome.to_string()],
                )
                .expect("kept");
        }
        connection.execute_batch(last).expect("the newest script");
        let names = |status, after, most| {
            let filter = Filter { of: Of::MapRun("run".to_owned()), status, redriven: None, after, most };
            let listed = list(&connection, &filter, UnderWay::new()).expect("listed");
            listed.into_iter().map(|row| row.name).collect::<Vec<_>>()
        };
        assert_eq!(names(None, None, 9), ["c", "a", "b"]);
        assert_eq!(names(None, Some((40, 2)), 1), ["a"]);
        assert_eq!(names(Some("SUCCEEDED"), Some((40, 2)), 9), ["a"]);
        let found = find(&connection, "arn:b").expect("looked up").expect("found");
        assert_eq!((found.status.as_str(), found.map_run.as_deref()), ("FAILED", Some("run")));
    }

    #[test]
    fn no_page_of_children_reads_or_sorts_more_than_it_shows() {
        let connection = Connection::open_in_memory().expect("a database");
        connection.execute_batch(&MIGRATIONS.concat()).expect("tables");
        for query in [
            "SELECT place, listed_at AS at FROM states_map_items WHERE run = 'r' AND outcome IS NOT NULL \
             AND status = 'FAILED' AND (listed_at, place) < (1, 1) ORDER BY at DESC, place DESC LIMIT 1",
            "SELECT place FROM states_map_items WHERE arn = 'a' AND outcome IS NOT NULL",
        ] {
            let plan: String =
                connection.query_row(&format!("EXPLAIN QUERY PLAN {query}"), [], |step| step.get(3)).expect("a plan");
            assert!(plan.starts_with("SEARCH") && plan.contains("INDEX states_map_items_by"), "{plan}");
        }
    }
}
