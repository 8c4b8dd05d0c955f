//! Randomness that comes in with a stimulus: a generator seeded by its entropy, so that a replay draws the same.

use std::cell::Cell;

use sha2::{Digest, Sha256};

/// Draws of one step.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entropy(Cell<u64>);

impl Entropy {
    pub(crate) fn new(seed: u64) -> Self {
        Self(Cell::new(seed))
    }

    /// The next 64 bits (SplitMix64).
    pub(crate) fn next(&self) -> u64 {
        let state = self.0.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.0.set(state);
        mix(state)
    }

    /// The next 64 bits when somebody wants them.
    pub(crate) fn next_if(&self, wanted: bool) -> u64 {
        if wanted { self.next() } else { 0 }
    }

    /// At least 0, less than 1.
    pub(crate) fn unit(&self) -> f64 {
        unit(self.next())
    }

    /// A UUID of version 4.
    pub(crate) fn uuid(&self) -> String {
        let (high, low) = (self.next(), self.next());
        format!(
            "{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}",
            high >> 32,
            (high >> 16) & 0xFFFF,
            high & 0x0FFF,
            (low >> 48) & 0x3FFF | 0x8000,
            low & 0xFFFF_FFFF_FFFF
        )
    }
}

fn mix(state: u64) -> u64 {
    let state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    state ^ (state >> 31)
}

fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

/// Java's generator of random numbers, which AWS seeds with what a definition says: the same seed, the same numbers.
///
/// <https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Random.html>
#[derive(Clone, Copy, Debug)]
pub(crate) struct JavaRandom(u64);

impl JavaRandom {
    const MULTIPLIER: u64 = 0x5_DEEC_E66D;
    const MASK: u64 = (1 << 48) - 1;

    pub(crate) fn new(seed: i64) -> Self {
        Self((seed as u64 ^ Self::MULTIPLIER) & Self::MASK)
    }

    fn bits(&mut self, count: u32) -> u64 {
        self.0 = self.0.wrapping_mul(Self::MULTIPLIER).wrapping_add(0xB) & Self::MASK;
        self.0 >> (48 - count)
    }

    /// At least 0, less than 1.
    pub(crate) fn unit(&mut self) -> f64 {
        let (high, low) = (self.bits(26), self.bits(27));
        ((high << 27) + low) as f64 / (1_u64 << 53) as f64
    }
}

/// A number in 0..1 that depends on nothing but `seed`.
pub(crate) fn seeded_unit(seed: i64) -> f64 {
    JavaRandom::new(seed).unit()
}

/// A token nobody guesses who doesn't know the entropy, the same for the same input.
pub(crate) fn token(execution_arn: &str, task: u64, entropy: &Entropy) -> String {
    use base64::Engine as _;
    let mut bytes = Vec::with_capacity(96);
    for part in 0..3_u8 {
        let digest = Sha256::new()
            .chain_update(execution_arn)
            .chain_update(task.to_be_bytes())
            .chain_update(entropy.next().to_be_bytes())
            .chain_update([part])
            .finalize();
        bytes.extend_from_slice(&digest);
    }
    format!("AQCg{}", base64::engine::general_purpose::STANDARD.encode(bytes))
}
