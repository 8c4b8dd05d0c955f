//! Whatever the bytes: no panic, no result outside of the limits.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use image::ImageFormat;
use imaging::{Fit, Limits, OutputFormat, Rejection, Variant, inspect, render, summarize};
use proptest::prelude::*;
use support::{cmyk_jpeg, deep_png, exif, fading, gif, jpeg, jpeg_with, scene, webp, with_exif, written};

/// Tight, so that a mutated header that asks for more is refused.
fn limits() -> Limits {
    Limits { side: 2_000, pixels: 1_000_000, frames: 20, memory: 32 << 20, ..Limits::default() }
}

/// A picture's file name and how it is made.
type Seed = (&'static str, fn() -> Vec<u8>);

/// Small pictures of every format, each called after what is peculiar to it.
const SEEDS: [Seed; 12] = [
    ("turned.jpg", || with_exif(&jpeg(40, 30), &exif(6))),
    ("progressive.jpg", || jpeg_with(40, 30, |encoder| encoder.set_progressive(true))),
    ("inks.jpg", || cmyk_jpeg(24, 24)),
    ("display-p3.jpg", || {
        let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
        jpeg_with(24, 24, |encoder| encoder.add_icc_profile(&profile).unwrap())
    }),
    ("alpha.png", || written(fading(40, 30), ImageFormat::Png)),
    ("16-bits.png", || deep_png(24, 24)),
    ("lossy.webp", || webp(40, 30)),
    ("lossless.webp", || written(fading(24, 24), ImageFormat::WebP)),
    ("still.gif", || written(scene(40, 30), ImageFormat::Gif)),
    ("animated.gif", || gif(16, 16, 5)),
    ("scene.tiff", || written(scene(40, 30), ImageFormat::Tiff)),
    ("scene.bmp", || written(scene(40, 30), ImageFormat::Bmp)),
];

static PICTURES: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| SEEDS.iter().map(|(_, make)| make()).collect());

/// `IMAGING_BLESS=1 cargo test -p imaging --test properties` writes them anew.
#[test]
fn the_fuzzer_begins_with_pictures_of_every_format() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds/image");
    for (name, make) in SEEDS {
        if std::env::var_os("IMAGING_BLESS").is_some() {
            fs::create_dir_all(&folder).unwrap();
            fs::write(folder.join(name), make()).unwrap();
        }
        let seed = fs::read(folder.join(name)).unwrap();
        inspect(&seed, &limits()).unwrap_or_else(|rejection| panic!("{name}: {rejection}"));
    }
}

/// Every entry, on anything.
fn survives(bytes: &[u8]) -> Result<(), TestCaseError> {
    let limits = limits();
    let inspected = inspect(bytes, &limits);
    let variant = Variant { width: Some(20), height: Some(20), fit: Fit::Cover, ..Variant::default() };
    let rendered = render(bytes, &variant, &limits);
    let summed_up = summarize(bytes, &limits);
    match &inspected {
        Ok(inspection) => {
            prop_assert!(u64::from(inspection.width) * u64::from(inspection.height) <= limits.pixels);
            prop_assert!(inspection.frames <= limits.frames);
        }
        // Only where the structure is sound may the picture be looked at.
        Err(rejection) if !matches!(rejection, Rejection::BadColourProfile { .. }) => {
            prop_assert!(rendered.is_err() && summed_up.is_err());
        }
        Err(_) => {}
    }
    if let Ok(rendered) = rendered {
        prop_assert!(rendered.width <= 20 && rendered.height <= 20);
        prop_assert!(inspect(&rendered.bytes, &Limits::default()).is_ok());
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_survived(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        survives(&bytes)?;
    }

    #[test]
    fn random_bytes_behind_a_sound_beginning_are_survived(
        seed in 0..12_usize,
        kept in 4..200_usize,
        bytes in proptest::collection::vec(any::<u8>(), 0..400),
    ) {
        let seed = &PICTURES[seed];
        survives(&[&seed[..kept.min(seed.len())], &bytes].concat())?;
    }

    #[test]
    fn changed_bytes_are_survived(
        seed in 0..12_usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
    ) {
        let mut bytes = PICTURES[seed].clone();
        for (place, value) in changes {
            let place = place.index(bytes.len());
            bytes[place] = value;
        }
        survives(&bytes)?;
    }

    #[test]
    fn missing_and_doubled_parts_are_survived(
        seed in 0..12_usize,
        from in any::<prop::sample::Index>(),
        length in 1..64_usize,
        doubled in any::<bool>(),
    ) {
        let bytes = PICTURES[seed].clone();
        let from = from.index(bytes.len());
        let to = (from + length).min(bytes.len());
        let middle = if doubled { bytes[from..to].repeat(2) } else { Vec::new() };
        survives(&[&bytes[..from], &middle, &bytes[to..]].concat())?;
    }

    #[test]
    fn every_variant_keeps_what_it_promises(
        width in proptest::option::of(1..300_u32),
        height in proptest::option::of(1..300_u32),
        fit in prop_oneof![Just(Fit::Inside), Just(Fit::Cover), Just(Fit::Contain)],
        enlarge in any::<bool>(),
        orientation in 1..=8_u16,
        format in prop_oneof![Just(OutputFormat::Jpeg), Just(OutputFormat::WebP), Just(OutputFormat::Png)],
    ) {
        let bytes = with_exif(&jpeg(120, 70), &exif(orientation));
        let variant = Variant { width, height, fit, enlarge, format, ..Variant::default() };
        let rendered = render(&bytes, &variant, &Limits::default()).unwrap();
        let upright = inspect(&bytes, &Limits::default()).unwrap();
        let seen = inspect(&rendered.bytes, &Limits::default()).unwrap();
        prop_assert_eq!((rendered.width, rendered.height), (seen.width, seen.height));
        for (side, asked, whole) in [(rendered.width, width, upright.width), (rendered.height, height, upright.height)] {
            prop_assert!(asked.is_none_or(|asked| side <= asked));
            prop_assert!(enlarge || fit == Fit::Contain || side <= whole);
        }
        prop_assert_eq!(&render(&bytes, &variant, &Limits::default()).unwrap(), &rendered);
    }
}
