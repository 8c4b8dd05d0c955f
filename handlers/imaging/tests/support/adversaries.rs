//! Files that mean harm, or look as if: each with the codes that it may be refused with.

use image::ImageFormat;

use super::{chunk, exif, gif, jpeg, jpeg_with, scene, webp, with_exif, written};

pub struct Adversary {
    pub name: &'static str,
    pub bytes: Vec<u8>,
    /// What `render` answers, or none if a clean variant is made.
    pub code: Option<&'static str>,
}

/// The whole set.
pub fn all() -> Vec<Adversary> {
    [bombs(), damaged(), disguised(), profiles(), polyglots()].into_iter().flatten().collect()
}

fn refused(name: &'static str, code: &'static str, bytes: Vec<u8>) -> Adversary {
    Adversary { name, bytes, code: Some(code) }
}

fn accepted(name: &'static str, bytes: Vec<u8>) -> Adversary {
    Adversary { name, bytes, code: None }
}

/// Small files that ask for much memory or time.
fn bombs() -> Vec<Adversary> {
    const PIXELS: &str = "Media.TooManyPixels";
    const FRAMES: &str = "Media.TooManyFrames";
    let many_scans = {
        let progressive = jpeg_with(64, 64, |encoder| encoder.set_progressive(true));
        let scan = progressive.windows(2).rposition(|pair| pair == [0xff, 0xda]).unwrap();
        let (head, last) = progressive[..progressive.len() - 2].split_at(scan);
        [head, &last.repeat(5000), &[0xff, 0xd9]].concat()
    };
    vec![
        refused("png-30000-square", PIXELS, png(30_000, 30_000, 2, 0, &[])),
        refused("png-2-to-the-31", PIXELS, png(0x7fff_ffff, 0x7fff_ffff, 2, 0, &[])),
        refused("png-interlaced-100-megapixels", "Media.TooMuchMemory", png(10_000, 10_000, 6, 1, &[])),
        refused("apng-a-million-frames", FRAMES, png(8, 8, 2, 0, &chunk(b"acTL", &[0, 0x0f, 0x42, 0x40, 0, 0, 0, 0]))),
        accepted("png-text-that-inflates", {
            let text = [b"Comment\0\0".as_slice(), &deflated_zeros(20 << 20)].concat();
            let png = written(scene(16, 16), ImageFormat::Png);
            [&png[..33], &chunk(b"zTXt", &text), &png[33..]].concat()
        }),
        refused("gif-65535-square", PIXELS, gif(65_535, 65_535, 1)),
        refused("gif-10000-frames", FRAMES, gif(8, 8, 10_000)),
        refused("gif-9000-square", "Media.TooMuchMemory", gif(9_000, 9_000, 1)),
        refused("webp-16384-square", PIXELS, extended_webp(16_384, 16_384, 1)),
        refused("webp-2000-frames", FRAMES, extended_webp(8, 8, 2_000)),
        refused("tiff-60000-square", PIXELS, tiff(60_000, 60_000)),
        refused("bmp-32000-square", PIXELS, bmp(32_000, 32_000)),
        refused("bmp-10000-square-run-lengths", "Media.TooMuchMemory", bmp(10_900, 10_900)),
        refused("jpeg-65500-square", PIXELS, resized_jpeg(65_500, 65_500)),
        refused("jpeg-29000-by-5000-of-nothing", PIXELS, resized_jpeg(29_000, 5_000)),
        refused("jpeg-5000-scans", "Media.Corrupt", many_scans),
    ]
}

