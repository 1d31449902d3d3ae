// Rule: that both sides approved holds in the transaction that found it. It can neither be its result nor be put aside.

use std::cell::RefCell;

use freigabe_domain::{
    gathering::Participant,
    ids::PressReleaseId,
    press::{Approved, PressRelease},
    store::{Mode, Scope, Store, unit_of_work},
};

async fn as_its_result<S: Store>(store: &S, id: PressReleaseId, by: &Participant) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |tx: &mut S::Tx<'_>| {
        PressRelease::draft(id, by.clone()).approved(tx).await
    })
    .await;
}

async fn put_aside<'other, S: Store>(
    store: &S,
    id: PressReleaseId,
    by: &Participant,
    aside: &RefCell<Option<PressRelease<Approved<'other>>>>,
) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |tx: &mut S::Tx<'_>| {
        let approved = PressRelease::draft(id, by.clone()).approved(tx).await?;
        *aside.borrow_mut() = Some(approved);
        Ok(())
    })
    .await;
}

fn main() {}
