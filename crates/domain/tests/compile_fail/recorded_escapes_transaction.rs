// Rule: what is recorded leaves its transaction only through the commit: neither as a result nor put aside.

use std::cell::RefCell;

use freigabe_domain::{
    Error,
    access::Caller,
    disclosure::{Disclosure, DisclosureRecord},
    entropy::Entropy,
    store::{Mode, Scope, Store, unit_of_work, unit_of_work_releasing},
};

async fn as_a_result<S: Store>(store: &S, held: &DisclosureRecord, caller: &Caller, entropy: &dyn Entropy) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |tx: &mut S::Tx<'_>| {
        let authorized = Disclosure::collection(held.clone())
            .authorize(tx)
            .await
            .map_err(|_| Error::NotFound)?;
        authorized.record(tx, caller, entropy).await
    })
    .await;
}

async fn put_aside_and_released_by_another<S: Store>(
    store: &S,
    held: &DisclosureRecord,
    caller: &Caller,
    entropy: &dyn Entropy,
) {
    let aside = RefCell::new(None);
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |tx: &mut S::Tx<'_>| {
        let authorized = Disclosure::collection(held.clone())
            .authorize(tx)
            .await
            .map_err(|_| Error::NotFound)?;
        aside.replace(Some(authorized.record(tx, caller, entropy).await?));
        Err::<(), _>(Error::Stale)
    })
    .await;
    let _ = unit_of_work_releasing(store, &Scope::Upkeep, Mode::Write, async |_tx, _brand| {
        Ok::<_, Error>(aside.take().ok_or(()))
    })
    .await;
}

fn main() {}
