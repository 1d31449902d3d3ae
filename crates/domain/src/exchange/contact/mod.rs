//! Contact details: an office records what a person allowed, tells the centre that helps, and takes it back; the centre collects.

mod collection;
mod consent;
mod release;

pub use self::{
    collection::{ContactInboxDesk, ContactView},
    consent::{ContactConsentDesk, ContactConsentView, NewContactConsent},
    release::ContactReleaseDesk,
};
