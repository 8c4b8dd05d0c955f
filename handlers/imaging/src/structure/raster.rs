//! TIFF and BMP, whose decoders read the header alone.

use image::ImageDecoder;

use super::Structure;
use crate::decode::raster::{decoder, refusal};
use crate::exif::Exif;
use crate::format::Format;
use crate::guard::contained;
use crate::limits::Limits;
use crate::rejection::Rejection;

pub(super) fn read(bytes: &[u8], format: Format, limits: &Limits) -> Result<Structure, Rejection> {
    contained(format, || {
        let mut decoder = decoder(bytes, format, limits)?;
        let size = decoder.dimensions();
        let profile = decoder.icc_profile().map_err(|error| refusal(format, &error))?;
        Ok(Structure {
            size,
            frames: 1,
            alpha: decoder.color_type().has_alpha(),
            exif: if format == Format::Tiff { Exif::read(bytes) } else { Exif::default() },
            profile: profile.filter(|profile| profile.len() <= limits.metadata),
            // The decoder's own samples, and the rows made of them.
            memory: decoder.total_bytes().saturating_add(u64::from(size.0) * u64::from(size.1) * 4),
            end: bytes.len(),
            ..Structure::default()
        })
    })
}
