//! An office asks centres for help; a centre answers; the coordination is told when nobody does.

mod answer;
mod escalate;
mod office;

pub use self::{
    answer::{OfferDesk, OfferView},
    escalate::EscalationDesk,
    office::{InvolvementDesk, InvolvementView},
};
