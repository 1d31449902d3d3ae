// Rule: nothing is recorded that was not authorised.

use freigabe_domain::{
    access::Caller,
    disclosure::{Disclosure, Requested},
    entropy::Entropy,
    store::Tx,
};

async fn record<'tx, T: Tx<'tx>>(
    requested: Disclosure<Requested>,
    tx: &mut T,
    caller: &Caller,
    entropy: &dyn Entropy,
) {
    let _ = requested.record(tx, caller, entropy).await;
}

fn main() {}
