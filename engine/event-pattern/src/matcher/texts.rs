//! Maps by text, whose keys lie in the table itself where they are short.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

/// A map by text.
#[derive(Clone, Debug)]
pub(super) struct ByText<V> {
    /// By the text's bytes, lowest first, and its length in the highest.
    short: HashMap<u128, V, Folding>,
    long: HashMap<Box<[u8]>, V, Folding>,
}

/// Makes [`FoldingHasher`]s. Keys are the texts of rules, which whoever could choose them to collide can also just make many.
pub(super) type Folding = BuildHasherDefault<FoldingHasher>;

const SHORT: usize = 15;

impl<V> Default for ByText<V> {
    fn default() -> Self {
        Self { short: HashMap::default(), long: HashMap::default() }
    }
}

impl<V> ByText<V> {
    pub(super) fn is_empty(&self) -> bool {
        self.short.is_empty() && self.long.is_empty()
    }

    /// The value of the text `bytes[from..to]`.
    #[inline]
    pub(super) fn get(&self, bytes: &[u8], from: usize, to: usize) -> Option<&V> {
        if to - from <= SHORT {
            if self.short.is_empty() { None } else { self.short.get(&short(bytes, from, to)) }
        } else if self.long.is_empty() {
            None
        } else {
            self.long.get(&bytes[from..to])
        }
    }

    /// The value of a text, made where there is none; and whether it was made.
    pub(super) fn entry(&mut self, text: &[u8]) -> (&mut V, bool)
    where
        V: Default,
    {
        let mut is_new = false;
        let make = || {
            is_new = true;
            V::default()
        };
        let value = if text.len() <= SHORT {
            self.short.entry(short(text, 0, text.len())).or_insert_with(make)
        } else {
            self.long.entry(text.into()).or_insert_with(make)
        };
        (value, is_new)
    }

    /// Lets `change` change the value of a text, and removes it where it says so; answers whether it was removed.
    pub(super) fn remove_if(&mut self, text: &[u8], change: impl FnOnce(&mut V) -> bool) -> bool {
        if text.len() <= SHORT {
            let key = short(text, 0, text.len());
            self.short.get_mut(&key).is_some_and(change) && self.short.remove(&key).is_some()
        } else {
            self.long.get_mut(text).is_some_and(change) && self.long.remove(text).is_some()
        }
    }
}

/// The key of a short text.
#[inline]
fn short(bytes: &[u8], from: usize, to: usize) -> u128 {
    let length = to - from;
    let low = match bytes.get(from..).and_then(|rest| rest.first_chunk::<16>()) {
        // There is more text behind it: take that along and away again.
        Some(chunk) => u128::from_le_bytes(*chunk) & ((1 << (8 * length)) - 1),
        None => bytes[from..to].iter().rev().fold(0, |key, byte| key << 8 | u128::from(*byte)),
    };
    low | (length as u128) << 120
}

/// Hashes by multiplying and folding the product.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct FoldingHasher(u64);

const FACTORS: [u64; 2] = [0x9E37_79B9_7F4A_7C15, 0xD1B5_4A32_D192_ED03];

impl FoldingHasher {
    #[inline]
    fn add(&mut self, low: u64, high: u64) {
        let product = u128::from(self.0 ^ low ^ FACTORS[0]) * u128::from(high ^ FACTORS[1]);
        self.0 = (product as u64) ^ ((product >> 64) as u64);
    }
}

impl Hasher for FoldingHasher {
    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            let low = chunk.first_chunk().map_or(0, |chunk| u64::from_le_bytes(*chunk));
            self.add(low, 0);
        }
        let rest = chunks.remainder().iter().rev().fold(0, |rest, byte| rest << 8 | u64::from(*byte));
        self.add(rest, bytes.len() as u64);
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.add(number.into(), 0);
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.add(number, 0);
    }

    #[inline]
    fn write_u128(&mut self, number: u128) {
        self.add(number as u64, (number >> 64) as u64);
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.add(number as u64, 0);
    }

    #[inline]
    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::ByText;

    #[test]
    fn texts_are_found_wherever_they_lie() {
        let mut map = ByText::<usize>::default();
        let texts = ["", "a", "a\0", "fifteen letters", "sixteen letters!", "a text that is longer than that"];
        for (number, text) in texts.iter().enumerate() {
            *map.entry(text.as_bytes()).0 = number;
        }
        for (number, text) in texts.iter().enumerate() {
            for around in [text.to_string(), format!("{text}, and more than sixteen bytes behind it")] {
                assert_eq!(map.get(around.as_bytes(), 0, text.len()), Some(&number), "{text:?}");
            }
            assert!(map.remove_if(text.as_bytes(), |_| true));
            assert_eq!(map.get(text.as_bytes(), 0, text.len()), None, "{text:?}");
        }
        assert!(map.is_empty());
    }
}
