//! What variants look like and what they carry.
#![allow(clippy::unwrap_used)]

mod support;

use std::fmt::Debug;

use image::{DynamicImage, ImageFormat, RgbImage, Rgba};
use imaging::{
    Fit, Format, Inspection, Keep, Limits, OutputFormat, Rejection, Variant, inspect, presets, render, render_all,
    summarize,
};
use support::{cmyk_jpeg, exif, fading, gif, gray_jpeg, jpeg, jpeg_with, scene, with_exif, written};

fn made(bytes: &[u8], variant: &Variant) -> DynamicImage {
    let rendered = render(bytes, variant, &Limits::default()).unwrap();
    image::load_from_memory(&rendered.bytes).unwrap()
}

fn png() -> Variant {
    Variant { format: OutputFormat::Png, ..Variant::default() }
}

fn inspected(bytes: &[u8]) -> Inspection {
    inspect(bytes, &Limits::default()).unwrap()
}

/// The mean difference of two pictures' channels.
fn difference(one: &RgbImage, other: &RgbImage) -> f64 {
    assert_eq!(one.dimensions(), other.dimensions());
    let sum: u64 = one.as_raw().iter().zip(other.as_raw()).map(|(one, other)| u64::from(one.abs_diff(*other))).sum();
    sum as f64 / one.as_raw().len() as f64
}

#[test]
fn a_picture_stands_upright_however_the_camera_was_held() {
    let upright = scene(64, 48);
    for orientation in 1..=8 {
        let stored = turned_by(&DynamicImage::from(upright.clone()), orientation);
        let file = with_exif(&jpeg_of(&stored.into_rgb8()), &exif(orientation));
        let inspection = inspected(&file);
        assert_eq!((inspection.width, inspection.height), (64, 48), "orientation {orientation}");
        let seen = made(&file, &png()).into_rgb8();
        assert!(difference(&seen, &upright) < 3.0, "orientation {orientation}");
    }
}

/// What a camera that was held so would have stored.
fn turned_by(upright: &DynamicImage, orientation: u16) -> DynamicImage {
    match orientation {
        2 => upright.fliph(),
        3 => upright.rotate180(),
        4 => upright.flipv(),
        5 => upright.rotate270().flipv(),
        6 => upright.rotate270(),
        7 => upright.rotate90().flipv(),
        8 => upright.rotate90(),
        _ => upright.clone(),
    }
}