/// Files that end early or break rules.
fn damaged() -> Vec<Adversary> {
    const TRUNCATED: &str = "Media.Truncated";
    const CORRUPT: &str = "Media.Corrupt";
    let half = |bytes: Vec<u8>| bytes[..bytes.len() / 2].to_vec();
    let jpeg_file = jpeg(64, 48);
    let png_file = written(scene(64, 48), ImageFormat::Png);
    vec![
        refused("jpeg-half", TRUNCATED, half(jpeg_file.clone())),
        refused("jpeg-without-an-end", TRUNCATED, jpeg_file[..jpeg_file.len() - 2].to_vec()),
        refused("jpeg-no-pixels-but-an-end", TRUNCATED, {
            let scan = jpeg_file.windows(2).position(|pair| pair == [0xff, 0xda]).unwrap();
            [&jpeg_file[..scan + 14 + 40], &[0xff, 0xd9]].concat()
        }),
        refused("jpeg-without-rows", CORRUPT, resized_jpeg(64, 0)),
        refused("jpeg-three-bytes", TRUNCATED, vec![0xff, 0xd8, 0xff]),
        refused("png-half", TRUNCATED, half(png_file.clone())),
        refused("png-wrong-checksum", CORRUPT, {
            let mut png = png_file.clone();
            let data = png.windows(4).position(|kind| kind == b"IDAT").unwrap();
            png[data + 20] ^= 0x55;
            png
        }),
        refused("png-with-too-few-pixels", CORRUPT, png(64, 64, 2, 0, &[])),
        refused("gif-half", TRUNCATED, half(written(scene(64, 48), ImageFormat::Gif))),
        refused("webp-half", TRUNCATED, half(webp(64, 48))),
        refused("webp-frame-half", TRUNCATED, {
            let mut webp = half(webp(64, 48));
            let length = (webp.len() as u32 - 8).to_le_bytes();
            webp[4..8].copy_from_slice(&length);
            webp
        }),
        refused("bmp-half", TRUNCATED, half(written(scene(64, 48), ImageFormat::Bmp))),
        refused("tiff-half", TRUNCATED, half(written(scene(64, 48), ImageFormat::Tiff))),
    ]
}

