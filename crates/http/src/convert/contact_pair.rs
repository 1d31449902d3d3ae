//! Contact pairs, in both directions.

use freigabe_contract::contact_pair as wire;
use freigabe_domain::{
    contact_pair::{
        HalfContacts, HalfDates, OfficeWithoutContact, OtherSide, RoleContact, TimedStanding,
    },
    exchange::{ListedPair, PairView},
    ids::CentreId,
    instant::Instant,
    office::OfficeId,
    text::ShortText,
};

use super::{Faults, office, organisation, timestamp, vocabulary::Mirror};
use crate::problem::ApiError;

/// A new pair: with whom, and the half of the side that opens it.
pub(crate) fn new_pair(
    body: wire::OpenContactPair,
) -> Result<(OtherSide, Vec<RoleContact>), ApiError> {
    let mut faults = Faults::default();
    let with = match body.with {
        wire::PairWith::Centre { centre_id } => {
            Some(OtherSide::Centre(CentreId::from_uuid(centre_id)))
        }
        wire::PairWith::Office { office } => {
            let read = OfficeId::parse(office.as_str());
            faults
                .keep(|| "/with/office".to_owned(), read)
                .map(OtherSide::Office)
        }
    };
    let contacts = all(&mut faults, body.contacts);
    faults.finish(with.zip(contacts))
}

/// One's own half.
pub(crate) fn contacts(body: wire::SetPairContacts) -> Result<Vec<RoleContact>, ApiError> {
    let mut faults = Faults::default();
    let contacts = all(&mut faults, body.contacts);
    faults.finish(contacts)
}

fn all(faults: &mut Faults, contacts: Vec<wire::RoleContact>) -> Option<Vec<RoleContact>> {
    let read: Vec<Option<RoleContact>> = contacts
        .into_iter()
        .enumerate()
        .map(|(index, contact)| one(faults, index, contact))
        .collect();
    read.into_iter().collect()
}

fn one(faults: &mut Faults, index: usize, contact: wire::RoleContact) -> Option<RoleContact> {
    let at = |field: &str| format!("/contacts/{index}/{field}");
    let mut text = |field: &str, text: Option<freigabe_contract::ShortText>| {
        let read = text.map(|text| ShortText::parse(text.into_string()));
        match read {
            None => Some(None),
            Some(read) => faults.keep(|| at(field), read).map(Some),
        }
    };
    let name = text("name", contact.name);
    let reachable = text("reachable", contact.reachable);
    let by = (contact.channel.mirror(), contact.value.into_string());
    // Whether its value is one of its channel does not depend on the texts beside it.
    let (known_name, known_reachable) = (name.clone().flatten(), reachable.clone().flatten());
    let made = RoleContact::new(contact.role.mirror(), known_name, by, known_reachable);
    let made = faults.keep(|| at("value"), made);
    name.and(reachable).and(made)
}

/// A pair, to one of its sides.
pub(crate) fn pair(view: &PairView) -> wire::ContactPair {
    let wire::ListedContactPair {
        id,
        office,
        organisation_id,
        opened_at,
        standing,
        since,
        until,
        ..
    } = listed(&view.listed);
    let halves = view.listed.pair.halves;
    wire::ContactPair {
        id,
        office,
        organisation_id,
        opened_at,
        standing,
        since,
        until,
        office_half: half(halves.office, view.office.as_ref()),
        centre_half: half(halves.centre, view.centre.as_ref()),
    }
}

fn half(dates: Option<HalfDates>, contacts: Option<&HalfContacts>) -> Option<wire::PairHalf> {
    let dates = dates?;
    Some(wire::PairHalf {
        version: dates.version,
        changed_at: timestamp(dates.changed_at),
        confirmed_at: timestamp(dates.confirmed_at),
        contacts: contacts?.all().iter().map(contact).collect(),
    })
}

fn contact(contact: &RoleContact) -> wire::RoleContact {
    let text = |text: &ShortText| text.as_str().into();
    wire::RoleContact {
        role: contact.role().mirror(),
        name: contact.name().map(text),
        channel: contact.channel().mirror(),
        value: contact.value().into(),
        reachable: contact.reachable().map(text),
    }
}

/// A pair in a list.
pub(crate) fn listed(listed: &ListedPair) -> wire::ListedContactPair {
    let pair = &listed.pair;
    let dates = |half: HalfDates| wire::HalfDates {
        changed_at: timestamp(half.changed_at),
        confirmed_at: timestamp(half.confirmed_at),
    };
    let (since, until) = times(listed.standing);
    wire::ListedContactPair {
        id: pair.id.as_uuid(),
        office: pair.office.as_str().into(),
        organisation_id: organisation(pair.centre),
        opened_at: timestamp(pair.opened_at),
        standing: listed.standing.code().mirror(),
        since: since.map(timestamp),
        until: until.map(timestamp),
        office_half: pair.halves.office.map(dates),
        centre_half: pair.halves.centre.map(dates),
    }
}

/// Since when, and until when.
const fn times(standing: TimedStanding) -> (Option<Instant>, Option<Instant>) {
    match standing {
        TimedStanding::Current { until } => (None, Some(until)),
        TimedStanding::Incomplete { since } => (since, None),
        TimedStanding::Stale { since } => (Some(since), None),
    }
}

/// An office that has no current pair.
pub(crate) fn without_contact(found: &OfficeWithoutContact) -> wire::OfficeWithoutContact {
    wire::OfficeWithoutContact {
        office: office(&found.office),
        gap: found.gap.mirror(),
        since: found.since.map(timestamp),
    }
}
