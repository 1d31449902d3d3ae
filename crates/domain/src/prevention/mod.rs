//! Prevention days of the police, to which they invite the network (agreement, point 8).
//!
//! ```text
//! planned ──its office says so, once it has begun──▶ held
//!    └──────its office calls it off──▶ cancelled
//! ```
//!
//! Whoever is invited answers for itself, and may answer anew as long as it is planned and not over. Nobody has to come: no answer is an answer
//! too. There is no place in it for a person or a case.

mod event;

pub use event::{
    Invitation, InvitationAnswer, InvitationReply, NewPreventionEvent, PreventionEvent,
    PreventionState, PreventionStateError,
};
