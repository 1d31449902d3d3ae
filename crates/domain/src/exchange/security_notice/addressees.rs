//! Who is told: decided when a notice is issued, in the same transaction.

use std::collections::BTreeSet;

use crate::{
    access::OfficeCaller,
    directory::{CentreEntry, ServiceArea},
    error::Error,
    exchange::known_person::{Messages, known_person},
    ids::{CentreId, OrganisationId},
    office::Land,
    security_notice::{Audience, CentreSubject, NewAudience},
    store::{CentreQuery, Tx},
};

/// Where a notice says from what the office knows the person.
const KNOWN_FROM: &str = "/audience/subject/known_from";

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
            let (organisation, known) =
                known_person(tx, caller, *from, KNOWN_FROM, Messages::Collected).await?;
            one(organisation, CentreSubject::Person(known))
        }
        NewAudience::Family(from) => {
            let (organisation, known) =
                known_person(tx, caller, *from, KNOWN_FROM, Messages::Collected).await?;
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
        return Err(Error::invalid(
            "/audience",
            "no centre that takes part is known there",
        ));
    }
    Ok((audience, centres))
}

/// Who keeps an entry of the directory.
async fn keeper<'tx, T: Tx<'tx>>(tx: &mut T, centre: CentreId) -> Result<OrganisationId, Error> {
    let entry = tx.centres_by_id(&[centre]).await?.pop();
    let pointer = "/audience/subject/centre_id";
    let entry =
        entry.ok_or_else(|| Error::invalid(pointer, "there is no such centre in the directory"))?;
    let keeper = entry.organisation;
    keeper.ok_or_else(|| Error::invalid(pointer, "this centre does not take part: call it"))
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
