// Rule: a transaction is carried out for somebody. None begins without saying for whom.

use freigabe_domain::{
    Error,
    store::{Mode, Store, prelude::*, unit_of_work},
};

async fn for_nobody<S: Store>(store: &S) -> Result<(), Error> {
    unit_of_work(store, Mode::Read, async |tx: &mut S::Tx<'_>| {
        tx.now().await?;
        Ok(())
    })
    .await
}

fn main() {}
