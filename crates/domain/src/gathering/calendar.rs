//! What stands in a calendar.

use super::{LongGeneralText, Participant, ShortGeneralText, Span, Venue};
use crate::{instant::Instant, office::OfficeId};

/// Something with a time and a place, as calendars show it (RFC 5545 §3.6.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CalendarEvent {
    /// The same for ever, and nobody else's (RFC 5545 §3.8.4.7).
    pub uid: String,
    /// Which version of it this is (§3.8.7.4).
    pub sequence: u64,
    /// When it was changed last, by the database's clock (§3.8.7.2).
    pub changed_at: Instant,
    /// What it is called.
    pub title: ShortGeneralText,
    /// What it is about.
    pub description: Option<LongGeneralText>,
    /// From when until when.
    pub span: Span,
    /// Where.
    pub venue: Venue,
    /// It does not take place.
    pub cancelled: bool,
}

/// Whose calendar it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CalendarOf {
    /// What this one takes part in; of an office also what is for all below one of those above it, nearest first.
    Participant(Participant, Vec<OfficeId>),
    /// What is for everybody.
    Public,
}
