//! Closed captions inside a picture: CEA-608 in the user data of H.264, as broadcasters send them.

use std::path::Path;
use std::process::Command;

/// Row 15, the word, and its end at the 60th frame; each command is sent twice.
/// <https://www.law.cornell.edu/cfr/text/47/79.101>
fn pair(frame: usize, word: [u8; 6]) -> [u8; 2] {
    const LOAD: [u8; 2] = [0x14, 0x20];
    const ERASE_HIDDEN: [u8; 2] = [0x14, 0x2e];
    const ROW_15: [u8; 2] = [0x14, 0x70];
    const SHOW: [u8; 2] = [0x14, 0x2f];
    const ERASE_SHOWN: [u8; 2] = [0x14, 0x2c];
    match frame {
        0 | 1 => LOAD,
        2 | 3 => ERASE_HIDDEN,
        4 | 5 => ROW_15,
        6..=8 => [word[(frame - 6) * 2], word[(frame - 6) * 2 + 1]],
        9 | 10 => SHOW,
        60 | 61 => ERASE_SHOWN,
        _ => [0, 0],
    }
}

/// Every byte has an odd number of bits.
fn odd(byte: u8) -> u8 {
    if byte.count_ones().is_multiple_of(2) { byte | 0x80 } else { byte }
}

/// The user data of a frame: an SEI message of ATSC A/53, part 4.
fn message([first, second]: [u8; 2]) -> Vec<u8> {
    let mut data = b"\xb5\x00\x31GA94\x03\xc1\xff\xfc".to_vec();
    data.extend([odd(first), odd(second), 0xff]);
    [&[0, 0, 1, 6, 4, u8::try_from(data.len()).unwrap()], &data[..], &[0x80]].concat()
}

/// A stream of H.264 without B-frames, with the word in it.
pub(crate) fn with_captions(stream: &[u8], word: [u8; 6]) -> Vec<u8> {
    let begins: Vec<usize> = (0..stream.len() - 3).filter(|&at| stream[at..at + 3] == [0, 0, 1]).collect();
    let (mut captioned, mut frame) = (stream[..begins[0]].to_vec(), 0);
    for (index, &begin) in begins.iter().enumerate() {
        if matches!(stream[begin + 3] & 0x1f, 1 | 5) {
            captioned.extend(message(pair(frame, word)));
            frame += 1;
        }
        captioned.extend(&stream[begin..begins.get(index + 1).copied().unwrap_or(stream.len())]);
    }
    captioned
}

/// The captions that a decoder finds in a file's picture.
pub(crate) fn captions_in(file: &Path) -> String {
    let source = format!("movie={}[out+subcc]", file.display());
    let read = Command::new("ffmpeg")
        .args(["-v", "error", "-f", "lavfi", "-i", &source, "-map", "0:1", "-f", "srt", "-"])
        .output()
        .unwrap();
    String::from_utf8(read.stdout).unwrap()
}
