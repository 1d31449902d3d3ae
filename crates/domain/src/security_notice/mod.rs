//! Security notices and threat assessments (agreement, point 5): a police office tells centres of developments that touch the safety of
//! affected persons and counsellors.
//!
//! ```text
//! current ──a new version──▶ superseded           of one addressee: delivered ──▶ read ──▶ acknowledged
//!    │                            │                       (issued: none of it yet; reminded when nobody acknowledges)
//!    └────────withdrawn───────────┘  (content destroyed)
//! ```
//!
//! Who a notice may be about follows from whom it is addressed to, and the types make the rule: [`PublicSubject`] has no member with a
//! person in it, and is all that a notice to several centres can be about. A person is named by the disclosure or the accepted offer
//! that the office knows her from; the one centre that knows her as well follows from it.

mod assessment;
mod audience;
mod delivery;
mod record;

pub use assessment::{AssessedStatement, Measure, ThreatAssessment, ThreatLevel};
pub use audience::{
    Audience, CentreSubject, CountryCode, CountryCodeError, NewAudience, PublicSubject,
    SecurityNoticeKind,
};
pub use delivery::{AcknowledgingRole, NoticeDelivery};
pub use record::{
    NewSecurityNotice, NoticeRules, NoticeVersion, SecurityNotice, SecurityNoticeState, Urgency,
};
