//! What police and network do together besides any case (agreement, points 6 to 8 and 10): who takes part, where, and who pays. No field
//! anywhere in it has room for a person or a case, and texts with a pseudonym are refused.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{OfficeId, ShortText, WebAddress};

/// Whoever takes part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Participant {
    /// An office of the Bundespolizei.
    Office {
        /// Which.
        office: OfficeId,
    },
    /// A counselling centre.
    Centre {
        /// The organisation that keeps the centre's entry in the directory.
        organisation_id: Uuid,
    },
    /// The network's coordination.
    Coordination {
        /// Its organisation.
        organisation_id: Uuid,
    },
}

/// Where something takes place: somewhere, on the web, or both. It needs at least one of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Venue {
    /// Where people meet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub place: Option<ShortText>,
    /// Where they meet on the web.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub online: Option<WebAddress>,
}

/// Who pays (point 10).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum CostBearing {
    /// Each side its own costs: neutral to the other.
    Own {},
    /// As a supplementary agreement shares them.
    Shared {
        /// The supplementary agreement's `id`.
        supplementary_agreement_id: Uuid,
    },
}
