//! From a file to variants of its picture.

use crate::encode::encode;
use crate::fit::Plan;
use crate::format::{Format, OutputFormat};
use crate::guard::contained;
use crate::limits::Limits;
use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;
use crate::resize::{Part, resize_rows};
use crate::structure::{self, Structure};
use crate::variant::Variant;
use crate::{decode, profile};

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
/// A JPEG is decoded at the next of the scales 1/8, 1/4, 1/2 above what the variant needs, and of JPEG and PNG only the
/// rows that are being resized are held.
///
/// # Errors
/// The file breaks `limits` or the rules of its format, or no picture could be made into this variant.
pub fn render(bytes: &[u8], variant: &Variant, limits: &Limits) -> Result<Rendered, Rejection> {
    let mut made = render_all(bytes, std::slice::from_ref(variant), limits)?;
    Ok(made.pop().expect("every variant was made"))
}

/// Makes each of `variants`, in their order and byte for byte as [`render`] makes it. Neighbours that show the same part
/// of the picture at the same size, in other formats, are made of one decoded picture.
///
/// # Errors
/// As [`render`]; then none is made.
pub fn render_all(bytes: &[u8], variants: &[Variant], limits: &Limits) -> Result<Vec<Rendered>, Rejection> {
    variants.iter().try_for_each(Variant::check)?;
    let (format, structure) = structure::read(bytes, limits)?;
    let upright = structure.orientation.turn(structure.size);
    let planned = variants.iter().map(|variant| {
        let plan = Plan::new(upright, variant);
        plan.check(variant.format).map(|()| (variant, plan))
    });
    let planned = planned.collect::<Result<Vec<_>, _>>()?;
    let mut made = Vec::with_capacity(variants.len());
    for same_pixels in planned.chunk_by(|(_, one), (_, other)| one.shows_the_same_as(other)) {
        let (_, plan) = same_pixels[0];
        let mut decoded = Some(scaled(bytes, format, &structure, plan.crop, plan.scaled, limits)?);
        for (at, (variant, plan)) in same_pixels.iter().enumerate() {
            // The last one takes it, so that a large picture in one format is held once.
            let pixels = if at + 1 < same_pixels.len() { decoded.clone() } else { decoded.take() };
            let pixels = on_canvas(pixels.expect("only the last one takes it"), plan.canvas, variant.format);
            made.push(Rendered {
                bytes: encode(pixels, variant, structure.exif.write(variant.keep))?,
                width: plan.canvas.0,
                height: plan.canvas.1,
                format: variant.format,
            });
        }
    }
    Ok(made)
}

/// Decodes `part` of the upright picture at `size`, in sRGB and upright.
pub(crate) fn scaled(
    bytes: &[u8],
    format: Format,
    structure: &Structure,
    part: Part,
    size: (u32, u32),
    limits: &Limits,
) -> Result<Pixels, Rejection> {
    let turn = structure.orientation;
    // The part lies in the middle, so mirrors do not move it.
    let (left, top) = turn.turn((part.left, part.top));
    let (width, height) = turn.turn((part.width, part.height));
    let (part, size) = (Part { left, top, width, height }, turn.turn(size));
    limits.check_memory(structure.memory.saturating_add(u64::from(size.0) * u64::from(size.1) * 4))?;
    contained(format, || {
        let needed = part.needed(structure.size, size);
        let mut rows = decode::open(bytes, format, structure, needed, limits)?;
        let across = f64::from(rows.size().0) / f64::from(structure.size.0);
        let down = f64::from(rows.size().1) / f64::from(structure.size.1);
        let pixels = resize_rows(rows.as_mut(), part.scaled(across, down), size)?;
        // Small pictures are quicker to convert and to turn than large ones.
        profile::to_srgb(pixels, rows.profile(), format).map(|pixels| turn.apply(pixels))
    })
}

/// The picture in the middle of a transparent canvas, or of a white one where the format has no transparency.
fn on_canvas(pixels: Pixels, (width, height): (u32, u32), format: OutputFormat) -> Pixels {
    let pixels = if format.has_alpha() { pixels.without_idle_alpha() } else { pixels.flattened([255; 3]) };
    if (pixels.width, pixels.height) == (width, height) {
        return pixels;
    }
    let pixels = if format.has_alpha() { pixels.with_alpha() } else { pixels };
    let mut canvas = Pixels::new(width, height, pixels.layout);
    if pixels.layout == Layout::Rgb {
        canvas.data.fill(255);
    }
    let left = (width - pixels.width) as usize / 2 * pixels.layout.channels();
    let top = (height - pixels.height) as usize / 2;
    let (wide, narrow) = (canvas.stride().get(), pixels.stride().get());
    for (to, from) in canvas.data.chunks_exact_mut(wide).skip(top).zip(pixels.data.chunks_exact(narrow)) {
        to[left..left + narrow].copy_from_slice(from);
    }
    canvas
}
