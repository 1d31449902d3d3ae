//! Who is told: decided when a notice is issued, in the same transaction.

use std::collections::BTreeSet;

use crate::{
    access::OfficeCaller,
    directory::{CentreEntry, ServiceArea},
    error::{Error, InvalidInput},
    ids::{CentreId, OrganisationId},
    involvement::OfferState,
    office::Land,
    security_notice::{Audience, CentreSubject, KnownFrom, KnownPerson, NewAudience, PersonBasis},
    store::{CentreQuery, Tx},
};

/// Entries of the directory that are read at a time.
const ENTRIES: u16 = 500;

/// Whom a notice is addressed to, and the centres that this is at present.
pub(super) async fn addressed<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    new: &NewAudience,
) -> Result<(Audience, Vec<OrganisationId>), Error> {
    let one = |organisation, subject| Audience::Centre {
        organisation,
        subject,
    };
    let audience = match new {
        NewAudience::Person(from) => {
            let (organisation, known) = known(tx, caller, *from).await?;
            one(organisation, CentreSubject::Person(known))
        }
        NewAudience::Family(from) => {
            let (organisation, known) = known(tx, caller, *from).await?;
            one(organisation, CentreSubject::Family(known))
        }
        NewAudience::Counsellors(centre) => {
            one(keeper(tx, *centre).await?, CentreSubject::Counsellors)
        }
        NewAudience::Centre(centre) => one(keeper(tx, *centre).await?, CentreSubject::Centre),
        NewAudience::Region { laender, subject } => Audience::Region {
            laender: laender.clone(),
            subject: *subject,
        },
        NewAudience::All { subject } => Audience::All { subject: *subject },
    };
    let centres = match &audience {
        Audience::Centre { organisation, .. } => vec![*organisation],
        Audience::Region { laender, .. } => in_laender(tx, laender).await?,
        Audience::All { .. } => tx.centres_taking_part().await?,
    };
    if centres.is_empty() {
        return Err(invalid(
            "/audience",
            "no centre that takes part is known there",
        ));
    }
    Ok((audience, centres))
}

/// The person that the office knows from there, and the one centre that knows her as well.
async fn known<'tx, T: Tx<'tx>>(
    tx: &mut T,
    caller: &OfficeCaller,
    from: KnownFrom,
) -> Result<(OrganisationId, KnownPerson), Error> {
    match from {
        KnownFrom::Disclosure(id) => {
            let found = tx.disclosure(id).await?;
            let collected = found.filter(|record| {
                record.recipient == *caller.office() && record.collected_at.is_some()
            });
            let record = collected.ok_or_else(|| {
                invalid(
                    "/audience/subject/known_from/disclosure_id",
                    "there is no such disclosure that your office has collected",
                )
            })?;
            let known = KnownPerson {
                case: record.case,
                person: record.person,
                basis: PersonBasis::Disclosure(id),
            };
            Ok((record.centre, known))
        }
        KnownFrom::Offer(id) => {
            let found = tx.offer(id).await?;
            let accepted = found.filter(|offer| {
                offer.office == *caller.office() && offer.state == OfferState::Accepted
            });
            let offer = accepted.ok_or_else(|| {
                invalid(
                    "/audience/subject/known_from/offer_id",
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
    }
}

/// Who keeps an entry of the directory.
async fn keeper<'tx, T: Tx<'tx>>(tx: &mut T, centre: CentreId) -> Result<OrganisationId, Error> {
    let entry = tx.centres_by_id(&[centre]).await?.pop();
    let pointer = "/audience/subject/centre_id";
    let entry =
        entry.ok_or_else(|| invalid(pointer, "there is no such centre in the directory"))?;
    let keeper = entry.organisation;
    keeper.ok_or_else(|| invalid(pointer, "this centre does not take part: call it"))
}

/// Centres that take part, and are or help in one of these Länder, as far as their entries in the directory say.
async fn in_laender<'tx, T: Tx<'tx>>(
    tx: &mut T,
    laender: &BTreeSet<Land>,
) -> Result<Vec<OrganisationId>, Error> {
    let mut there = BTreeSet::new();
    let mut query = CentreQuery::default();
    loop {
        let entries = tx.centres(query, ENTRIES).await?;
        for centre in &entries {
            if let Some(keeper) = centre.organisation
                && laender.iter().any(|land| is_in(&centre.entry, *land))
            {
                there.insert(keeper);
            }
        }
        match entries.last() {
            Some(last) if entries.len() == usize::from(ENTRIES) => query.after = Some(last.id),
            _ => break,
        }
    }
    let mut centres = tx.centres_taking_part().await?;
    centres.retain(|centre| there.contains(centre));
    Ok(centres)
}

/// Whether a service is or helps in a Land. An area of postcodes alone may lie in any: rather one centre too many is told what concerns
/// no person than one too few.
fn is_in(entry: &CentreEntry, land: Land) -> bool {
    let may_touch = |area: &ServiceArea| {
        let of_postcodes_alone =
            area.laender().next().is_none() && area.postcodes().next().is_some();
        area.touches(land) || of_postcodes_alone
    };
    entry.services.iter().any(|service| {
        let place = &service.place;
        place.location().is_some_and(|there| there.land == land)
            || place.area().is_some_and(may_touch)
    })
}

pub(super) fn invalid(pointer: &str, detail: &str) -> Error {
    Error::Invalid(vec![InvalidInput {
        pointer: pointer.to_owned(),
        detail: detail.to_owned(),
    }])
}
