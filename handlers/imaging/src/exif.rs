//! The few fields of EXIF that matter: orientation, who made the picture, where.

use crate::orientation::Orientation;
use crate::variant::Keep;

const ORIENTATION: u16 = 0x0112;
const ARTIST: u16 = 0x013b;
const COPYRIGHT: u16 = 0x8298;
const POSITION: u16 = 0x8825;

/// Bytes of one value of each type of TIFF 6, by its number.
const SIZES: [usize; 13] = [0, 1, 1, 2, 4, 8, 1, 1, 2, 4, 8, 4, 8];

/// What was found in a file's EXIF. Damage in it is not worth a refusal: a field that cannot be read is not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Exif {
    pub(crate) orientation: Orientation,
    little_endian: bool,
    artist: Option<Field>,
    copyright: Option<Field>,
    position: Vec<Field>,
}

/// One entry of a directory, its value in the file's byte order.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Field {
    tag: u16,
    kind: u16,
    count: u32,
    value: Vec<u8>,
}

impl Exif {
    /// Reads a TIFF structure, with or without the `Exif\0\0` before it.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        let bytes = bytes.strip_prefix(b"Exif\0\0").unwrap_or(bytes);
        let little_endian = match bytes.get(..4) {
            Some([b'I', b'I', 42, 0]) => true,
            Some([b'M', b'M', 0, 42]) => false,
            _ => return Self::default(),
        };
        let tiff = Tiff { bytes, little_endian };
        let mut exif = Self { little_endian, ..Self::default() };
        for field in tiff.directory(tiff.long(4)) {
            match field.tag {
                ORIENTATION => exif.orientation = Orientation::from_exif(tiff.number(&field) as u16),
                ARTIST => exif.artist = Some(field),
                COPYRIGHT => exif.copyright = Some(field),
                POSITION => exif.position = tiff.directory(Some(tiff.number(&field))),
                _ => {}
            }
        }
        exif
    }

    pub(crate) fn artist(&self) -> Option<String> {
        self.artist.as_ref().and_then(Field::text)
    }

    pub(crate) fn copyright(&self) -> Option<String> {
        self.copyright.as_ref().and_then(Field::text)
    }

    pub(crate) fn has_position(&self) -> bool {
        !self.position.is_empty()
    }

    /// A TIFF structure with only what is kept; none where nothing is.
    pub(crate) fn write(&self, keep: Keep) -> Option<Vec<u8>> {
        let mut fields: Vec<Field> = Vec::new();
        if keep.attribution {
            fields.extend(self.artist.clone().into_iter().chain(self.copyright.clone()));
        }
        let position: &[Field] = if keep.position { &self.position } else { &[] };
        if fields.is_empty() && position.is_empty() {
            return None;
        }
        let mut out = Writer { bytes: Vec::new(), little_endian: self.little_endian };
        out.bytes.extend(if self.little_endian { *b"II\x2a\0" } else { *b"MM\0\x2a" });
        out.long(8);
        if !position.is_empty() {
            // The pointer comes between the artist and the end, in order of tags: after the copyright's 0x8298.
            fields.push(Field { tag: POSITION, kind: 4, count: 1, value: Vec::new() });
            let after: usize = fields.iter().map(Field::room).sum::<usize>() + 8 + 6;
            let pointer = fields.last_mut().expect("was just pushed");
            let offset = u32::try_from(after).unwrap_or_default();
            pointer.value = if self.little_endian { offset.to_le_bytes() } else { offset.to_be_bytes() }.to_vec();
        }
        out.directory(&fields);
        if !position.is_empty() {
            out.directory(position);
        }
        Some(out.bytes)
    }
}

impl Field {
    fn text(&self) -> Option<String> {
        let text = self.value.split(|byte| *byte == 0).filter(|part| !part.trim_ascii().is_empty());
        let parts: Vec<_> = text.map(|part| String::from_utf8_lossy(part.trim_ascii()).into_owned()).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }

    /// Bytes that the entry takes in a directory and behind it.
    fn room(&self) -> usize {
        12 + if self.value.len() > 4 { self.value.len().next_multiple_of(2) } else { 0 }
    }
}

struct Tiff<'a> {
    bytes: &'a [u8],
    little_endian: bool,
}