fn jpeg_of(picture: &RgbImage) -> Vec<u8> {
    let mut out = Vec::new();
    let (width, height) = (picture.width() as u16, picture.height() as u16);
    jpeg_encoder::Encoder::new(&mut out, 98)
        .encode(picture.as_raw(), width, height, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    out
}

#[test]
fn metadata_is_stripped_and_the_position_goes_even_if_the_names_stay() {
    let file = with_exif(&jpeg(64, 48), &exif(1));
    let before = inspected(&file);
    assert!(before.has_position);
    assert_eq!(before.artist.as_deref(), Some("Ada Lovelace"));
    for format in [OutputFormat::Jpeg, OutputFormat::WebP, OutputFormat::Png] {
        let seen = |keep| {
            let variant = Variant { format, keep, ..Variant::default() };
            inspected(&render(&file, &variant, &Limits::default()).unwrap().bytes)
        };
        let stripped = seen(Keep::default());
        assert_eq!((stripped.artist, stripped.copyright, stripped.has_position), (None, None, false), "{format:?}");
        let named = seen(Keep { attribution: true, position: false });
        assert_eq!(named.copyright.as_deref(), Some("(c) 1843 Ada"), "{format:?}");
        assert!(!named.has_position, "{format:?}");
        assert!(seen(Keep { attribution: false, position: true }).has_position, "{format:?}");
    }
}

#[test]
fn colours_of_another_space_become_srgb() {
    let profile = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let wide = jpeg_with(64, 48, |encoder| {
        encoder.add_icc_profile(&profile).unwrap();
    });
    assert!(inspected(&wide).has_colour_profile);
    let (plain, converted) = (made(&jpeg(64, 48), &png()).into_rgb8(), made(&wide, &png()).into_rgb8());
    // Display P3's red lies outside of sRGB: the channel is full and the others fall.
    let (before, after) = (plain.get_pixel(5, 5).0, converted.get_pixel(5, 5).0);
    assert!(after[0] > before[0] && after[1] < before[1], "{before:?} {after:?}");
    // Gray is gray in both.
    let (before, after) = (plain.get_pixel(41, 40).0, converted.get_pixel(41, 40).0);
    assert!(before.iter().zip(after).all(|(before, after)| before.abs_diff(after) <= 3), "{before:?} {after:?}");
}

#[test]
fn inks_and_grays_become_colours() {
    let seen = made(&cmyk_jpeg(64, 48), &png()).into_rgb8();
    assert!(difference(&seen, &scene(64, 48)) < 4.0, "{}", difference(&seen, &scene(64, 48)));
    let gray = made(&gray_jpeg(64, 48), &png()).into_rgb8();
    assert!(gray.pixels().all(|pixel| pixel.0[0] == pixel.0[1] && pixel.0[1] == pixel.0[2]));
}

#[test]
fn every_format_in_gives_the_same_picture() {
    let expected = scene(64, 48);
    for format in [ImageFormat::Png, ImageFormat::WebP, ImageFormat::Tiff, ImageFormat::Bmp, ImageFormat::Gif] {
        let seen = made(&written(expected.clone(), format), &png()).into_rgb8();
        let tolerance = if format == ImageFormat::Gif { 4.0 } else { 0.0 };
        assert!(difference(&seen, &expected) <= tolerance, "{format:?}");
    }
    let seen = made(&support::deep_png(64, 48), &png()).into_rgb8();
    assert_eq!(difference(&seen, &expected), 0.0);
}

#[test]
fn transparency_stays_where_the_format_has_it_and_is_white_as_jpeg() {
    let file = written(fading(64, 48), ImageFormat::Png);
    assert!(inspected(&file).has_alpha);
    for format in [OutputFormat::Png, OutputFormat::WebP] {
        let seen = made(&file, &Variant { format, ..Variant::default() });
        assert_eq!(seen.into_rgba8().get_pixel(63, 24).0[3], 0, "{format:?}");
    }
    let seen = made(&file, &Variant::default()).into_rgb8();
    assert!(seen.get_pixel(63, 24).0.iter().all(|value| *value > 245));
}

#[test]
fn what_is_transparent_does_not_bleed_when_it_is_resized() {
    let picture =
        image::RgbaImage::from_fn(64, 64, |x, _| if x < 32 { Rgba([0, 0, 255, 255]) } else { Rgba([255, 0, 0, 0]) });
    let seen = made(&written(picture, ImageFormat::Png), &Variant { width: Some(16), ..png() }).into_rgba8();
    assert!(seen.pixels().filter(|pixel| pixel.0[3] > 0).all(|pixel| pixel.0[0] < 8), "no red shows");
}

#[test]
fn a_box_is_filled_or_stood_in() {
    let file = jpeg(64, 48);
    let size = |fit| {
        let seen = made(&file, &Variant { width: Some(32), height: Some(32), fit, ..png() });
        (seen.width(), seen.height())
    };
    assert_eq!([size(Fit::Inside), size(Fit::Cover), size(Fit::Contain)], [(32, 24), (32, 32), (32, 32)]);
    let boxed = made(&file, &Variant { width: Some(32), height: Some(80), fit: Fit::Contain, ..Variant::default() });
    assert!(boxed.into_rgb8().get_pixel(16, 2).0.iter().all(|value| *value > 250), "the ground is white");
}

#[test]
fn an_animation_shows_its_first_frame() {
    let file = gif(16, 16, 5);
    assert_eq!(inspected(&file).frames, 5);
    assert_eq!(made(&file, &png()).width(), 16);
}

#[test]
fn avif_is_written() {
    let variant = Variant { width: Some(32), format: OutputFormat::Avif, ..Variant::default() };
    let rendered = render(&jpeg(64, 48), &variant, &Limits::default()).unwrap();
    assert_eq!(Format::sniff(&rendered.bytes), Some(Format::Avif));
}

#[test]
fn the_same_picture_in_other_clothes_has_nearly_the_same_hash() {
    let hash = |bytes: &[u8]| summarize(bytes, &Limits::default()).unwrap().perceptual_hash;
    let file = jpeg(640, 480);
    let small =
        render(&file, &Variant { width: Some(200), quality: Some(40), ..Variant::default() }, &Limits::default());
    let webp = render(&file, &Variant { format: OutputFormat::WebP, ..Variant::default() }, &Limits::default());
    assert!(hash(&file).distance(hash(&small.unwrap().bytes)) <= 4);
    assert!(hash(&file).distance(hash(&webp.unwrap().bytes)) <= 4);
    let other = written(DynamicImage::from(scene(640, 480)).rotate90(), ImageFormat::Png);
    assert!(hash(&file).distance(hash(&other)) > 12);
}

#[test]
fn a_summary_is_small_and_repeats() {
    let summary = summarize(&jpeg(640, 480), &Limits::default()).unwrap();
    assert_eq!(summary, summarize(&jpeg(640, 480), &Limits::default()).unwrap());
    assert!(summary.placeholder.as_str().len() <= 36, "{}", summary.placeholder);
    let json = serde_json::to_value(&summary).unwrap();
    assert_eq!(json["dominantColour"].as_str().unwrap().len(), 7);
    assert_eq!(serde_json::from_value::<imaging::Summary>(json).unwrap(), summary);
}

#[test]
fn a_declared_type_is_held_against_the_bytes() {
    let inspection = inspected(&jpeg(16, 16));
    assert_eq!(inspection.check_declared("image/jpeg"), Ok(()));
    assert_eq!(inspection.check_declared("IMAGE/JPG; q=1"), Ok(()));
    let refused = inspection.check_declared("image/png").unwrap_err();
    assert_eq!(refused.code(), "Media.TypeMismatch");
    assert_eq!(refused.to_string(), "the file was declared as image/png and is image/jpeg");
}

#[test]
fn numbers_that_no_picture_satisfies_are_refused() {
    let refused = |variant: Variant| render(&jpeg(16, 16), &variant, &Limits::default()).map_err(|error| error.code());
    let code = Err("Media.BadVariant");
    let same = |outcome: Result<imaging::Rendered, &'static str>| outcome.map(|_| ());
    assert_eq!(same(refused(Variant { width: Some(0), ..Variant::default() })), code);
    assert_eq!(same(refused(Variant { height: Some(20_000), ..Variant::default() })), code);
    assert_eq!(same(refused(Variant { quality: Some(101), ..Variant::default() })), code);
}

#[test]
fn each_limit_has_a_code_of_its_own() {
    fn code<T: Debug>(outcome: Result<T, Rejection>) -> &'static str {
        outcome.unwrap_err().code()
    }
    let file = jpeg(64, 48);
    let inspect_with = |limits: Limits| code(inspect(&file, &limits));
    assert_eq!(inspect_with(Limits { bytes: 100, ..Limits::default() }), "Media.TooLarge");
    assert_eq!(inspect_with(Limits { side: 63, ..Limits::default() }), "Media.TooManyPixels");
    assert_eq!(inspect_with(Limits { pixels: 3071, ..Limits::default() }), "Media.TooManyPixels");
    let animated = gif(16, 16, 5);
    assert_eq!(code(inspect(&animated, &Limits { frames: 4, ..Limits::default() })), "Media.TooManyFrames");
    let starved = Limits { memory: 1000, ..Limits::default() };
    assert_eq!(code(render(&file, &Variant::default(), &starved)), "Media.TooMuchMemory");
}

