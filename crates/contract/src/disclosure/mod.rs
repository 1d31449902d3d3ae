//! Disclosures: messages of a centre to the competent police office (agreement, point 4).

mod draft;
mod item;
mod refusal;
mod view;

pub use draft::{DraftDisclosure, Matter};
pub use item::{Details, Grading, Item, ItemProfile};
pub use refusal::{CheckResult, Needed, Refusal};
pub use view::{
    AddressedDisclosure, AddressedDisclosurePage, CollectedDisclosure, Disclosure, DisclosurePage,
    DisclosureView,
};
