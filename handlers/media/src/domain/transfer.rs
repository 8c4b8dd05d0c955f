//! How an upload's bytes travel: in one request, or in parts that can be sent again one by one.

const MIB: u64 = 1024 * 1024;

/// Up to this size an upload is one request.
pub const SINGLE_LIMIT: u64 = 16 * MIB;

/// No part but the last is smaller.
const PART_BYTES: u64 = 8 * MIB;

/// How many parts an upload has at most: the URLs of all of them have to fit into one answer of a state machine.
pub const PART_LIMIT: u64 = 64;

/// How an upload's bytes travel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transfer {
    /// In one request.
    Single,
    /// In parts of this many bytes, the last one having what is left.
    Parts {
        /// Whole MiB.
        part_bytes: u64,
    },
}

/// A part of an upload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// From 1.
    pub number: i32,
    /// Where it begins.
    pub offset: u64,
    /// How long it is.
    pub bytes: u64,
}

impl Transfer {
    /// How `bytes` travel.
    pub fn of(bytes: u64) -> Self {
        if bytes <= SINGLE_LIMIT {
            return Self::Single;
        }
        let even = bytes.div_ceil(PART_LIMIT).div_ceil(MIB) * MIB;
        Self::Parts { part_bytes: even.max(PART_BYTES) }
    }

    /// The parts of an upload of `bytes`; none if it is one request.
    pub fn parts(self, bytes: u64) -> Vec<Part> {
        let Self::Parts { part_bytes } = self else { return Vec::new() };
        (0..bytes.div_ceil(part_bytes))
            .map(|index| {
                let offset = index * part_bytes;
                let number = i32::try_from(index + 1).expect("an upload has 64 parts at most");
                Part { number, offset, bytes: part_bytes.min(bytes - offset) }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn up_to_16_mib_is_one_request() {
        assert_eq!(Transfer::of(1), Transfer::Single);
        assert_eq!(Transfer::of(16 * MIB), Transfer::Single);
        assert_eq!(Transfer::of(16 * MIB + 1), Transfer::Parts { part_bytes: 8 * MIB });
    }

    #[test]
    fn parts_cover_the_upload_without_gap_or_overlap() {
        for bytes in [16 * MIB + 1, 24 * MIB, 600 * MIB + 7, 5 * 1024 * MIB] {
            let parts = Transfer::of(bytes).parts(bytes);
            assert!((2..=64).contains(&parts.len()), "{bytes}: {}", parts.len());
            let end = parts.iter().fold(0, |at, part| {
                assert_eq!(part.offset, at);
                at + part.bytes
            });
            assert_eq!(end, bytes);
            let (_, but_last) = parts.split_last().expect("parts");
            assert!(but_last.iter().all(|part| part.bytes >= 8 * MIB || part.number == 1), "S3 takes no smaller parts");
        }
    }
}