/// Files that are something else.
fn disguised() -> Vec<Adversary> {
    const UNSUPPORTED: &str = "Media.UnsupportedFormat";
    vec![
        refused("empty", UNSUPPORTED, Vec::new()),
        refused("html", UNSUPPORTED, b"<!doctype html><script>alert(1)</script>".to_vec()),
        refused("svg", UNSUPPORTED, b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>".to_vec()),
        refused("zip", UNSUPPORTED, b"PK\x03\x04\x14\0".to_vec()),
        refused("pdf", UNSUPPORTED, b"%PDF-1.7\n".to_vec()),
        refused("mp4", UNSUPPORTED, b"\0\0\0\x18ftypisom\0\0\0\0isommp42".to_vec()),
        refused("heic", UNSUPPORTED, b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".to_vec()),
        refused("zeros", UNSUPPORTED, vec![0; 4096]),
    ]
}

/// Colour profiles that lie.
fn profiles() -> Vec<Adversary> {
    const BAD: &str = "Media.BadColourProfile";
    let with_profile = |profile: &[u8]| jpeg_with(32, 32, |encoder| encoder.add_icc_profile(profile).unwrap());
    let sound = moxcms::ColorProfile::new_display_p3().encode().unwrap();
    let mut many_tags = sound.clone();
    many_tags[128..132].copy_from_slice(&u32::MAX.to_be_bytes());
    let mut far_tag = sound.clone();
    far_tag[136..144].copy_from_slice(&[0xff; 8]);
    vec![
        refused("profile-of-noise", BAD, with_profile(&[0x5a; 600])),
        refused("profile-half", BAD, with_profile(&sound[..sound.len() / 2])),
        refused("profile-of-four-billion-tags", BAD, with_profile(&many_tags)),
        refused("profile-with-a-tag-outside", BAD, with_profile(&far_tag)),
    ]
}

/// Files that are two things at once. The variant is only one.
fn polyglots() -> Vec<Adversary> {
    let script = PAYLOAD.as_bytes();
    let comment = |jpeg: &[u8]| {
        let length = (script.len() as u16 + 2).to_be_bytes();
        [&jpeg[..2], &[0xff, 0xfe], &length, script, &jpeg[2..]].concat()
    };
    let png = written(scene(32, 32), ImageFormat::Png);
    vec![
        accepted("jpeg-and-zip", [jpeg(32, 32).as_slice(), b"PK\x03\x04", script].concat()),
        accepted("jpeg-and-script", comment(&jpeg(32, 32))),
        accepted("jpeg-exif-and-script", with_exif(&jpeg(32, 32), &[exif(1).as_slice(), script].concat())),
        accepted("png-and-html", [png.as_slice(), script].concat()),
        accepted("png-text-and-script", [&png[..33], &chunk(b"tEXt", &[b"a\0", script].concat()), &png[33..]].concat()),
        accepted("gif-and-javascript", [written(scene(32, 32), ImageFormat::Gif).as_slice(), script].concat()),
        accepted("webp-and-more", [webp(32, 32).as_slice(), script].concat()),
        accepted("bmp-and-more", [written(scene(32, 32), ImageFormat::Bmp).as_slice(), script].concat()),
    ]
}

/// What no variant may contain.
pub const PAYLOAD: &str = "<script>alert(document.cookie)</script>";

/// A PNG with this header, `chunks`, and no pixels.
fn png(width: u32, height: u32, colour: u8, interlaced: u8, chunks: &[u8]) -> Vec<u8> {
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, colour, 0, 0, interlaced]].concat();
    let pixels = chunk(b"IDAT", &deflated_zeros(1000));
    [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", &header).as_slice(), chunks, &pixels, &chunk(b"IEND", &[])].concat()
}

/// A zlib stream of zeros: stored where few, else the best that Huffman codes alone can do.
fn deflated_zeros(count: usize) -> Vec<u8> {
    let png = written(image::GrayImage::new(count.div_ceil(1000) as u32, 1000), ImageFormat::Png);
    let start = png.windows(4).position(|kind| kind == b"IDAT").unwrap();
    let length = u32::from_be_bytes(*png[start - 4..].first_chunk().unwrap()) as usize;
    png[start + 4..start + 4 + length].to_vec()
}

/// A WebP in the extended layout with empty frames.
fn extended_webp(width: u32, height: u32, frames: usize) -> Vec<u8> {
    let mut content = b"WEBPVP8X\x0a\0\0\0\x02\0\0\0".to_vec();
    content.extend(&(width - 1).to_le_bytes()[..3]);
    content.extend(&(height - 1).to_le_bytes()[..3]);
    content.extend(b"ANIM\x06\0\0\0\0\0\0\0\0\0");
    for _ in 0..frames {
        content.extend(b"ANMF\x10\0\0\0");
        content.extend([0; 16]);
    }
    [b"RIFF", (content.len() as u32).to_le_bytes().as_slice(), &content].concat()
}

/// A TIFF whose one strip is not there.
fn tiff(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"II\x2a\0\x08\0\0\0\x08\0".to_vec();
    for (tag, value) in
        [(256_u16, width), (257, height), (258, 8), (259, 1), (262, 1), (273, 200), (278, height), (279, 1000)]
    {
        out.extend(tag.to_le_bytes());
        out.extend(4_u16.to_le_bytes());
        out.extend(1_u32.to_le_bytes());
        out.extend(value.to_le_bytes());
    }
    out.extend([0; 4]);
    out
}

/// A BMP of run lengths, with none.
fn bmp(width: u32, height: u32) -> Vec<u8> {
    let mut out = b"BM".to_vec();
    for word in [1078_u32, 0, 1078, 40, width, height, 0x0008_0001, 1, 0, 0, 0, 256, 0] {
        out.extend(word.to_le_bytes());
    }
    out.resize(1078, 0);
    out.extend([0, 1]);
    out
}

/// A JPEG that says it is larger than it is.
fn resized_jpeg(width: u16, height: u16) -> Vec<u8> {
    let mut jpeg = jpeg(64, 48);
    let frame = jpeg.windows(2).position(|pair| pair == [0xff, 0xc0]).unwrap();
    jpeg[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    jpeg[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    jpeg
}
