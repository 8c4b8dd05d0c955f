//! Where the addresses stand in an HLS playlist.
//!
//! <https://www.rfc-editor.org/rfc/rfc8216#section-4>

/// A line of a playlist, around the address in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// There is no address in it, or one that is asked for where the playlist was: another playlist, beside this one.
    Kept(&'a str),
    /// It leads to an object beside the playlist.
    Object { before: &'a str, name: &'a str, after: &'a str },
}

impl<'a> Line<'a> {
    /// The lines of a playlist.
    pub(super) fn all(playlist: &'a str) -> impl Iterator<Item = Self> {
        playlist.lines().map(Self::of)
    }

    fn of(line: &'a str) -> Self {
        const ATTRIBUTE: &str = "URI=\"";
        let found = match line.strip_prefix('#') {
            None => Some((0, line.len())),
            Some(_) => line.find(ATTRIBUTE).and_then(|at| {
                let from = at + ATTRIBUTE.len();
                Some((from, from + line[from..].find('"')?))
            }),
        };
        let Some((from, to)) = found else { return Self::Kept(line) };
        let name = line[from..to].trim();
        let is_elsewhere = name.is_empty() || name.contains(':') || name.starts_with('/') || name.contains("..");
        if is_elsewhere || name.ends_with(".m3u8") {
            return Self::Kept(line);
        }
        Self::Object { before: &line[..from], name, after: &line[to..] }
    }
}

/// Whether a text is the name of a playlist, without a folder.
pub(super) fn is_name(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"._-".contains(&byte);
    text.ends_with(".m3u8") && !text.contains("..") && text.len() <= 255 && text.bytes().all(allowed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_found_on_lines_and_in_attributes_and_playlists_stay() {
        let lines: Vec<_> = Line::all(concat!(
            "#EXTM3U\n#EXT-X-MAP:URI=\"init.mp4\",BYTERANGE=\"7@0\"\n#EXTINF:6,\nfilm_00001.ts\n",
            "#EXT-X-MEDIA:TYPE=SUBTITLES,URI=\"captions.m3u8\"\nfilm_1080.m3u8\n\nhttps://example.org/x.ts\n../other/x.ts\n",
        ))
        .filter(|line| matches!(line, Line::Object { .. }))
        .collect();
        let map = Line::Object { before: "#EXT-X-MAP:URI=\"", name: "init.mp4", after: "\",BYTERANGE=\"7@0\"" };
        assert_eq!(lines, [map, Line::Object { before: "", name: "film_00001.ts", after: "" }]);
    }

    #[test]
    fn a_playlist_has_a_name_without_a_folder() {
        assert!(is_name("film_1080.m3u8"));
        for text in ["", "film.ts", "../film.m3u8", "a/b.m3u8", "a%2Fb.m3u8"] {
            assert!(!is_name(text), "{text}");
        }
    }
}
