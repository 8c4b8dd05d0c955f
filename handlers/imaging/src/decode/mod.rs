//! Decodes the picture: no larger than it is needed where the format allows that, in sRGB, as stored (not yet upright).

mod jpeg;
pub(crate) mod raster;

use crate::format::Format;
use crate::guard::contained;
use crate::limits::Limits;
use crate::pixels::Pixels;
use crate::rejection::Rejection;
use crate::structure::Structure;

/// Decodes to at least `needed` pixels each way, and at most the stored size.
pub(crate) fn decode(
    bytes: &[u8],
    format: Format,
    structure: &Structure,
    needed: (u32, u32),
    limits: &Limits,
) -> Result<Pixels, Rejection> {
    contained(format, || match format {
        Format::Jpeg => jpeg::decode(bytes, structure, needed, limits),
        _ => raster::decode(bytes, format, structure, limits),
    })
}
