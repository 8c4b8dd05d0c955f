//! Path patterns of cache behaviours: `*` for any characters, `?` for one.
//!
//! <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern>

/// Whether the pattern names the path; a slash at its beginning may be left out.
pub(super) fn matches(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    fits(pattern.as_bytes(), path.strip_prefix('/').unwrap_or(path).as_bytes())
}

fn fits(pattern: &[u8], path: &[u8]) -> bool {
    // Where the last star stood, and how much of the path it has taken: all that ever has to be tried again.
    let (mut at, mut from, mut star) = (0, 0, None);
    while from < path.len() {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, from));
                at += 1;
            }
            Some(letter) if *letter == b'?' || *letter == path[from] => {
                at += 1;
                from += 1;
            }
            _ => match &mut star {
                Some((place, taken)) => {
                    *taken += 1;
                    (at, from) = (*place + 1, *taken);
                }
                None => return false,
            },
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_others() {
        for (pattern, path, expected) in [
            ("/media/*", "/media/1/card", true),
            ("media/*", "/media/", true),
            ("/media/*", "/media", false),
            ("*.jpg", "/a/b.jpg", true),
            ("*.jpg", "/a/b.jpeg", false),
            ("/a?c/*/z", "/abc/x/y/z", true),
            ("/a?c", "/ac", false),
            ("*", "/", true),
            ("/A", "/a", false),
            ("*a*b*c", "/xaxbxbc", true),
        ] {
            assert_eq!(matches(pattern, path), expected, "{pattern} {path}");
        }
    }
}
