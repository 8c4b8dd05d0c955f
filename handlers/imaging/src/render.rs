//! From a file to one variant of its picture.

use crate::decode::decode;
use crate::encode::encode;
use crate::fit::Plan;
use crate::format::OutputFormat;
use crate::limits::Limits;
use crate::pixels::Pixels;
use crate::rejection::Rejection;
use crate::resize::resize;
use crate::structure;
use crate::variant::Variant;

/// A variant that was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The encoded file.
    pub bytes: Vec<u8>,
    /// Pixels to the right.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// What the file is.
    pub format: OutputFormat,
}

/// Makes `variant` of the picture in `bytes`. An animation gives its first frame.
///
/// Memory: of a JPEG no more is decoded than the next of the scales 1/8, 1/4, 1/2 above what the variant needs.
///
/// # Errors
/// The file breaks `limits` or the rules of its format, or no picture could be made into this variant.
pub fn render(bytes: &[u8], variant: &Variant, limits: &Limits) -> Result<Rendered, Rejection> {
    variant.check()?;
    let (format, structure) = structure::read(bytes, limits)?;
    let orientation = structure.orientation;
    let plan = Plan::new(orientation.turn(structure.size), variant);
    let needed = orientation.turn(plan.needed(orientation.turn(structure.size)));
    let pixels = decode(bytes, format, &structure, needed, limits)?;
    let pixels = orientation.apply(resize_stored(pixels, &structure, &plan));
    let pixels = on_canvas(pixels, plan.canvas, variant.format);
    Ok(Rendered {
        bytes: encode(pixels, variant, structure.exif.write(variant.keep))?,
        width: plan.canvas.0,
        height: plan.canvas.1,
        format: variant.format,
    })
}

/// Resizes before the picture is turned, since it is smaller then.
fn resize_stored(pixels: Pixels, structure: &structure::Structure, plan: &Plan) -> Pixels {
    let turn = structure.orientation;
    let (left, top) = turn.turn((plan.crop.0, plan.crop.1));
    let (width, height) = turn.turn((plan.crop.2, plan.crop.3));
    let across = f64::from(pixels.width) / f64::from(structure.size.0);
    let down = f64::from(pixels.height) / f64::from(structure.size.1);
    // The part lies in the middle, so mirrors do not move it.
    resize(pixels, (left * across, top * down, width * across, height * down), turn.turn(plan.scaled))
}

/// The picture in the middle of a transparent canvas, or of a white one where the format has no transparency.
fn on_canvas(pixels: Pixels, (width, height): (u32, u32), format: OutputFormat) -> Pixels {
    let pixels = if format.has_alpha() { pixels.without_idle_alpha() } else { pixels.flattened([255; 3]) };
    if (pixels.width, pixels.height) == (width, height) {
        return pixels;
    }
    let pixels = if format.has_alpha() { pixels.with_alpha() } else { pixels };
    let mut canvas = Pixels::new(width, height, pixels.channels);
    if pixels.channels == 3 {
        canvas.data.fill(255);
    }
    let left = (width - pixels.width) as usize / 2 * pixels.channels;
    let top = (height - pixels.height) as usize / 2;
    let (wide, narrow) = (canvas.stride().get(), pixels.stride().get());
    for (to, from) in canvas.data.chunks_exact_mut(wide).skip(top).zip(pixels.data.chunks_exact(narrow)) {
        to[left..left + narrow].copy_from_slice(from);
    }
    canvas
}
