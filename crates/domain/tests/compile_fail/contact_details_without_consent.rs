// Rule: who a person is, an office tells nobody without her consent (agreement, point 3). Nothing but `authorize` makes an
// authorisation; what is only asked for can't be recorded, and what is not committed can't be read.

use freigabe_domain::{
    access::Caller,
    contact::{
        Authorized, ContactCollectionPermit, ContactContent, ContactDetails, ContactEvidence, ContactRecord, Recorded,
        Requested,
    },
    entropy::Entropy,
    store::Tx,
};

fn from_parts<'tx>(evidence: ContactEvidence) -> Authorized<'tx> {
    Authorized {
        evidence,
        _brand: std::marker::PhantomData,
    }
}

fn by_conversion<'tx>(requested: ContactDetails<Requested>) -> ContactDetails<Authorized<'tx>> {
    requested.into()
}

async fn recorded_at_once<'tx, T: Tx<'tx>>(
    requested: ContactDetails<Requested>,
    tx: &mut T,
    caller: &Caller,
    entropy: &dyn Entropy,
) {
    let _ = requested.record(tx, caller, entropy).await;
}

fn a_permit_for_another<'tx>(authorized: &Authorized<'tx>, other: ContactRecord) -> ContactCollectionPermit<'tx> {
    let at = other.released_at;
    ContactCollectionPermit::new(authorized, other, at)
}

async fn opened_without_a_permit<'tx, T: Tx<'tx>>(tx: &mut T, evidence: &ContactEvidence) {
    let _ = tx.open_contact(evidence).await;
}

fn read_before_the_commit<'a>(recorded: &'a ContactDetails<Recorded<'_>>) -> Option<&'a ContactContent> {
    recorded.content()
}

fn released_before_the_commit(recorded: ContactDetails<Recorded<'_>>) {
    let _ = recorded.released();
}

fn main() {}
