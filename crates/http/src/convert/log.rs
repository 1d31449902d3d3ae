//! Receipts and proofs: from the domain to the contract.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use freigabe_contract::log as wire;
use freigabe_domain::{exchange::EventProof, log::ReceiptState};

/// What has become of a receipt.
pub(crate) fn receipt_check(state: ReceiptState) -> wire::ReceiptCheck {
    let plain = |status| wire::ReceiptCheck {
        status,
        generation: None,
        leaf_index: None,
        tlog_proof: None,
    };
    match state {
        ReceiptState::Pending { .. } => plain(wire::ReceiptStatus::Pending),
        ReceiptState::Overdue { .. } => plain(wire::ReceiptStatus::Overdue),
        ReceiptState::Unknown => plain(wire::ReceiptStatus::Unknown),
        ReceiptState::Included(proof) => wire::ReceiptCheck {
            status: wire::ReceiptStatus::Included,
            generation: Some(proof.place.generation.number()),
            leaf_index: Some(proof.place.index),
            tlog_proof: Some(proof.tlog_proof),
        },
    }
}

/// That an event is in the log.
pub(crate) fn event_proof(proof: EventProof) -> wire::AuditEventProof {
    wire::AuditEventProof {
        event_id: proof.event.as_uuid(),
        generation: proof.place.generation.number(),
        leaf_index: proof.place.index,
        leaf: STANDARD.encode(proof.leaf.encode()),
        salt: STANDARD.encode(proof.salt.as_bytes()),
        tlog_proof: proof.tlog_proof,
    }
}
