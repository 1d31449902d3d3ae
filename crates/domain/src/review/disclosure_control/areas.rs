//! The tree of areas a table counts by.

/// One area of a tree, by position.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AreaIndex(usize);

impl AreaIndex {
    /// Its position: the whole has 0.
    #[must_use]
    pub fn get(self) -> usize {
        self.0
    }
}

/// A tree of areas: each is the sum of those directly below it, and cases are counted where nothing is below.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Areas {
    /// Of each area the one it belongs to, and whether it has any below. The first is the whole.
    all: Vec<(Option<AreaIndex>, bool)>,
}

impl Default for Areas {
    fn default() -> Self {
        Self::new()
    }
}

impl Areas {
    /// The whole.
    pub const WHOLE: AreaIndex = AreaIndex(0);

    /// The whole alone.
    #[must_use]
    pub fn new() -> Self {
        Self {
            all: vec![(None, false)],
        }
    }

    /// One more area below this one; nothing where there is no such area.
    pub fn below(&mut self, parent: AreaIndex) -> Option<AreaIndex> {
        // INVARIANT: an area comes after the one it belongs to, so that ways upwards end.
        self.all.get_mut(parent.0)?.1 = true;
        self.all.push((Some(parent), false));
        Some(AreaIndex(self.all.len() - 1))
    }

    /// How many there are, the whole included.
    #[must_use]
    #[expect(clippy::len_without_is_empty, reason = "the whole is always there")]
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// All of them, each after the one it belongs to.
    pub fn iter(&self) -> impl Iterator<Item = AreaIndex> + use<> {
        (0..self.all.len()).map(AreaIndex)
    }

    /// The area this one is part of; none for the whole.
    #[must_use]
    pub fn parent(&self, area: AreaIndex) -> Option<AreaIndex> {
        self.all.get(area.0).and_then(|(parent, _)| *parent)
    }

    /// Whether nothing is below it.
    #[must_use]
    pub fn is_leaf(&self, area: AreaIndex) -> bool {
        self.all.get(area.0).is_some_and(|(_, inner)| !inner)
    }
}
