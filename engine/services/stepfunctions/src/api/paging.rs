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

/// Cuts a page out of a list that ascends by `key`: what comes behind `after`, which may be gone by now, and the token
/// when there is more.
pub(crate) fn cut<T, K: Ord + Serialize>(
    items: impl Iterator<Item = T>,
    page: &Page<K>,
    key: impl Fn(&T) -> K,
) -> (Vec<T>, Option<String>) {
    let mut items = items.skip_while(|item| page.after.as_ref().is_some_and(|after| key(item) <= *after));
    let page_items: Vec<T> = items.by_ref().take(page.size).collect();
    let next = items.next().and_then(|_| page_items.last().map(|last| token(&key(last))));
    (page_items, next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_goes_on_behind_what_has_been_deleted_meanwhile() {
        let (first, next) = cut(1..=5, &Page { size: 2, after: None }, |number| *number);
        let after: Option<u64> = read(&next.expect("there is more"));
        assert_eq!((first, after), (vec![1, 2], Some(2)));
        let (second, next) = cut([1, 3, 4, 5].into_iter(), &Page { size: 2, after }, |number| *number);
        assert_eq!((second, next), (vec![3, 4], Some(token(&4))));
        let (none, next) = cut([1].into_iter(), &Page { size: 2, after: Some(5) }, |number| *number);
        assert_eq!((none, next), (vec![], None));
    }
}
