//! Regional agreements (agreement, point 9): offices and centres agree on something else, or on something besides, for their region; existing
//! agreements are respected. What was agreed decides before the federal default does, and never the other way round in silence.
//!
//! ```text
//! proposed ──each other party confirms exactly this text──▶ confirmed ──valid_from──▶ in_force
//!    │                                                          │                         │
//!    └──────────────── a party ends it ─────────────────────────┴─────────────────────────┴──▶ ended
//!                                                              (also: valid_until, or a new one that replaces it begins)
//! ```
//!
//! Where an agreement stands is told from facts alone: who confirmed when, the validity, the end, and what replaced it. Nothing stored
//! says "in force", so that nothing stored can say it wrongly. A text is never edited: a change is a new agreement.
//!
//! It binds its parties: it decides about a matter of a centre only where that centre is a party. Of several that apply, the one with the
//! narrower area comes first ([`Rank`]). One that stands in the place of the federal default ends the search; one that supplements it
//! is laid over whatever comes after it.

mod area;
mod honour;
mod record;
mod terms;

pub use area::{AgreementArea, AgreementAreaError, PostcodePrefix, PostcodePrefixError};
pub use honour::{Rank, notice_rules, offer_rules};
pub use record::{
    AgreementEnd, AgreementParty, AgreementStanding, Party, RegionalAgreement, Replacement,
};
pub use terms::{
    Deviations, Hours, HoursError, NewRegionalAgreement, NoticeDeadlines, OfferDeadlines,
    Precedence,
};
