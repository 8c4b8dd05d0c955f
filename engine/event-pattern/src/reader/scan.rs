//! Eight bytes of JSON text at a time.

const ONES: u64 = 0x0101_0101_0101_0101;
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// The eight bytes at `at`, the first in the lowest place; `None` where fewer are left.
#[inline]
pub(super) fn chunk(bytes: &[u8], at: usize) -> Option<u64> {
    bytes.get(at..)?.first_chunk().map(|chunk| u64::from_le_bytes(*chunk))
}

/// How many bytes stand in front of the first quote, backslash or control character; 8 where there is none.
#[inline]
pub(super) fn plain_bytes(chunk: u64) -> usize {
    let quotes = zeros(chunk ^ (ONES * u64::from(b'"')));
    let backslashes = zeros(chunk ^ (ONES * u64::from(b'\\')));
    let controls = chunk.wrapping_sub(ONES * 0x20) & !chunk;
    first(quotes | backslashes | (controls & HIGHS))
}

/// How many digits stand in front of the first byte that is none; 8 where all are.
#[inline]
pub(super) fn digits(chunk: u64) -> usize {
    let values = chunk ^ (ONES * u64::from(b'0'));
    first((((values & !HIGHS) + ONES * (0x80 - 10)) | values) & HIGHS)
}

/// Marks the bytes that are zero. A byte above a zero may be marked, too; the lowest mark is right.
#[inline]
fn zeros(chunk: u64) -> u64 {
    chunk.wrapping_sub(ONES) & !chunk & HIGHS
}

#[inline]
fn first(marks: u64) -> usize {
    (marks.trailing_zeros() / 8) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_byte_at_each_place_is_told_apart() {
        for place in 0..8 {
            for byte in 0..=u8::MAX {
                let mut text = *b"12345678";
                text[place] = byte;
                let chunk = chunk(&text, 0).expect("eight bytes");
                let is_plain = byte >= 0x20 && byte != b'"' && byte != b'\\';
                assert_eq!(plain_bytes(chunk), if is_plain { 8 } else { place }, "{byte} at {place}");
                assert_eq!(digits(chunk), if byte.is_ascii_digit() { 8 } else { place }, "{byte} at {place}");
            }
        }
        assert_eq!(chunk(b"1234567", 0), None);
    }
}
