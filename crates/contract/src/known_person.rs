//! A person whom an office and a centre both know, named by what they share.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::Pseudonym;

/// From what the office knows a person. The centre that is addressed is the other party of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum KnownFrom {
    /// A disclosure for the office: the centre that released it is told. For a security notice, one that the office has collected.
    Disclosure {
        /// The disclosure's `id`.
        disclosure_id: Uuid,
    },
    /// An offer of the office's own that was accepted: the centre that accepted it is told.
    Offer {
        /// The offer's `id`.
        offer_id: Uuid,
    },
}

/// By what the centre knows the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum KnownBy {
    /// Its own disclosure.
    Disclosure {
        /// The disclosure's `id`.
        disclosure_id: Uuid,
        /// The centre's own case.
        case_id: Uuid,
    },
    /// The offer that it accepted.
    Offer {
        /// The offer's `id`.
        offer_id: Uuid,
        /// What the centre was told to know the person by.
        person: Pseudonym,
    },
}
