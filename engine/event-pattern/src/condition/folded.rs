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
