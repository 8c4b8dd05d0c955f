//! The geometry of a variant: which part of the picture goes where.

use crate::format::OutputFormat;
use crate::rejection::Rejection;
use crate::resize::Part;
use crate::variant::{Fit, Variant};

/// How a picture becomes a variant, in upright coordinates.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Plan {
    /// The part of the picture that is taken.
    pub(crate) crop: Part,
    /// What the part is resized to.
    pub(crate) scaled: (u32, u32),
    /// The size of the result; larger than `scaled` where the picture stands in a box.
    pub(crate) canvas: (u32, u32),
}

impl Plan {
    pub(crate) fn new((width, height): (u32, u32), variant: &Variant) -> Self {
        let (wide, high) = (f64::from(width), f64::from(height));
        let across = variant.width.map(|target| f64::from(target) / wide);
        let down = variant.height.map(|target| f64::from(target) / high);
        let most = if variant.enlarge { f64::INFINITY } else { 1.0 };
        match (across, down) {
            (Some(across), Some(down)) if variant.fit == Fit::Cover => {
                // Where the picture is too small for the box, the box shrinks and keeps its shape.
                let scale = across.max(down);
                let shrink = (most / scale).min(1.0);
                let scale = scale.min(most);
                let canvas = (side(wide * across * shrink), side(high * down * shrink));
                let cut = ((f64::from(canvas.0) / scale).min(wide), (f64::from(canvas.1) / scale).min(high));
                let crop = Part { left: (wide - cut.0) / 2.0, top: (high - cut.1) / 2.0, width: cut.0, height: cut.1 };
                Self { crop, scaled: canvas, canvas }
            }
            _ => {
                let scale = across.into_iter().chain(down).fold(f64::INFINITY, f64::min);
                let scale = if scale.is_finite() { scale.min(most) } else { 1.0 };
                let scaled = (side(wide * scale), side(high * scale));
                let canvas = match variant.fit {
                    Fit::Contain => (
                        variant.width.unwrap_or(scaled.0).max(scaled.0),
                        variant.height.unwrap_or(scaled.1).max(scaled.1),
                    ),
                    _ => scaled,
                };
                Self { crop: Part::whole((width, height)), scaled, canvas }
            }
        }
    }

    /// Whether both need the same pixels, whatever canvas these are put on.
    pub(crate) fn shows_the_same_as(&self, other: &Self) -> bool {
        (self.crop, self.scaled) == (other.crop, other.scaled)
    }

    /// Refuses what the format cannot hold, or could hold only after minutes.
    pub(crate) fn check(&self, format: OutputFormat) -> Result<(), Rejection> {
        let (width, height) = self.canvas;
        let (side, pixels) = match format {
            OutputFormat::Jpeg | OutputFormat::Png => (65_500, u64::MAX),
            OutputFormat::WebP => (16_383, u64::MAX),
            OutputFormat::Avif => (16_383, 1 << 24),
        };
        if width.max(height) <= side && u64::from(width) * u64::from(height) <= pixels {
            return Ok(());
        }
        Err(Rejection::BadVariant(format!(
            "{width} × {height} pixels are too many for {format:?}; ask for a smaller box"
        )))
    }
}

fn side(length: f64) -> u32 {
    (length.round() as u32).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(size: (u32, u32), width: Option<u32>, height: Option<u32>, fit: Fit, enlarge: bool) -> Plan {
        Plan::new(size, &Variant { width, height, fit, enlarge, ..Variant::default() })
    }

    #[test]
    fn inside_keeps_the_shape_within_the_box() {
        assert_eq!(plan((4000, 3000), Some(800), Some(800), Fit::Inside, false).canvas, (800, 600));
        assert_eq!(plan((4000, 3000), Some(800), None, Fit::Inside, false).canvas, (800, 600));
        assert_eq!(plan((4000, 3000), None, Some(300), Fit::Inside, false).canvas, (400, 300));
        assert_eq!(plan((4000, 3000), None, None, Fit::Inside, false).canvas, (4000, 3000));
    }

    #[test]
    fn cover_fills_the_box_from_the_middle() {
        let plan = plan((4000, 3000), Some(200), Some(200), Fit::Cover, false);
        let crop = Part { left: 500.0, top: 0.0, width: 3000.0, height: 3000.0 };
        assert_eq!(plan, Plan { crop, scaled: (200, 200), canvas: (200, 200) });
        assert_eq!(crop.needed((4000, 3000), plan.scaled), (267, 200));
    }

    #[test]
    fn contain_stands_in_a_box_of_exactly_the_size() {
        let plan = plan((400, 300), Some(200), Some(200), Fit::Contain, false);
        assert_eq!((plan.scaled, plan.canvas), ((200, 150), (200, 200)));
    }

    #[test]
    fn nothing_is_enlarged_unless_asked() {
        assert_eq!(plan((100, 50), Some(800), None, Fit::Inside, false).canvas, (100, 50));
        assert_eq!(plan((100, 50), Some(800), None, Fit::Inside, true).canvas, (800, 400));
        assert_eq!(plan((100, 50), Some(800), Some(800), Fit::Cover, false).canvas, (50, 50));
        assert_eq!(plan((100, 50), Some(800), Some(800), Fit::Cover, true).canvas, (800, 800));
        let boxed = plan((100, 50), Some(800), Some(800), Fit::Contain, false);
        assert_eq!((boxed.scaled, boxed.canvas), ((100, 50), (800, 800)));
    }

    #[test]
    fn a_sliver_keeps_a_pixel() {
        assert_eq!(plan((10_000, 3), Some(100), None, Fit::Inside, false).canvas, (100, 1));
    }
}
