//! Keyset paging: a page begins after a row, never at an offset.

use uuid::Uuid;

use crate::instant::Instant;

/// Position of a row in a listing that is ordered by time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cursor {
    /// The row's time.
    pub at: Instant,
    /// The row's id.
    pub id: Uuid,
}

/// Which part of a listing is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// The row after which it begins.
    pub after: Option<Cursor>,
    /// At most so many rows; the edge keeps it between 1 and 200.
    pub limit: u16,
}

/// A part of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T, P = Cursor> {
    /// The rows.
    pub items: Vec<T>,
    /// After what the next part begins, if there is one.
    pub next: Option<P>,
}

impl<T, P> Page<T, P> {
    /// Cuts `rows`, of which one more than the limit was read, into a page.
    #[must_use]
    pub fn cut(mut rows: Vec<T>, limit: u16, position: impl Fn(&T) -> P) -> Self {
        let limit = usize::from(limit);
        let more = rows.len() > limit;
        rows.truncate(limit);
        let next = if more {
            rows.last().map(position)
        } else {
            None
        };
        Self { items: rows, next }
    }
}
