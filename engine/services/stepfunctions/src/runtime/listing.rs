//! Lists of executions, what happened last first: running ones by their start or redrive, the others by their stop.
//!
//! <https://docs.aws.amazon.com/step-functions/latest/apireference/API_ListExecutions.html>

use std::cmp::Reverse;

use service::ServiceError;
use store::rusqlite::{Connection, params};

use super::rows::{COLUMNS, Row, row};

/// The statuses of executions; the last one is of children of map runs alone.
pub(crate) const STATUSES: &[&str] = &["RUNNING", "SUCCEEDED", "FAILED", "TIMED_OUT", "ABORTED", "PENDING_REDRIVE"];

/// A place in a list: the moment in milliseconds, and a number that tells those of one moment apart.
pub(crate) type Position = (i64, i64);

/// Whose executions to list.
pub(crate) enum Of {
    Machine(String),
    /// Those that run a version of a machine.
    Version(String),
    /// Those that were started through an alias.
    Alias(String),
    MapRun(String),
}

impl Of {
    /// The column that has it, and what is there.
    fn column(&self) -> (&'static str, &str) {
        match self {
            Self::Machine(arn) => ("machine", arn),
            Self::Version(arn) => ("version", arn),
            Self::Alias(arn) => ("alias", arn),
            Self::MapRun(arn) => ("map_run", arn),
        }
    }
}

/// Which executions to list.
pub(crate) struct Filter {
    pub(crate) of: Of,
    pub(crate) status: Option<&'static str>,
    /// Only those that were redriven, or were not.
    pub(crate) redriven: Option<bool>,
    /// The last one on the page before.
    pub(crate) after: Option<Position>,
    pub(crate) most: usize,
}

impl Filter {
    pub(super) fn statuses(&self) -> &[&'static str] {
        self.status.as_ref().map_or(STATUSES, std::slice::from_ref)
    }

    pub(super) fn behind(&self) -> Position {
        self.after.unwrap_or((i64::MAX, i64::MAX))
    }

    /// Whether the execution is among those that are wanted.
    pub(super) fn wants(&self, row: &Row) -> bool {
        self.statuses().contains(&row.status.as_str())
            && self.redriven.is_none_or(|redriven| redriven == (row.redrive_count > 0))
            && position(row) < self.behind()
    }

    /// Brings what was found in several places into the order of lists.
    pub(super) fn page(&self, mut rows: Vec<Row>) -> Vec<Row> {
        rows.sort_by_key(|row| Reverse(position(row)));
        rows.truncate(self.most);
        rows
    }
}

/// Where an execution stands in lists.
pub(crate) fn position(row: &Row) -> Position {
    (row.listed_at().as_millis(), row.id)
}

/// A page of the executions that have rows.
pub(super) fn list(connection: &Connection, filter: &Filter) -> Result<Vec<Row>, ServiceError> {
    let mut statement = connection.prepare_cached(&query(filter))?;
    let (_, arn) = filter.of.column();
    let (at, id) = filter.behind();
    let found = statement.query_map(params![arn, at, id, filter.most], row)?.collect::<Result<_, _>>()?;
    Ok(filter.page(found))
}

/// Each status is in order in its index; SQLite merges them, and reads no more than the page has.
fn query(filter: &Filter) -> String {
    let (column, _) = filter.of.column();
    let redriven = match filter.redriven {
        Some(true) => "AND redrive_count > 0",
        Some(false) => "AND redrive_count = 0",
        None => "",
    };
    let of_status = |status: &&str| {
        format!(
            "SELECT id AS place, listed_at AS at FROM states_executions \
             WHERE {column} = ?1 AND status = '{status}' AND (listed_at, id) < (?2, ?3) {redriven}"
        )
    };
    let merged = filter.statuses().iter().map(of_status).collect::<Vec<_>>().join(" UNION ALL ");
    format!(
        "SELECT {COLUMNS} FROM ({merged} ORDER BY at DESC, place DESC LIMIT ?4) \
         CROSS JOIN states_executions ON id = place"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_page_reads_or_sorts_more_than_it_shows() {
        let connection = Connection::open_in_memory().expect("a database");
        connection.execute_batch(&crate::schema::MIGRATIONS.concat()).expect("tables");
        let of: [fn(String) -> Of; 4] = [Of::Machine, Of::Version, Of::Alias, Of::MapRun];
        for of in of {
            for status in [None, Some("FAILED")] {
                for redriven in [None, Some(true)] {
                    let filter = Filter { of: of("arn".to_owned()), status, redriven, after: None, most: 1 };
                    let mut statement =
                        connection.prepare(&format!("EXPLAIN QUERY PLAN {}", query(&filter))).expect("a statement");
                    let plan: Vec<String> = statement
                        .query_map(params!["arn", 0, 0, 1], |step| step.get(3))
                        .and_then(Iterator::collect)
                        .expect("a plan");
                    let plan = plan.join("\n");
                    assert!(!plan.contains("SCAN states_executions") && !plan.contains("TEMP B-TREE"), "{plan}");
                    assert!(plan.contains("status=? AND listed_at<?"), "{plan}");
                }
            }
        }
    }
}
