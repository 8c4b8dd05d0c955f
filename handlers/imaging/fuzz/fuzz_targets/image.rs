//! Any bytes as an image: told apart, inspected, decoded, made into a variant, summed up.
#![no_main]

use std::sync::Once;

use imaging::{Fit, Limits, Variant};

static QUIET: Once = Once::new();

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    // A panic that is contained is a refusal, not a find: only one that comes out of the crate ends the run.
    QUIET.call_once(|| std::panic::set_hook(Box::new(|_| {})));
    let limits = Limits { side: 4_000, pixels: 1_000_000, frames: 50, memory: 32 << 20, ..Limits::default() };
    let variant = Variant { width: Some(16), height: Some(16), fit: Fit::Cover, ..Variant::default() };
    let inspected = imaging::inspect(bytes, &limits);
    let rendered = imaging::render(bytes, &variant, &limits);
    let summed_up = imaging::summarize(bytes, &limits);
    if let Ok(rendered) = rendered {
        assert!(rendered.width <= 16 && rendered.height <= 16);
        assert!(inspected.is_ok() && summed_up.is_ok(), "one entry takes what another refuses");
    }
});
