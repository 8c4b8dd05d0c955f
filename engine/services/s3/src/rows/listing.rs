//! Listing keys in order, with everything below a delimiter rolled up.

use std::ops::Bound;

use rusqlite::{Connection, OptionalExtension, params};

use super::objects::{COLUMNS, Object, read};
use crate::error::Refused;

/// Which keys a listing wants.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) bucket: String,
    pub(crate) prefix: String,
    pub(crate) delimiter: Option<String>,
    /// Keys (and common prefixes) up to this one were seen.
    pub(crate) after: Option<String>,
    pub(crate) most: usize,
}

/// One page of a listing.
#[derive(Debug, Default)]
pub(crate) struct Page<T> {
    pub(crate) items: Vec<T>,
    pub(crate) common_prefixes: Vec<String>,
    /// The last key or common prefix, when there is more behind it.
    pub(crate) next: Option<String>,
}

/// The least text that is greater than every text with this prefix.
fn after_all_with(prefix: &str) -> Option<String> {
    let mut characters: Vec<char> = prefix.chars().collect();
    while let Some(last) = characters.pop() {
        // The surrogates between U+D7FF and U+E000 are no characters.
        let next = if last == '\u{d7ff}' { Some('\u{e000}') } else { char::from_u32(u32::from(last) + 1) };
        if let Some(next) = next {
            characters.push(next);
            return Some(characters.into_iter().collect());
        }
    }
    None
}

/// Walks the current objects of a bucket; skips over a common prefix in one step, however much is below it.
pub(crate) fn current(connection: &Connection, wanted: &Wanted) -> Result<Page<Object>, Refused> {
    let query = |condition: &str| {
        format!(
            "SELECT {COLUMNS} FROM s3_objects WHERE bucket = ?1 AND key {condition} ?2 AND is_latest = 1 AND is_marker = 0
             ORDER BY key LIMIT ?3"
        )
    };
    let (from, beyond) = (query(">="), query(">"));
    walk(
        wanted,
        |object: &Object| &object.key,
        |bound, limit| {
            let (query, key) = match bound {
                Bound::Included(key) => (&from, key),
                Bound::Excluded(key) => (&beyond, key),
                Bound::Unbounded => (&from, ""),
            };
            let mut statement = connection.prepare_cached(query)?;
            let objects =
                statement.query_map(params![wanted.bucket, key, limit], read)?.collect::<Result<Vec<_>, _>>()?;
            Ok(objects)
        },
    )
}

/// How many rows of versions are read at once.
const VERSIONS_AT_ONCE: i64 = 1000;

/// All versions and delete markers, by key and the newest first; behind `version_after` of the key that `wanted` begins at.
pub(crate) fn versions(
    connection: &Connection,
    wanted: &Wanted,
    version_after: Option<&str>,
) -> Result<Page<Object>, Refused> {
    let mut page = Page { items: Vec::new(), common_prefixes: Vec::new(), next: None };
    if wanted.most == 0 {
        return Ok(page);
    }
    let mut from = match (start(wanted), version_after) {
        (Bound::Excluded(key), Some(version)) => {
            let sequence: Option<i64> = connection
                .prepare_cached("SELECT sequence FROM s3_objects WHERE bucket = ?1 AND key = ?2 AND version = ?3")?
                .query_row((&wanted.bucket, &key, version), |row| row.get(0))
                .optional()?;
            (key, sequence.unwrap_or(0))
        }
        (Bound::Excluded(key), None) => (key, 0),
        (Bound::Included(key), _) => (key, i64::MAX),
        (Bound::Unbounded, _) => (String::new(), i64::MAX),
    };
    let query = format!(
        "SELECT {COLUMNS} FROM s3_objects
         WHERE bucket = ?1 AND key >= ?2 AND (key > ?2 OR sequence < ?3) ORDER BY key, sequence DESC LIMIT ?4"
    );
    let mut last = None;
    'pages: loop {
        let mut statement = connection.prepare_cached(&query)?;
        let found = statement
            .query_map(params![wanted.bucket, from.0, from.1, VERSIONS_AT_ONCE], read)?
            .collect::<Result<Vec<_>, _>>()?;
        let more = i64::try_from(found.len()).is_ok_and(|count| count == VERSIONS_AT_ONCE);
        for object in found {
            if !object.key.starts_with(&wanted.prefix) {
                break 'pages;
            }
            if page.items.len() + page.common_prefixes.len() == wanted.most {
                page.next = last;
                break 'pages;
            }
            from = (object.key.clone(), object.sequence);
            match common_prefix(wanted, &object.key) {
                Some(common) => {
                    let beyond = after_all_with(&common);
                    page.common_prefixes.push(common.clone());
                    last = Some(common);
                    match beyond {
                        Some(beyond) => from = (beyond, i64::MAX),
                        None => break 'pages,
                    }
                    continue 'pages;
                }
                None => {
                    last = Some(object.key.clone());
                    page.items.push(object);
                }
            }
        }
        if !more {
            break;
        }
    }
    Ok(page)
}

