//! Files that mean harm are refused by name, or come out clean.
#![allow(clippy::unwrap_used)]

mod support;

use imaging::{Limits, OutputFormat, Variant, inspect, render, summarize};
use support::adversaries::{PAYLOAD, all};

#[test]
fn every_adversary_is_refused_with_its_code_or_made_clean() {
    let mut wrong = Vec::new();
    for adversary in all() {
        let outcome = render(&adversary.bytes, &Variant { width: Some(16), ..Variant::default() }, &Limits::default());
        let code = outcome.as_ref().err().map(imaging::Rejection::code);
        if code != adversary.code {
            wrong.push(format!("{}: {outcome:?} instead of {:?}", adversary.name, adversary.code));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_variant_carries_what_else_was_in_the_file() {
    for adversary in all().iter().filter(|adversary| adversary.code.is_none()) {
        for format in OutputFormat::ALL {
            let variant = Variant { format, ..Variant::default() };
            let rendered = render(&adversary.bytes, &variant, &Limits::default()).unwrap();
            let payload = PAYLOAD.as_bytes();
            let carried = rendered.bytes.windows(payload.len()).any(|window| window == payload);
            assert!(!carried, "{} as {format:?}", adversary.name);
        }
    }
}

#[test]
fn what_inspection_refuses_no_other_entry_accepts() {
    for adversary in all() {
        let inspected = inspect(&adversary.bytes, &Limits::default()).err();
        let summed_up = summarize(&adversary.bytes, &Limits::default()).err();
        if inspected.is_some() {
            assert_eq!(inspected, summed_up, "{}", adversary.name);
        }
        assert_eq!(summed_up.map(|rejection| rejection.code()), adversary.code, "{}", adversary.name);
    }
}

#[test]
fn bytes_behind_the_picture_are_counted() {
    for adversary in
        all().iter().filter(|adversary| adversary.name.contains("-and-more") && !adversary.name.contains("bmp"))
    {
        assert_eq!(inspect(&adversary.bytes, &Limits::default()).unwrap().trailing_bytes, PAYLOAD.len() as u64);
    }
}
