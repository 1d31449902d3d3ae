//! Who is invited: decided when the invitation is made, in the same transaction.

use std::collections::BTreeSet;

use crate::{
    error::{Error, InvalidInput},
    exchange::security_notice::in_laender,
    gathering::Participant,
    ids::CentreId,
    office::Land,
    store::Tx,
};

/// Whom an office invites. It needs at least one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NewInvitations {
    /// The network's coordination.
    pub coordination: bool,
    /// Centres that take part and are, or help, in one of these Länder.
    pub laender: BTreeSet<Land>,
    /// Centres by their entries in the directory: such as take part.
    pub centres: Vec<CentreId>,
}

/// Who that is at present.
pub(super) async fn participants<'tx, T: Tx<'tx>>(
    tx: &mut T,
    who: &NewInvitations,
) -> Result<BTreeSet<Participant>, Error> {
    let mut faults = Vec::new();
    let mut invited = BTreeSet::new();
    if who.coordination {
        let coordination = tx.coordination().await?;
        if coordination.is_empty() {
            let detail = "the network's coordination does not take part here";
            faults.push(InvalidInput::new("/coordination", detail));
        }
        invited.extend(coordination.into_iter().map(Participant::Coordination));
    }
    if !who.laender.is_empty() {
        let there = in_laender(tx, &who.laender).await?;
        if there.is_empty() {
            let detail = "no centre that takes part is known there";
            faults.push(InvalidInput::new("/laender", detail));
        }
        invited.extend(there.into_iter().map(Participant::Centre));
    }
    let entries = tx.centres_by_id(&who.centres).await?;
    for (index, id) in who.centres.iter().enumerate() {
        let entry = entries.iter().find(|entry| entry.id == *id);
        let detail = match entry.map(|entry| entry.organisation) {
            None => "there is no such centre in the directory",
            Some(None) => "this centre does not take part: call it",
            Some(Some(keeper)) => {
                invited.insert(Participant::Centre(keeper));
                continue;
            }
        };
        faults.push(InvalidInput::new(format!("/centres/{index}"), detail));
    }
    if faults.is_empty() && invited.is_empty() {
        faults.push(InvalidInput::new("", "names nobody who is to be invited"));
    }
    if faults.is_empty() {
        Ok(invited)
    } else {
        Err(Error::Invalid(faults))
    }
}