/// The walk itself, over whatever `fetch` answers in the order of its keys from a bound on.
pub(crate) fn walk<T>(
    wanted: &Wanted,
    key_of: impl Fn(&T) -> &str,
    fetch: impl Fn(Bound<&str>, i64) -> Result<Vec<T>, Refused>,
) -> Result<Page<T>, Refused> {
    let mut page = Page { items: Vec::new(), common_prefixes: Vec::new(), next: None };
    if wanted.most == 0 {
        return Ok(page);
    }
    let mut bound = start(wanted);
    let mut last = None;
    'pages: loop {
        let limit =
            i64::try_from((wanted.most - page.items.len() - page.common_prefixes.len() + 1).min(1001)).unwrap_or(1001);
        let found = fetch(bound.as_ref().map(String::as_str), limit)?;
        let more = i64::try_from(found.len()).is_ok_and(|count| count == limit);
        for item in found {
            let key = key_of(&item);
            if !key.starts_with(&wanted.prefix) {
                break 'pages;
            }
            let common = common_prefix(wanted, key);
            if page.items.len() + page.common_prefixes.len() == wanted.most {
                page.next = last;
                break 'pages;
            }
            match common {
                Some(common) => {
                    let beyond = after_all_with(&common);
                    page.common_prefixes.push(common.clone());
                    last = Some(common);
                    match beyond {
                        Some(beyond) => bound = Bound::Included(beyond),
                        None => break 'pages,
                    }
                    continue 'pages;
                }
                None => {
                    last = Some(key.to_owned());
                    bound = Bound::Excluded(key.to_owned());
                    page.items.push(item);
                }
            }
        }
        if !more {
            break;
        }
    }
    Ok(page)
}

/// The same over items that are all there, in the order of their keys; several may have one key.
pub(crate) fn roll_up<T>(wanted: &Wanted, items: Vec<T>, key_of: impl Fn(&T) -> &str) -> Page<T> {
    let mut page = Page { items: Vec::new(), common_prefixes: Vec::new(), next: None };
    let mut last = None;
    for item in items {
        let key = key_of(&item).to_owned();
        if !key.starts_with(&wanted.prefix) {
            continue;
        }
        let common = common_prefix(wanted, &key);
        if common.is_some() && common.as_ref() == page.common_prefixes.last() {
            continue;
        }
        if page.items.len() + page.common_prefixes.len() >= wanted.most {
            page.next = last;
            break;
        }
        match common {
            Some(common) => {
                last = Some(common.clone());
                page.common_prefixes.push(common);
            }
            None => {
                last = Some(key);
                page.items.push(item);
            }
        }
    }
    page
}

/// Where to begin: at the prefix, or behind what was seen.
fn start(wanted: &Wanted) -> Bound<String> {
    match &wanted.after {
        Some(after) if after.as_str() >= wanted.prefix.as_str() => {
            let rolled_up = common_prefix(wanted, after).filter(|common| common == after);
            match rolled_up {
                Some(common) => after_all_with(&common).map_or(Bound::Excluded(common), Bound::Included),
                None => Bound::Excluded(after.clone()),
            }
        }
        _ => Bound::Included(wanted.prefix.clone()),
    }
}

fn common_prefix(wanted: &Wanted, key: &str) -> Option<String> {
    let delimiter = wanted.delimiter.as_deref().filter(|delimiter| !delimiter.is_empty())?;
    let rest = key.strip_prefix(wanted.prefix.as_str())?;
    let at = rest.find(delimiter)?;
    Some(format!("{}{}", wanted.prefix, &rest[..at + delimiter.len()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn list(keys: &[&str], wanted: &Wanted) -> (Vec<String>, Vec<String>, Option<String>) {
        let page = walk(
            wanted,
            |key: &String| key,
            |bound, limit| {
                let range = (bound, Bound::Unbounded);
                let mut sorted: Vec<&str> = keys.to_vec();
                sorted.sort_unstable();
                let found = sorted.into_iter().filter(|key| std::ops::RangeBounds::<str>::contains(&range, *key));
                Ok(found.take(usize::try_from(limit).unwrap_or_default()).map(str::to_owned).collect())
            },
        )
        .expect("no store to fail");
        (page.items, page.common_prefixes, page.next)
    }

    #[test]
    fn keys_below_a_delimiter_are_rolled_up_and_pages_join() {
        let keys = ["a/1", "a/2", "b", "c/1/x", "c/2", "d"];
        let mut wanted = Wanted { delimiter: Some("/".to_owned()), most: 2, ..Wanted::default() };
        let mut seen = Vec::new();
        loop {
            let (items, prefixes, next) = list(&keys, &wanted);
            assert!(items.len() + prefixes.len() <= 2);
            seen.extend(items);
            seen.extend(prefixes);
            match next {
                Some(next) => wanted.after = Some(next),
                None => break,
            }
        }
        seen.sort();
        assert_eq!(seen, ["a/", "b", "c/", "d"]);
        let below = Wanted { prefix: "c/".to_owned(), delimiter: Some("/".to_owned()), most: 9, ..Wanted::default() };
        assert_eq!(list(&keys, &below), (vec!["c/2".to_owned()], vec!["c/1/".to_owned()], None));
    }

    #[test]
    fn a_page_that_is_just_full_says_there_is_no_more() {
        let wanted = Wanted { most: 2, ..Wanted::default() };
        assert_eq!(list(&["a", "b"], &wanted).2, None);
        assert_eq!(list(&["a", "b", "c"], &wanted).2.as_deref(), Some("b"));
    }
}
