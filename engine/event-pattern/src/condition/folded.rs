//! Text that is compared without regard to case.

/// The last character of Unicode's basic plane.
const BASIC_PLANE: u32 = 0xFFFF;

/// Text that is compared without regard to case, as AWS does it: each character of the pattern stands for its lower and its
/// upper case form, which may be several characters (`ß` stands for `ß` and `SS`). Characters outside of Unicode's basic
/// plane are not folded.
#[derive(Clone, Debug)]
pub(crate) struct Folded(Vec<[String; 2]>);

impl Folded {
    pub(crate) fn new(text: &str) -> Self {
        Self(
            text.chars()
                .map(|character| {
                    if u32::from(character) > BASIC_PLANE {
                        [character.to_string(), character.to_string()]
                    } else {
                        [character.to_lowercase().collect(), character.to_uppercase().collect()]
                    }
                })
                .collect(),
        )
    }

    /// What [`Folded::fold_into`] makes of this and of all that it equals.
    pub(crate) fn key(&self) -> String {
        let mut key = String::new();
        for [lower, _] in &self.0 {
            key.extend(lower.chars().flat_map(folded));
        }
        key
    }

    /// Replaces `key` by `text` with case folded away.
    pub(crate) fn fold_into(text: &str, key: &mut String) {
        key.clear();
        if text.is_ascii() {
            key.push_str(text);
            key.make_ascii_lowercase();
        } else {
            key.extend(text.chars().flat_map(folded));
        }
    }

    pub(crate) fn equals(&self, text: &str) -> bool {
        self.strip_from_start(text).is_some_and(str::is_empty)
    }

    pub(crate) fn starts(&self, text: &str) -> bool {
        self.strip_from_start(text).is_some()
    }

    pub(crate) fn ends(&self, text: &str) -> bool {
        self.0
            .iter()
            .rev()
            .try_fold(text, |rest, forms| forms.iter().find_map(|form| rest.strip_suffix(form.as_str())))
            .is_some()
    }

    fn strip_from_start<'t>(&self, text: &'t str) -> Option<&'t str> {
        // No form of a character begins with its other form, so the first that fits is the only one.
        self.0.iter().try_fold(text, |rest, forms| forms.iter().find_map(|form| rest.strip_prefix(form.as_str())))
    }
}

/// A form of a character that is the same for all forms of it. Lower case comes first: `ẞ` has `ß` in lower case, which has
/// `SS` in upper case.
fn folded(character: char) -> impl Iterator<Item = char> {
    let is_kept = u32::from(character) > BASIC_PLANE;
    let kept = is_kept.then_some(character).into_iter();
    let folded = (!is_kept).then(|| character.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase));
    kept.chain(folded.into_iter().flatten())
}

#[cfg(test)]
mod tests {
    use super::Folded;

    #[test]
    fn whatever_a_text_equals_has_its_key() {
        // Behind the basic plane, where nothing is folded, Deseret letters would be the first.
        for character in '\0'..='\u{10450}' {
            let folded = Folded::new(&character.to_string());
            for form in &folded.0[0] {
                let mut key = String::new();
                Folded::fold_into(form, &mut key);
                assert_eq!(key, folded.key(), "{character:?} as {form:?}");
            }
        }
    }
}
