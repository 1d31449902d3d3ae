//! From what a party proposes to an agreement, in the transaction that stores it.

use crate::{
    error::{Error, InvalidInput},
    ids::{OrganisationId, RegionalAgreementId},
    instant::Instant,
    office::OfficeId,
    regional::{AgreementParty, AgreementStanding, NewRegionalAgreement, Party, RegionalAgreement},
    store::Tx,
};

/// The agreement that is proposed, if everything in it makes sense and its parties are there.
pub(super) async fn agreement<'tx, T: Tx<'tx>>(
    tx: &mut T,
    proposer: Party,
    new: &NewRegionalAgreement,
    id: RegionalAgreementId,
    at: Instant,
) -> Result<RegionalAgreement, Error> {
    let mut faults = new.faults(at);
    let mut parties = offices(tx, new, &mut faults).await?;
    parties.extend(centres(tx, new, &mut faults).await?);
    if !parties.iter().any(|one| one.party == proposer) {
        let (pointer, detail) = match &proposer {
            Party::Office(_) => ("/offices", "your own office must be one of the parties"),
            Party::Centre(_) => ("/centres", "your own centre must be one of the parties"),
        };
        faults.push(InvalidInput::new(pointer.to_owned(), detail));
    }
    check_replaced(tx, new, &parties, &proposer, at, &mut faults).await?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let proposed = RegionalAgreement {
        id,
        title: new.title.clone(),
        reference: new.reference.clone(),
        parties,
        area: new.area.clone(),
        valid_from: new.valid_from,
        valid_until: new.valid_until,
        precedence: new.precedence,
        deviations: new.deviations(),
        replaces: new.replaces,
        proposed_by: proposer.clone(),
        proposed_at: at,
        ended: None,
        replaced: None,
    };
    Ok(proposed.confirmed_by(&proposer, at))
}

/// Offices of the directory that are active: so is each that the agreement names as competent, which is a party.
async fn offices<'tx, T: Tx<'tx>>(
    tx: &mut T,
    new: &NewRegionalAgreement,
    faults: &mut Vec<InvalidInput>,
) -> Result<Vec<AgreementParty>, Error> {
    let mut parties = Vec::with_capacity(new.offices.len());
    for (index, id) in new.offices.iter().enumerate() {
        let detail = match tx.office(id).await? {
            None => Some("there is no such office in the directory"),
            Some(office) if !office.active => Some("this office is no longer active"),
            Some(_) => None,
        };
        match detail {
            Some(detail) => faults.push(InvalidInput::new(format!("/offices/{index}"), detail)),
            None => parties.push(party(Party::Office(OfficeId::clone(id)))),
        }
    }
    Ok(parties)
}

/// Centres of the directory that take part: each is the organisation that keeps the entry.
async fn centres<'tx, T: Tx<'tx>>(
    tx: &mut T,
    new: &NewRegionalAgreement,
    faults: &mut Vec<InvalidInput>,
) -> Result<Vec<AgreementParty>, Error> {
    let entries = tx.centres_by_id(&new.centres).await?;
    let mut parties: Vec<AgreementParty> = Vec::with_capacity(new.centres.len());
    let mut keepers: Vec<OrganisationId> = Vec::with_capacity(new.centres.len());
    for (index, id) in new.centres.iter().enumerate() {
        let entry = entries.iter().find(|entry| entry.id == *id);
        // The same entry twice is a fault that is told already.
        if parties.iter().any(|one| one.entry == Some(*id)) {
            continue;
        }
        match entry.map(|entry| entry.organisation) {
            None => faults.push(InvalidInput::new(
                format!("/centres/{index}"),
                "there is no such centre in the directory",
            )),
            Some(None) => faults.push(InvalidInput::new(
                format!("/centres/{index}"),
                "this centre does not take part: it can't confirm",
            )),
            Some(Some(keeper)) if keepers.contains(&keeper) => faults.push(InvalidInput::new(
                format!("/centres/{index}"),
                "belongs to the same organisation as another of the centres: name it once",
            )),
            Some(Some(keeper)) => {
                keepers.push(keeper);
                parties.push(AgreementParty {
                    entry: Some(*id),
                    ..party(Party::Centre(keeper))
                });
            }
        }
    }
    Ok(parties)
}

/// Only what its own parties agreed on can be replaced, by an agreement to which all of them say yes; else one of them ends it.
async fn check_replaced<'tx, T: Tx<'tx>>(
    tx: &mut T,
    new: &NewRegionalAgreement,
    parties: &[AgreementParty],
    proposer: &Party,
    at: Instant,
    faults: &mut Vec<InvalidInput>,
) -> Result<(), Error> {
    let Some(id) = new.replaces else {
        return Ok(());
    };
    let former = tx.regional_agreement(id).await?;
    let detail = match &former {
        None => Some("there is no such agreement"),
        Some(former) if !former.binds(proposer) => Some("you are no party of this agreement"),
        Some(former) => match former.standing(at) {
            AgreementStanding::Ended => Some("this agreement is over"),
            AgreementStanding::Proposed => {
                Some("this agreement is only proposed: end it, and propose another")
            }
            AgreementStanding::Confirmed | AgreementStanding::InForce => {
                let stays = |one: &AgreementParty| parties.iter().any(|new| new.party == one.party);
                (!former.parties.iter().all(stays)).then_some(
                    "all its parties must be parties of the new agreement: otherwise end it first",
                )
            }
        },
    };
    if let Some(detail) = detail {
        faults.push(InvalidInput::new("/replaces".to_owned(), detail));
    }
    Ok(())
}

const fn party(party: Party) -> AgreementParty {
    AgreementParty {
        party,
        entry: None,
        confirmed_at: None,
    }
}