impl Tiff<'_> {
    fn short(&self, at: usize) -> Option<u16> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.little_endian { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
    }

    fn long(&self, at: usize) -> Option<u32> {
        let bytes = *self.bytes.get(at..)?.first_chunk()?;
        Some(if self.little_endian { u32::from_le_bytes(bytes) } else { u32::from_be_bytes(bytes) })
    }

    /// The readable entries of the directory at `offset`. Values above 64 KiB are nobody's name.
    fn directory(&self, offset: Option<u32>) -> Vec<Field> {
        let Some(start) = offset.map(|offset| offset as usize) else { return Vec::new() };
        let entries = usize::from(self.short(start).unwrap_or_default());
        (0..entries).map_while(|entry| self.field(start + 2 + entry * 12)).flatten().collect()
    }

    /// None where the file ends; an inner none where the entry cannot be read.
    fn field(&self, at: usize) -> Option<Option<Field>> {
        let (tag, kind, count) = (self.short(at)?, self.short(at + 2)?, self.long(at + 4)?);
        let inline = self.long(at + 8)? as usize;
        let size = SIZES.get(usize::from(kind)).copied().unwrap_or_default();
        let length = size.saturating_mul(count as usize);
        let start = if length <= 4 { at + 8 } else { inline };
        let value = start.checked_add(length).and_then(|end| self.bytes.get(start..end));
        let value = value.filter(|value| !value.is_empty() && value.len() <= 65_536);
        Some(value.map(|value| Field { tag, kind, count, value: value.to_vec() }))
    }

    fn number(&self, field: &Field) -> u32 {
        let value = Tiff { bytes: &field.value, little_endian: self.little_endian };
        if field.kind == 3 { value.short(0).map(u32::from) } else { value.long(0) }.unwrap_or_default()
    }
}

struct Writer {
    bytes: Vec<u8>,
    little_endian: bool,
}

impl Writer {
    fn short(&mut self, number: u16) {
        self.bytes.extend(if self.little_endian { number.to_le_bytes() } else { number.to_be_bytes() });
    }

    fn long(&mut self, number: u32) {
        self.bytes.extend(if self.little_endian { number.to_le_bytes() } else { number.to_be_bytes() });
    }

    /// A directory here, followed by the values that do not fit into it.
    fn directory(&mut self, fields: &[Field]) {
        let mut behind = self.bytes.len() + 2 + fields.len() * 12 + 4;
        self.short(fields.len() as u16);
        for field in fields {
            self.short(field.tag);
            self.short(field.kind);
            self.long(field.count);
            if field.value.len() > 4 {
                self.long(behind as u32);
                behind += field.value.len().next_multiple_of(2);
            } else {
                let mut inline = field.value.clone();
                inline.resize(4, 0);
                self.bytes.extend(inline);
            }
        }
        self.long(0);
        for field in fields.iter().filter(|field| field.value.len() > 4) {
            self.bytes.extend(&field.value);
            let even = self.bytes.len().next_multiple_of(2);
            self.bytes.resize(even, 0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(little_endian: bool) -> Vec<u8> {
        let text = |tag, value: &[u8]| Field { tag, kind: 2, count: value.len() as u32, value: value.to_vec() };
        let exif = Exif {
            little_endian,
            artist: Some(text(ARTIST, b"Ada\0")),
            copyright: Some(text(COPYRIGHT, b"(c) Ada Lovelace\0")),
            position: vec![text(1, b"N\0"), Field { tag: 2, kind: 5, count: 3, value: vec![7; 24] }],
            ..Exif::default()
        };
        exif.write(Keep { attribution: true, position: true }).expect("there is something to keep")
    }

    #[test]
    fn what_is_kept_is_read_again_in_either_byte_order() {
        for little_endian in [true, false] {
            let exif = Exif::read(&sample(little_endian));
            assert_eq!(exif.artist().as_deref(), Some("Ada"));
            assert_eq!(exif.copyright().as_deref(), Some("(c) Ada Lovelace"));
            assert_eq!(exif.position.len(), 2);
            assert_eq!(exif.position[1].value, [7; 24]);
        }
    }

    #[test]
    fn the_position_goes_unless_asked_for() {
        let exif = Exif::read(&sample(true));
        assert!(exif.has_position());
        let kept = Exif::read(&exif.write(Keep { attribution: true, position: false }).expect("attribution"));
        assert!(!kept.has_position());
        assert_eq!(kept.artist().as_deref(), Some("Ada"));
        assert_eq!(exif.write(Keep::default()), None);
    }

    #[test]
    fn damage_is_read_as_far_as_it_goes() {
        let whole = sample(false);
        for end in 0..whole.len() {
            Exif::read(&whole[..end]);
        }
        assert_eq!(Exif::read(b"Exif\0\0II\x2a\0\xff\xff\xff\xff"), Exif { little_endian: true, ..Exif::default() });
    }
}
