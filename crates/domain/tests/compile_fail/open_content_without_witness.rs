// Rule: sealed content is opened only for an authorisation of the same transaction.

use freigabe_domain::{
    disclosure::{AuthorizationEvidence, Disclosure, Requested},
    ids::DisclosureId,
    store::Tx,
};

async fn for_a_request<'tx, T: Tx<'tx>>(
    tx: &mut T,
    requested: &Disclosure<Requested>,
    id: DisclosureId,
) {
    let _ = tx.open_content(requested, id).await;
}

async fn for_evidence<'tx, T: Tx<'tx>>(
    tx: &mut T,
    evidence: &AuthorizationEvidence,
    id: DisclosureId,
) {
    let _ = tx.open_content(evidence, id).await;
}

async fn for_nothing<'tx, T: Tx<'tx>>(tx: &mut T, id: DisclosureId) {
    let _ = tx.open_content(id).await;
}

fn main() {}
