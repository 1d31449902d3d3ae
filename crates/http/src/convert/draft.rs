//! Drafts: from the contract to the domain.

use freigabe_contract::disclosure as wire;
use freigabe_domain::{
    disclosure::Draft,
    ids::ConsentId,
    office::{Matter, OfficeId, Postcode, Task},
};

use super::{Faults, item, vocabulary::Mirror};
use crate::problem::ApiError;

/// What a centre wants to send. The police's task follows from the purpose.
pub(crate) fn draft(body: wire::DraftDisclosure) -> Result<Draft, ApiError> {
    let mut faults = Faults::default();
    let purpose = body.purpose.mirror();
    let recipient = faults.keep(
        || "/recipient".to_owned(),
        OfficeId::parse(body.recipient.as_str()),
    );
    let matter = matter(&mut faults, &body.matter, Task::from(purpose));
    let items: Vec<_> = body
        .items
        .into_iter()
        .enumerate()
        .map(|(index, one)| item::item(&mut faults, index, one))
        .collect();
    let items: Option<Vec<_>> = items.into_iter().collect();
    let read = recipient
        .zip(matter)
        .zip(items)
        .map(|((recipient, matter), items)| Draft {
            consent: ConsentId::from_uuid(body.consent_id),
            named_revision: body.consent_revision,
            recipient,
            purpose,
            onward_transfer: body.onward_transfer,
            matter,
            items,
        });
    faults.finish(read)
}

fn matter(faults: &mut Faults, matter: &wire::Matter, task: Task) -> Option<Matter> {
    let office = matter.handling_office.as_ref().map(|id| {
        faults.keep(
            || "/matter/handling_office".to_owned(),
            OfficeId::parse(id.as_str()),
        )
    });
    let place = matter.postcode.as_ref().map(|postcode| {
        faults.keep(
            || "/matter/postcode".to_owned(),
            Postcode::parse(postcode.as_str()),
        )
    });
    if matches!(office, Some(None)) || matches!(place, Some(None)) {
        return None;
    }
    faults.keep(
        || "/matter".to_owned(),
        Matter::new(office.flatten(), place.flatten(), task),
    )
}
