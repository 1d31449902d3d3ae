//! From what somebody drafts to a release, in the transaction that stores it.

use crate::{
    error::{Error, InvalidInput},
    gathering::Participant,
    ids::{OrganisationId, PressReleaseId},
    instant::Instant,
    press::{NewPressRelease, PressVersion, StoredPressRelease},
    store::Tx,
};

/// The release, if everybody who is named takes part.
pub(super) async fn release<'tx, T: Tx<'tx>>(
    tx: &mut T,
    by: Participant,
    new: &NewPressRelease,
    id: PressReleaseId,
    at: Instant,
) -> Result<StoredPressRelease, Error> {
    let mut faults = Vec::new();
    if new.participants.len() >= StoredPressRelease::MOST_PARTICIPANTS {
        faults.push(InvalidInput::new("/participants", "names too many"));
    }
    let of_other_side = |one: &Participant| one.side() != by.side();
    if !new.participants.iter().any(of_other_side) {
        faults.push(InvalidInput::new(
            "/participants",
            "must name somebody of the other side",
        ));
    }
    let mut participants = vec![by.clone()];
    for (index, one) in new.participants.iter().enumerate() {
        if participants.contains(one) {
            faults.push(InvalidInput::new(
                format!("/participants/{index}"),
                "is named twice: you yourself take part without being named",
            ));
        }
        participants.push(one.clone());
    }
    check(tx, &new.participants, &mut faults).await?;
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    Ok(StoredPressRelease {
        id,
        participants,
        drafted_at: at,
        latest: PressVersion::new(1, new.content.clone(), by, at)?,
        former: Vec::new(),
        comments: Vec::new(),
        approvals: Vec::new(),
        published: None,
        discarded: None,
    })
}

/// Offices of the directory that are active, and organisations that take part as what they are named.
async fn check<'tx, T: Tx<'tx>>(
    tx: &mut T,
    participants: &[Participant],
    faults: &mut Vec<InvalidInput>,
) -> Result<(), Error> {
    let organisations = participants.iter().filter_map(Participant::organisation);
    let ids: Vec<OrganisationId> = organisations.collect();
    let known = tx.press_participants(&ids).await?;
    for (index, one) in participants.iter().enumerate() {
        let (field, detail) = match one {
            Participant::Office(id) => match tx.office(id).await? {
                Some(office) if office.active => continue,
                Some(_) => ("office", "this office is no longer active"),
                None => ("office", "there is no such office in the directory"),
            },
            _ if known.contains(one) => continue,
            Participant::Centre(_) => {
                ("organisation_id", "there is no such centre that takes part")
            }
            Participant::Coordination(_) => {
                ("organisation_id", "this is not the network's coordination")
            }
        };
        faults.push(InvalidInput::new(
            format!("/participants/{index}/{field}"),
            detail,
        ));
    }
    Ok(())
}
