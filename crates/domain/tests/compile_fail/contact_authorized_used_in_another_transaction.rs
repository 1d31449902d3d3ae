// Rule: an authorisation to tell who a person is is good for the transaction that holds the row of her consent, and for no
// other, not even for one inside it.

use freigabe_domain::{
    Error,
    access::Caller,
    contact::{ContactDetails, ContactRecord},
    entropy::Entropy,
    store::{Mode, Scope, Store, unit_of_work},
};

async fn nested<S: Store>(store: &S, held: &ContactRecord, caller: &Caller, entropy: &dyn Entropy) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |outer: &mut S::Tx<'_>| {
        let authorized = ContactDetails::collection(held.clone())
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

fn main() {}
