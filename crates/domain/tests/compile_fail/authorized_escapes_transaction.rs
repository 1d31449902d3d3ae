// Rule: an authorisation ends with its transaction. It can neither be its result nor be put aside.

use std::cell::RefCell;

use freigabe_domain::{
    Error,
    disclosure::{Authorized, Disclosure, DisclosureRecord},
    store::{Mode, Scope, Store, unit_of_work},
};

async fn as_its_result<S: Store>(store: &S, held: &DisclosureRecord) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |tx: &mut S::Tx<'_>| {
        Disclosure::collection(held.clone())
            .authorize(tx)
            .await
            .map_err(|_| Error::NotFound)
    })
    .await;
}

async fn put_aside<'other, S: Store>(
    store: &S,
    held: &DisclosureRecord,
    aside: &RefCell<Option<Disclosure<Authorized<'other>>>>,
) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |tx: &mut S::Tx<'_>| {
        let authorized = Disclosure::collection(held.clone()).authorize(tx).await;
        *aside.borrow_mut() = authorized.ok();
        Ok(())
    })
    .await;
}

fn main() {}
