//! Handovers: an office hands a case over, a centre is told.

use freigabe_contract::{
    handover::{
        HandCaseOver, HandoverPage, HandoverView, MadeHandoverDetails, ToldHandoverDetails,
    },
    query::PageQuery,
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `handCaseOver`: hands a case over. Needs [`Client::on_behalf_of`].
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn hand_case_over(
        &self,
        handover: &HandCaseOver,
        idempotency_key: Option<&str>,
    ) -> Result<MadeHandoverDetails, Error> {
        Call::post("handCaseOver", &["v1", "handovers"])
            .json(handover)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listHandovers`: those that the office made, or that the centre is told of; newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_handovers(&self, page: &PageQuery) -> Result<HandoverPage, Error> {
        Call::get("listHandovers", &["v1", "handovers"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getHandover`: one of them, with its messages.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_handover(&self, id: Uuid) -> Result<HandoverView, Error> {
        let path = ["v1", "handovers", &id.to_string()];
        Call::get("getHandover", &path).fetch(self).await
    }

    /// `acknowledgeHandover`: the centre knows whom the case is with now.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn acknowledge_handover(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<ToldHandoverDetails, Error> {
        let path = ["v1", "handovers", &id.to_string(), "acknowledgement"];
        Call::post("acknowledgeHandover", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
