//! Lossy WebP by libwebp.
#![allow(unsafe_code)]

use libwebp_sys as webp;

use crate::pixels::{Layout, Pixels};
use crate::rejection::Rejection;

/// Above this many pixels memory counts for more than a few percent of time.
const LARGE: u64 = 1 << 22;

pub(super) fn encode(pixels: Pixels, quality: u8, exif: Option<&[u8]>) -> Result<Vec<u8>, Rejection> {
    let (width, height, alpha) = (pixels.width, pixels.height, pixels.layout == Layout::Rgba);
    let bytes = compress(pixels, quality)
        .map_err(|error| Rejection::BadVariant(format!("{width} × {height} pixels cannot be encoded: {error}")))?;
    Ok(match exif {
        Some(exif) => with_exif(&bytes, (width, height), alpha, exif),
        None => bytes,
    })
}

fn compress(pixels: Pixels, quality: u8) -> Result<Vec<u8>, String> {
    let invariant = "the library is the one that was compiled in";
    let mut config = webp::WebPConfig::new().expect(invariant);
    config.quality = f32::from(quality);
    config.low_memory = i32::from(u64::from(pixels.width) * u64::from(pixels.height) > LARGE);
    let mut picture = webp::WebPPicture::new().expect(invariant);
    picture.width = pixels.width as i32;
    picture.height = pixels.height as i32;
    let (alpha, stride) = (pixels.layout == Layout::Rgba, pixels.stride().get() as i32);
    // SAFETY: libwebp copies the rows, whose number and stride it is told; what it allocates is freed once, below. The
    // writer stays where it is for as long as the picture knows its address.
    unsafe {
        let mut writer = std::mem::zeroed::<webp::WebPMemoryWriter>();
        webp::WebPMemoryWriterInit(&mut writer);
        picture.writer = Some(webp::WebPMemoryWrite);
        picture.custom_ptr = (&raw mut writer).cast();
        let taken = if alpha {
            webp::WebPPictureImportRGBA(&mut picture, pixels.data.as_ptr(), stride)
        } else {
            webp::WebPPictureImportRGB(&mut picture, pixels.data.as_ptr(), stride)
        };
        // libwebp has a copy of its own now.
        drop(pixels);
        let done = taken != 0 && webp::WebPEncode(&config, &mut picture) != 0;
        let outcome = if done {
            Ok(std::slice::from_raw_parts(writer.mem, writer.size).to_vec())
        } else {
            Err(format!("{:?}", picture.error_code))
        };
        webp::WebPPictureFree(&mut picture);
        webp::WebPMemoryWriterClear(&mut writer);
        outcome
    }
}

/// The same picture in the extended layout (RFC 9649, section 2.7), which has room for metadata.
fn with_exif(bytes: &[u8], (width, height): (u32, u32), alpha: bool, exif: &[u8]) -> Vec<u8> {
    let chunks = match bytes.get(12..16) {
        Some(b"VP8X") => &bytes[30..],
        _ => &bytes[12..],
    };
    let mut content = b"WEBPVP8X\x0a\0\0\0".to_vec();
    content.extend([0x08 | if alpha { 0x10 } else { 0 }, 0, 0, 0]);
    content.extend(&(width - 1).to_le_bytes()[..3]);
    content.extend(&(height - 1).to_le_bytes()[..3]);
    content.extend(chunks);
    content.extend(b"EXIF");
    content.extend((exif.len() as u32).to_le_bytes());
    content.extend(exif);
    if exif.len() % 2 == 1 {
        content.push(0);
    }
    [b"RIFF", (content.len() as u32).to_le_bytes().as_slice(), &content].concat()
}
