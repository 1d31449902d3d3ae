//! What a centre wants to send.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::Item;
use crate::{OfficeId, Postcode, vocabulary::Purpose};

/// What a centre wants to send, or wants to know the answer to before it does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::draft_disclosure))]
pub struct DraftDisclosure {
    /// The consent it relies on.
    pub consent_id: Uuid,
    /// The revision that the centre had before it. When it is named and no longer the latest, the draft is refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, minimum = 1, maximum = 2147483647)]
    pub consent_revision: Option<u32>,
    /// The addressed office. It must be competent for the matter.
    pub recipient: OfficeId,
    /// What for.
    pub purpose: Purpose,
    /// Whether the office may pass it on. The consent must allow it.
    #[serde(default)]
    #[schema(default = false)]
    pub onward_transfer: bool,
    /// What it is about, for telling the competent office. It names an office or a place, or both.
    pub matter: Matter,
    /// The items. They are released together or not at all.
    #[schema(min_items = 1, max_items = 50)]
    pub items: Vec<Item>,
}

impl DraftDisclosure {
    /// The smaller draft with only the items at these positions: the `passing_items` of a check or a refusal. None if
    /// nothing would be left. Sending it is the centre's decision; the server never leaves anything out by itself.
    #[must_use]
    pub fn narrowed_to(&self, passing_items: &[u32]) -> Option<Self> {
        let mut narrowed = self.clone();
        let mut position = 0..;
        narrowed.items.retain(|_| {
            position
                .next()
                .is_some_and(|at| passing_items.contains(&at))
        });
        (!narrowed.items.is_empty()).then_some(narrowed)
    }
}

/// What a message is about, as far as competence goes. The police's task follows from the purpose. At least one of the two
/// is named.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(min_properties = 1)]
pub struct Matter {
    /// The office that, by what the centre knows, already handles the case.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub handling_office: Option<OfficeId>,
    /// Where it happened or is about to happen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub postcode: Option<Postcode>,
}
