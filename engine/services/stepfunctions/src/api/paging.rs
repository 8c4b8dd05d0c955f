//! Pages of lists.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Serialize;
use serde::de::DeserializeOwned;
use service::ServiceError;

use super::input::Input;
use crate::errors;

const LARGEST: usize = 1000;
const USUAL: usize = 100;

/// Which page is asked for; `K` is where the one before ended.
pub(crate) struct Page<K> {
    pub(crate) size: usize,
    pub(crate) after: Option<K>,
}

impl<K: DeserializeOwned> Page<K> {
    /// Reads `maxResults` (0 for the usual) and `nextToken`.
    pub(crate) fn of(input: &Input, longest_token: usize) -> Result<Self, ServiceError> {
        let size = match input.number("maxResults", LARGEST as u64)? {
            None | Some(0) => USUAL,
            Some(size) => usize::try_from(size).unwrap_or(LARGEST),
        };
        let after = match input.optional_bounded("nextToken", 1, longest_token)? {
            None => None,
            Some(token) => Some(read(token).ok_or_else(errors::invalid_token)?),
        };
        Ok(Self { size, after })
    }
}

/// The token of the page behind `last`.
pub(crate) fn token(last: &impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(last).expect("keys of pages are plain data"))
}

fn read<K: DeserializeOwned>(token: &str) -> Option<K> {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token).ok()?).ok()
}

/// Cuts a page out of an ordered list: what comes behind `after`, and the token when there is more.
pub(crate) fn cut<T, K: PartialEq + Serialize + Clone>(
    items: impl Iterator<Item = T>,
    page: &Page<K>,
    key: impl Fn(&T) -> K,
) -> (Vec<T>, Option<String>) {
    let mut waiting = page.after.clone();
    let mut items = items.skip_while(|item| match &waiting {
        None => false,
        Some(after) => {
            if key(item) == *after {
                waiting = None;
            }
            true
        }
    });
    let page_items: Vec<T> = items.by_ref().take(page.size).collect();
    let next = items.next().and_then(|_| page_items.last().map(|last| token(&key(last))));
    (page_items, next)
}
