//! A person whom an office and a centre both know: by a message for the office, or by an offer that the centre accepted.

use super::collection::in_force;
use crate::{
    access::OfficeCaller,
    disclosure::{DisclosureRecord, DisclosureState},
    error::Error,
    ids::{DisclosureId, InvolvementOfferId, OrganisationId},
    involvement::OfferState,
    known_person::{KnownFrom, KnownPerson, PersonBasis},
    store::Tx,
};

/// Which messages an office knows a person from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Messages {
    /// Those that it has collected.
    Collected,
    /// Those that wait for it as well.
    Addressed,
}

/// The person that the office knows from there, and the one centre that knows her as well. `pointer` is where it was said.
pub(super) async fn known_person<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    from: KnownFrom,
    pointer: &str,
    messages: Messages,
) -> Result<(OrganisationId, KnownPerson), Error> {
    match from {
        KnownFrom::Disclosure(id) => by_message(tx, caller, id, pointer, messages).await,
        KnownFrom::Offer(id) => by_offer(tx, caller, id, pointer).await,
    }
}

async fn by_message<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    id: DisclosureId,
    pointer: &str,
    messages: Messages,
) -> Result<(OrganisationId, KnownPerson), Error> {
    let found = tx.disclosure(id).await?;
    let own = found.filter(|record| record.recipient == *caller.office());
    let known = match own {
        Some(record) if is_known(tx, &record, messages).await? => Some(record),
        _ => None,
    };
    let record = known.ok_or_else(|| {
        let detail = match messages {
            Messages::Collected => "there is no such disclosure that your office has collected",
            Messages::Addressed => "there is no such disclosure for your office",
        };
        Error::invalid(format!("{pointer}/disclosure_id"), detail)
    })?;
    let known = KnownPerson {
        case: record.case,
        person: record.person,
        basis: PersonBasis::Disclosure(id),
    };
    Ok((record.centre, known))
}

/// What does not exist for an office is no way to know anybody.
async fn is_known<'tx, T: Tx<'tx>>(
    tx: &mut T,
    record: &DisclosureRecord,
    messages: Messages,
) -> Result<bool, Error> {
    match record.state {
        DisclosureState::Collected | DisclosureState::Acknowledged => Ok(true),
        DisclosureState::Held => Ok(messages == Messages::Addressed && in_force(tx, record).await?),
        DisclosureState::Recalled | DisclosureState::Sealed => Ok(false),
    }
}

async fn by_offer<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    id: InvolvementOfferId,
    pointer: &str,
) -> Result<(OrganisationId, KnownPerson), Error> {
    let found = tx.offer(id).await?;
    let accepted = found
        .filter(|offer| offer.office == *caller.office() && offer.state == OfferState::Accepted);
    let offer = accepted.ok_or_else(|| {
        Error::invalid(
            format!("{pointer}/offer_id"),
            "there is no such offer of your office that a centre has accepted",
        )
    })?;
    let involvement = tx.involvement(offer.involvement).await?;
    let known = KnownPerson {
        case: offer.case,
        person: involvement.ok_or(Error::NotFound)?.person,
        basis: PersonBasis::Offer(id, offer.person_for_centre),
    };
    Ok((offer.organisation, known))
}
