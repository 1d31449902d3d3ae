// Rule: one authorisation, one use. Recording takes it, and there is no second one.

use freigabe_domain::{
    access::Caller,
    disclosure::{Authorized, AuthorizationEvidence, Disclosure},
    entropy::Entropy,
    store::Tx,
};

fn clone<'tx>(authorized: &Disclosure<Authorized<'tx>>) -> Disclosure<Authorized<'tx>> {
    authorized.clone()
}

fn clone_state<'tx>(state: &Authorized<'tx>) -> Authorized<'tx> {
    state.clone()
}

fn clone_evidence(evidence: &AuthorizationEvidence) -> AuthorizationEvidence {
    evidence.clone()
}

async fn record_twice<'tx, T: Tx<'tx>>(
    authorized: Disclosure<Authorized<'tx>>,
    tx: &mut T,
    caller: &Caller,
    entropy: &dyn Entropy,
) {
    let _ = authorized.record(tx, caller, entropy).await;
    let _ = authorized.record(tx, caller, entropy).await;
}

fn main() {}
