//! Receipts and events, each with the proof that the log has it.

use async_trait::async_trait;
use freigabe_ledger::{Leaf, Salt, receipt::ReceiptError};

use super::{Application, LogDesk as _};
use crate::{
    access::AuditorCaller,
    audit::{AuditQuery, Operation},
    error::Error,
    ids::EventId,
    log::{self, LeafPlace, LeafState, LogFault, ReceiptState},
    store::prelude::*,
    store::{Mode, Scope, Store, unit_of_work},
};

/// That an event is in the published log. With the event's payload it convinces whoever has the log's keys.
#[derive(Debug, Clone)]
pub struct EventProof {
    /// The event.
    pub event: EventId,
    /// Where its leaf stands.
    pub place: LeafPlace,
    /// The leaf.
    pub leaf: Leaf,
    /// What makes the leaf's commitment out of the payload.
    pub salt: Salt,
    /// The proof for offline use (C2SP tlog-proof).
    pub tlog_proof: String,
}

/// Proofs of what the log promised, and of what it holds.
#[async_trait(?Send)]
pub trait ReceiptDesk {
    /// What has become of a receipt, given as it stood in the `Freigabe-Receipt` header. It is none of this log's if its text
    /// is no receipt, or was not signed by any of this log's keys.
    ///
    /// # Errors
    /// A log that does not fit together; the store's failure.
    async fn check_receipt(
        &self,
        receipt: &str,
    ) -> Result<Result<ReceiptState, ReceiptError>, Error>;

    /// The proof of an event; none while no published checkpoint covers it. That it was read is logged, as it is when the
    /// event itself is read.
    ///
    /// # Errors
    /// No such event; a log that does not fit together; the store's failure.
    async fn event_proof(
        &self,
        caller: &AuditorCaller,
        id: EventId,
    ) -> Result<Option<EventProof>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> ReceiptDesk for Application<S> {
    async fn check_receipt(
        &self,
        receipt: &str,
    ) -> Result<Result<ReceiptState, ReceiptError>, Error> {
        let promise = match self.log.rules.open_receipt(receipt) {
            Ok(promise) => promise,
            Err(error) => return Ok(Err(error)),
        };
        let commitment = &promise.leaf.commitment;
        let (state, now) = unit_of_work(
            &self.store,
            &Scope::Sequencer,
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                Ok((log::leaf_state(tx, commitment).await?, tx.now().await?))
            },
        )
        .await?;
        Ok(Ok(ReceiptState::of(&promise, state, now)?))
    }

    async fn event_proof(
        &self,
        caller: &AuditorCaller,
        id: EventId,
    ) -> Result<Option<EventProof>, Error> {
        let outcome = self
            .read_and_log(
                caller,
                Operation::AuditQueried,
                async |tx: &mut S::Tx<'_>| tx.opening(id).await?.ok_or(Error::NotFound),
                |event, _| event.of_query(&AuditQuery::of_event(id), 1),
            )
            .await;
        let (leaf, salt) = self.logged(caller, "getAuditEventProof", outcome).await?;
        let LeafState::Included(proof) = self.leaf_state(&leaf.commitment).await? else {
            return Ok(None);
        };
        if !log::proves(&proof, &leaf) {
            let index = proof.place.index;
            return Err(LogFault::Place { index }.into());
        }
        Ok(Some(EventProof {
            event: id,
            place: proof.place,
            leaf,
            salt,
            tlog_proof: log::tlog_proof(&proof)?,
        }))
    }
}
