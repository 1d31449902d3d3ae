// Rule: that both sides approved is found in the transaction that holds the row: nobody puts it together, copies it or reads it from anywhere.

use freigabe_domain::{
    ids::PressReleaseId,
    press::{ApprovalEvidence, Approved, PressRelease, StoredPressRelease},
};
use serde::{Deserialize as _, Deserializer};

fn put_together(
    id: PressReleaseId,
    record: StoredPressRelease,
    evidence: ApprovalEvidence,
) -> PressRelease<Approved<'static>> {
    let state = Approved { record, evidence };
    PressRelease { id, state }
}

fn copied<'tx>(approved: &PressRelease<Approved<'tx>>) -> PressRelease<Approved<'tx>> {
    approved.clone()
}

fn read<'de, D: Deserializer<'de>>(stored: D) -> Result<Approved<'static>, D::Error> {
    Approved::deserialize(stored)
}

fn main() {}
