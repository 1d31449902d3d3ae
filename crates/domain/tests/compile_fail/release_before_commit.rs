// Rule: only a commit releases. What is recorded in a transaction can't be released inside it.

use freigabe_domain::{
    Error,
    access::Caller,
    disclosure::{Disclosure, DisclosureRecord},
    entropy::Entropy,
    store::{Mode, Scope, Store, unit_of_work},
};

async fn inside<S: Store>(
    store: &S,
    held: &DisclosureRecord,
    caller: &Caller,
    entropy: &dyn Entropy,
) {
    let _ = unit_of_work(store, &Scope::Upkeep, Mode::Write, async |tx: &mut S::Tx<'_>| {
        let authorized = Disclosure::collection(held.clone())
            .authorize(tx)
            .await
            .map_err(|_| Error::NotFound)?;
        let recorded = authorized.record(tx, caller, entropy).await?;
        Ok(recorded.released())
    })
    .await;
}

fn main() {}
