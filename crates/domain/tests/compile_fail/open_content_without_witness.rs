// Rule: sealed content is opened only for a permit, and only an authorisation of the same transaction makes one.

use freigabe_domain::{
    disclosure::{AuthorizationEvidence, Authorized, CollectionPermit, Disclosure, DisclosureRecord, Requested},
    ids::DisclosureId,
    store::Tx,
};

async fn for_a_request<'tx, T: Tx<'tx>>(tx: &mut T, requested: &Disclosure<Requested>) {
    let _ = tx.open_content(requested).await;
}

async fn for_evidence<'tx, T: Tx<'tx>>(tx: &mut T, evidence: &AuthorizationEvidence) {
    let _ = tx.open_content(evidence).await;
}

async fn for_an_id<'tx, T: Tx<'tx>>(tx: &mut T, id: DisclosureId) {
    let _ = tx.open_content(id).await;
}

fn a_permit_for_another<'tx>(authorized: &Authorized<'tx>, other: DisclosureRecord) -> CollectionPermit<'tx> {
    let at = other.released_at;
    CollectionPermit::new(authorized, other, at)
}

fn main() {}
