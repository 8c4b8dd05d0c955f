//! Lists of branches under a key, mostly of one.

/// A branch, and whether its key already says that the field meets what the branch asks of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Posting(u32);

impl Posting {
    pub(super) fn new(branch: u32, is_sure: bool) -> Self {
        Self(branch << 1 | u32::from(is_sure))
    }

    #[inline]
    pub(super) fn branch(self) -> u32 {
        self.0 >> 1
    }

    #[inline]
    pub(super) fn is_sure(self) -> bool {
        self.0 & 1 == 1
    }
}

#[derive(Clone, Debug, Default)]
pub(super) enum Postings {
    #[default]
    None,
    One(Posting),
    Many(Box<Many>),
}

/// A list behind a pointer, so that tables of single postings stay small.
#[derive(Clone, Debug)]
pub(super) struct Many {
    list: Vec<Posting>,
}

impl Postings {
    pub(super) fn add(&mut self, posting: Posting) {
        match self {
            Self::None => *self = Self::One(posting),
            Self::One(one) => *self = Self::Many(Box::new(Many { list: vec![*one, posting] })),
            Self::Many(many) => many.list.push(posting),
        }
    }

    /// Takes a branch out; answers whether none is left.
    pub(super) fn remove(&mut self, branch: u32) -> bool {
        match self {
            Self::None => return true,
            Self::One(one) if one.branch() == branch => *self = Self::None,
            Self::One(_) => return false,
            Self::Many(many) => many.list.retain(|posting| posting.branch() != branch),
        }
        self.is_empty()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.as_slice().is_empty()
    }

    #[inline]
    pub(super) fn as_slice(&self) -> &[Posting] {
        match self {
            Self::None => &[],
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => &many.list,
        }
    }
}
