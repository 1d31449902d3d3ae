//! From what a party proposes to an agreement, in the transaction that stores it.

use std::collections::BTreeMap;

use crate::{
    error::{Error, InvalidInput},
    gathering::Participant,
    ids::{OrganisationId, SupplementaryAgreementId},
    instant::Instant,
    store::Tx,
    supplementary::{NewSupplementaryAgreement, SupplementaryAgreement},
};

/// The agreement that is proposed, if everything in it makes sense and its parties are there.
pub(super) async fn agreement<'tx, T: Tx<'tx>>(
    tx: &mut T,
    proposer: Participant,
    new: &NewSupplementaryAgreement,
    id: SupplementaryAgreementId,
    at: Instant,
) -> Result<SupplementaryAgreement, Error> {
    let mut faults = new.faults(at);
    if !new.shares.names(&proposer) {
        let detail = match &proposer {
            Participant::Office(_) => "your own office must be one of the parties",
            Participant::Centre(_) => "your own centre must be one of the parties",
            Participant::Coordination(_) => "the coordination must be one of the parties",
        };
        faults.push(InvalidInput::new("/sharing/parties", detail));
    }
    check_parties(tx, new, &mut faults).await?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    let proposed = SupplementaryAgreement {
        id,
        title: new.title.clone(),
        reference: new.reference.clone(),
        shares: new.shares.clone(),
        confirmed: BTreeMap::new(),
        valid_from: new.valid_from,
        valid_until: new.valid_until,
        proposed_by: proposer.clone(),
        proposed_at: at,
        ended: None,
    };
    Ok(proposed.confirmed_by(&proposer, at))
}

/// Offices of the directory that are active, and organisations that take part as what they are named.
async fn check_parties<'tx, T: Tx<'tx>>(
    tx: &mut T,
    new: &NewSupplementaryAgreement,
    faults: &mut Vec<InvalidInput>,
) -> Result<(), Error> {
    let parties = || new.shares.each().iter().map(|share| &share.party);
    let ids: Vec<OrganisationId> = parties().filter_map(Participant::organisation).collect();
    let known = tx.of_network(&ids).await?;
    for (index, party) in parties().enumerate() {
        let (field, detail) = match party {
            Participant::Office(id) => match tx.office(id).await? {
                None => ("office", Some("there is no such office in the directory")),
                Some(office) if !office.active => {
                    ("office", Some("this office is no longer active"))
                }
                Some(_) => ("office", None),
            },
            Participant::Centre(_) if !known.contains(party) => (
                "organisation_id",
                Some("there is no such centre that takes part"),
            ),
            Participant::Coordination(_) if !known.contains(party) => (
                "organisation_id",
                Some("this is not the network's coordination"),
            ),
            Participant::Centre(_) | Participant::Coordination(_) => ("organisation_id", None),
        };
        if let Some(detail) = detail {
            let pointer = format!("/sharing/parties/{index}/participant/{field}");
            faults.push(InvalidInput::new(pointer, detail));
        }
    }
    Ok(())
}