#[test]
fn variants_that_are_made_together_are_those_that_are_made_alone() {
    let of_presets =
        presets().iter().flat_map(|preset| preset.offers().map(|format| preset.variant(format, Keep::default())));
    let mut variants: Vec<_> = of_presets.collect();
    // The same pixels on another ground, and another part of the picture at the same size.
    let square = |fit, format| Variant { width: Some(32), height: Some(32), fit, format, ..Variant::default() };
    variants.extend([Fit::Contain, Fit::Inside, Fit::Cover].map(|fit| square(fit, OutputFormat::Png)));
    variants.extend([Fit::Cover, Fit::Contain].map(|fit| square(fit, OutputFormat::Jpeg)));
    let files = [jpeg(640, 480), with_exif(&jpeg(64, 48), &exif(6)), written(fading(64, 48), ImageFormat::Png)];
    for file in files {
        let together = render_all(&file, &variants, &Limits::default()).unwrap();
        assert_eq!(together.len(), variants.len());
        for (variant, made) in variants.iter().zip(together) {
            assert!(made == render(&file, variant, &Limits::default()).unwrap(), "{variant:?}");
        }
    }
}

#[test]
fn one_variant_that_cannot_be_made_refuses_all() {
    let variants = [Variant::default(), Variant { quality: Some(101), ..Variant::default() }];
    assert_eq!(render_all(&jpeg(16, 16), &variants, &Limits::default()).unwrap_err().code(), "Media.BadVariant");
    assert_eq!(render_all(&jpeg(16, 16), &[], &Limits::default()), Ok(Vec::new()));
}
