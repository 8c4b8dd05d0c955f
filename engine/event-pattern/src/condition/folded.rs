//! Text that is compared without regard to case.

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
                    if u32::from(character) > 0xFFFF {
                        [character.to_string(), character.to_string()]
                    } else {
                        [character.to_lowercase().collect(), character.to_uppercase().collect()]
                    }
                })
                .collect(),
        )
    }

    /// A text that is the same for this one and all that it equals.
    pub(crate) fn key(&self) -> String {
        let lower = self.0.iter().flat_map(|[lower, _]| lower.chars());
        // There and back, since some letters of either case have the same counterpart.
        lower.flat_map(char::to_uppercase).flat_map(char::to_lowercase).collect()
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

#[cfg(test)]
mod tests {
    use super::Folded;

    #[test]
    fn texts_that_are_equal_without_regard_to_case_have_the_same_key() {
        for character in (0..=0xFFFF).filter_map(char::from_u32) {
            let folded = Folded::new(&character.to_string());
            for form in &folded.0[0] {
                assert!(folded.equals(form));
                assert_eq!(folded.key(), Folded::new(form).key(), "{character:?} {form:?}");
            }
        }
    }
}
