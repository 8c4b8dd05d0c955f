//! Colour profiles: whatever space a picture is in, it leaves as sRGB.

use moxcms::{CmsError, ColorProfile, DataColorSpace, Layout as Order, RenderingIntent, TransformOptions};

use crate::format::Format;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;

/// Reads a profile; a damaged one is refused, since without it the colours are anybody's guess.
pub(crate) fn read(bytes: &[u8], format: Format) -> Result<ColorProfile, Rejection> {
    ColorProfile::new_from_slice(bytes)
        .map_err(|error| Rejection::BadColourProfile { format, detail: format!("{error:?}") })
}

/// Converts to sRGB. Without a profile, or with one for another kind of picture, lights are in sRGB already, and inks
/// mix as screens have always shown them.
pub(crate) fn to_srgb(pixels: Pixels, profile: Option<&[u8]>, format: Format) -> Result<Pixels, Rejection> {
    let profile = profile.map(|bytes| read(bytes, format)).transpose()?;
    let converted = match (pixels.layout, profile) {
        (Layout::Cmyk, Some(profile)) if profile.color_space == DataColorSpace::Cmyk => from_inks(pixels, &profile),
        (Layout::Cmyk, _) => return Ok(mixed(&pixels)),
        (_, Some(profile)) if profile.color_space == DataColorSpace::Rgb => from_lights(pixels, &profile),
        _ => return Ok(pixels),
    };
    converted.map_err(|error| Rejection::BadColourProfile { format, detail: error.to_string() })
}

fn from_lights(mut pixels: Pixels, profile: &ColorProfile) -> Result<Pixels, CmsError> {
    let srgb = ColorProfile::new_srgb();
    if is_srgb(profile, &srgb) {
        return Ok(pixels);
    }
    let layout = if pixels.layout == Layout::Rgba { Order::Rgba } else { Order::Rgb };
    let transform = profile.create_transform_8bit(layout, &srgb, layout, options())?;
    let stride = pixels.stride().get();
    let mut row = vec![0; stride];
    for line in pixels.data.chunks_exact_mut(stride) {
        row.copy_from_slice(line);
        transform.transform(&row, line)?;
    }
    Ok(pixels)
}

fn from_inks(inks: Pixels, profile: &ColorProfile) -> Result<Pixels, CmsError> {
    let mut pixels = Pixels::new(inks.width, inks.height, Layout::Rgb);
    // Four channels of any kind are `Rgba` to this transform.
    let transform = profile.create_transform_8bit(Order::Rgba, &ColorProfile::new_srgb(), Order::Rgb, options())?;
    transform.transform(&inks.data, &mut pixels.data)?;
    Ok(pixels)
}

fn mixed(inks: &Pixels) -> Pixels {
    let light = |ink: u8, black: u8| ((u32::from(255 - ink) * u32::from(255 - black) + 127) / 255) as u8;
    let lights =
        inks.data.as_chunks::<4>().0.iter().flat_map(|&[cyan, magenta, yellow, black]| {
            [light(cyan, black), light(magenta, black), light(yellow, black)]
        });
    Pixels { width: inks.width, height: inks.height, layout: Layout::Rgb, data: lights.collect() }
}

fn options() -> TransformOptions {
    TransformOptions { rendering_intent: RenderingIntent::Perceptual, ..TransformOptions::default() }
}

/// Whether a profile says what sRGB says, so that converting would only round.
fn is_srgb(profile: &ColorProfile, srgb: &ColorProfile) -> bool {
    let near = |one: f64, other: f64| (one - other).abs() < 0.001;
    let colorants = |profile: &ColorProfile| {
        [profile.red_colorant, profile.green_colorant, profile.blue_colorant].map(|xyz| [xyz.x, xyz.y, xyz.z])
    };
    let same_primaries = colorants(profile)
        .as_flattened()
        .iter()
        .zip(colorants(srgb).as_flattened())
        .all(|(one, other)| near(*one, *other));
    same_primaries && profile.lut_a_to_b_perceptual.is_none() && same_curve(profile, srgb)
}

/// Compares the tone curves where they bend most.
fn same_curve(profile: &ColorProfile, srgb: &ColorProfile) -> bool {
    let curves = [&profile.red_trc, &profile.green_trc, &profile.blue_trc];
    let (Some(reference), Some(curves)) =
        (srgb.red_trc.as_ref(), curves.map(Option::as_ref).into_iter().collect::<Option<Vec<_>>>())
    else {
        return false;
    };
    let Ok(reference) = reference.make_linear_evaluator() else { return false };
    curves.into_iter().all(|curve| {
        curve.make_linear_evaluator().is_ok_and(|curve| {
            [0.02, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9]
                .into_iter()
                .all(|point: f32| (curve.evaluate_value(point) - reference.evaluate_value(point)).abs() < 0.002)
        })
    })
}
