//! Handovers (agreement, point 9): a police office gives a person's case to another office, to the police of a Land, or to a prosecution.
//!
//! Whoever takes it over is a new recipient. What a centre released to the office that had the case stays where it is and can't be
//! collected any more; for the new office it stays sealed until a consent in force covers that office too, and the centre redirects it
//! ([`crate::disclosure::Disclosure::redirection`]). The centre is told, and acknowledges. Who takes a case over learns nothing here.
//!
//! ```text
//! office ──hands over──▶ told ──the centre──▶ acknowledged
//! held message ──redirected under a consent that covers the new office──▶ held for it
//! ```

mod record;

pub use record::{
    Accompanies, AccompanyingMessage, CaseAtOffice, Handler, HandlerKind, Handover, NewHandover,
    case_at_office,
};
