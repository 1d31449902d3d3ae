// Rule: only what both sides approved is published: a draft can't be, and a store takes nothing but the permit of that state.

use freigabe_domain::{
    Error,
    access::Caller,
    entropy::Entropy,
    gathering::Participant,
    ids::PressReleaseId,
    press::{PressRelease, Publication, PublicationPermit},
    store::Tx,
};

async fn a_draft<'tx, T: Tx<'tx>>(
    tx: &mut T,
    id: PressReleaseId,
    by: Participant,
    caller: &Caller,
    entropy: &dyn Entropy,
) -> Result<(), Error> {
    PressRelease::draft(id, by).publish(tx, caller, entropy).await?;
    Ok(())
}

async fn without_a_permit<'tx, T: Tx<'tx>>(
    tx: &mut T,
    id: PressReleaseId,
    publication: Publication,
) -> Result<(), Error> {
    let permit = PublicationPermit { id, publication };
    tx.publish_press_release(&permit).await?;
    Ok(())
}

fn main() {}
