// Rule: an authorisation is good for the transaction that holds the consent's row, and for no other, not even for one
// inside it.

use freigabe_domain::{
    Error,
    access::Caller,
    disclosure::{Authorized, Disclosure, DisclosureRecord},
    entropy::Entropy,
    store::{Mode, Scope, Store, Tx, unit_of_work},
};

async fn nested<S: Store>(
    store: &S,
    held: &DisclosureRecord,
    caller: &Caller,
    entropy: &dyn Entropy,
) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |outer: &mut S::Tx<'_>| {
        let authorized = Disclosure::collection(held.clone())
            .authorize(outer)
            .await
            .map_err(|_| Error::NotFound)?;
        let authorized = std::cell::Cell::new(Some(authorized));
        unit_of_work(store, &Scope::Upkeep, Mode::Write, async |inner: &mut S::Tx<'_>| {
            let authorized = authorized.take().ok_or(Error::NotFound)?;
            authorized.record(inner, caller, entropy).await
        })
        .await
        .map(|_| ())
    })
    .await;
}

async fn shown_to_another<'a, 'b, T: Tx<'b>>(
    other: &mut T,
    authorized: &Disclosure<Authorized<'a>>,
    held: &DisclosureRecord,
) {
    let _ = other.open_content(authorized, held.id).await;
}

fn main() {}
