//! Disclosures: from the domain to the contract, one view for each side.

use freigabe_contract::disclosure as wire;
use freigabe_domain::{
    disclosure::{Disclosure, DisclosureRecord, DisclosureState, Released},
    exchange::OfficeView,
};

use super::{item, organisation, timestamp, vocabulary::Mirror};
use crate::problem::ApiError;

/// To the centre that released it.
pub(crate) fn disclosure(record: &DisclosureRecord) -> wire::Disclosure {
    wire::Disclosure {
        id: record.id.as_uuid(),
        consent_id: record.consent.as_uuid(),
        consent_revision: record.consent_revision,
        case_id: record.case.as_uuid(),
        recipient: record.recipient.as_str().into(),
        purpose: record.purpose.mirror(),
        onward_transfer: record.onward_transfer,
        matter: wire::Matter {
            handling_office: record.matter.handling_office().map(|id| id.as_str().into()),
            postcode: record.matter.place().map(|place| place.as_str().into()),
        },
        competence: record.competence.mirror(),
        items: record.items.iter().map(item::of_profile).collect(),
        person: record.person_for_recipient.as_str().into(),
        state: record.state.mirror(),
        seal_reason: record.seal_reason.map(Mirror::mirror),
        released_at: timestamp(record.released_at),
        collected_at: record.collected_at.map(timestamp),
        closed_at: record.closed_at.map(timestamp),
    }
}

/// To the addressed office.
pub(crate) fn addressed(view: &OfficeView) -> wire::AddressedDisclosure {
    to_office(view.record())
}

// Left out: case, consent, the pseudonym in the log and the matter. By any of them two offices could find out that they
// know the same person, and none of them was allowed by her.
fn to_office(record: &DisclosureRecord) -> wire::AddressedDisclosure {
    wire::AddressedDisclosure {
        id: record.id.as_uuid(),
        centre_id: organisation(record.centre),
        recipient: record.recipient.as_str().into(),
        purpose: record.purpose.mirror(),
        onward_transfer: record.onward_transfer,
        competence: record.competence.mirror(),
        items: record.items.iter().map(item::of_profile).collect(),
        person: record.person_for_recipient.as_str().into(),
        state: record.state.mirror(),
        released_at: timestamp(record.released_at),
        collected_at: record.collected_at.map(timestamp),
        acknowledged_at: record
            .closed_at
            .filter(|_| record.state == DisclosureState::Acknowledged)
            .map(timestamp),
    }
}

/// What an office collected.
pub(crate) fn collected(
    released: &Disclosure<Released>,
) -> Result<wire::CollectedDisclosure, ApiError> {
    let content = released
        .content()
        .ok_or_else(|| ApiError::Internal("a collection without content".to_owned()))?;
    Ok(wire::CollectedDisclosure {
        disclosure: to_office(released.record()),
        items: content.items().iter().map(item::of_item).collect(),
        handling_instructions: released
            .handling_instructions()
            .iter()
            .map(|text| text.as_str().into())
            .collect(),
    })
}
