//! Whether those who are named take part, and what is proposed makes sense, in the transaction that stores it.

use crate::{
    error::{Error, InvalidInput},
    exchange::supplementary::expect_cost_bearing,
    gathering::Participant,
    ids::OrganisationId,
    instant::Instant,
    joint::{JointActivity, NewJointActivity},
    store::Tx,
};

/// What is proposed is not over, its counterpart is of the other side and takes part, and its costs are both parties'.
pub(super) async fn check_proposal<'tx, T: Tx<'tx>>(
    tx: &mut T,
    by: &Participant,
    new: &NewJointActivity,
    at: Instant,
) -> Result<(), Error> {
    let mut faults = Vec::new();
    if new.span.ends_at() <= at {
        faults.push(InvalidInput::new("/ends_at", "lies in the past"));
    }
    if new.counterpart.side() == by.side() {
        let detail = "must be of the other side";
        faults.push(InvalidInput::new("/counterpart", detail));
    }
    for (_, field, detail) in missing(tx, std::slice::from_ref(&new.counterpart)).await? {
        faults.push(InvalidInput::new(format!("/counterpart/{field}"), detail));
    }
    if !faults.is_empty() {
        return Err(Error::Invalid(faults));
    }
    for party in [by, &new.counterpart] {
        expect_cost_bearing(tx, new.costs, party, Some(new.span), "/costs").await?;
    }
    Ok(())
}

/// What both rest on still holds when the counterpart agrees.
pub(super) async fn expect_still_covered<'tx, T: Tx<'tx>>(
    tx: &mut T,
    activity: &JointActivity,
) -> Result<(), Error> {
    for party in [&activity.proposed_by, &activity.counterpart] {
        let span = Some(activity.span);
        match expect_cost_bearing(tx, activity.costs, party, span, "").await {
            Err(Error::Invalid(_)) => {
                return Err(Error::InvalidState(
                    "the supplementary agreement that it rests on no longer holds",
                ));
            }
            other => other?,
        }
    }
    Ok(())
}

/// All who are invited take part here.
pub(super) async fn expect_takes_part<'tx, T: Tx<'tx>>(
    tx: &mut T,
    who: &[Participant],
) -> Result<(), Error> {
    let mut faults = Vec::new();
    for (index, field, detail) in missing(tx, who).await? {
        let pointer = format!("/participants/{index}/{field}");
        faults.push(InvalidInput::new(pointer, detail));
    }
    if faults.is_empty() {
        Ok(())
    } else {
        Err(Error::Invalid(faults))
    }
}

/// Offices that are not active ones of the directory, and organisations that do not take part as what they are named: where, and why.
async fn missing<'tx, T: Tx<'tx>>(
    tx: &mut T,
    who: &[Participant],
) -> Result<Vec<(usize, &'static str, &'static str)>, Error> {
    let ids: Vec<OrganisationId> = who.iter().filter_map(Participant::organisation).collect();
    let known = tx.of_network(&ids).await?;
    let mut missing = Vec::new();
    for (index, one) in who.iter().enumerate() {
        let (field, detail) = match one {
            Participant::Office(id) => match tx.office(id).await? {
                None => ("office", "there is no such office in the directory"),
                Some(office) if !office.active => ("office", "this office is no longer active"),
                Some(_) => continue,
            },
            Participant::Centre(_) | Participant::Coordination(_) if known.contains(one) => {
                continue;
            }
            Participant::Centre(_) => {
                ("organisation_id", "there is no such centre that takes part")
            }
            Participant::Coordination(_) => {
                ("organisation_id", "this is not the network's coordination")
            }
        };
        missing.push((index, field, detail));
    }
    Ok(missing)
}
