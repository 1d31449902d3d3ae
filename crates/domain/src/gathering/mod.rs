//! What police and network do together, besides any case (agreement, points 6 to 8 and 10): who takes part, when and where, in what words, and
//! who pays. Nothing in it has room for a person or a case: no type here holds an identifier of one, and a pseudonym in a text is refused.

mod calendar;
mod participant;
mod span;
mod text;
mod venue;

pub use calendar::{CalendarEvent, CalendarOf};
pub use participant::{Participant, Side};
pub use span::{Span, SpanError};
pub use text::{
    GeneralText, GeneralTextError, LongGeneralText, ShortGeneralText, names_a_pseudonym,
};
pub use venue::{CostBearing, Venue, VenueError};
