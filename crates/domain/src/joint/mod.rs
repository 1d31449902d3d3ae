//! What both sides do together for the public (agreement, point 7): conferences, campaigns, exhibitions.
//!
//! ```text
//! proposed ──the counterpart──▶ agreed ──either, once it has begun──▶ held
//!    │   └──the counterpart──▶ declined  └──either──▶ cancelled
//!    └──whoever proposed it──▶ cancelled
//! ```
//!
//! Nobody is invited to what is not agreed. Whoever is invited answers for itself, and may answer anew as long as it is agreed and not over. There
//! is no place in it for a person or a case.

mod activity;

pub use activity::{
    JointActivity, JointActivityError, JointActivityKind, JointActivityState, NewJointActivity,
};
