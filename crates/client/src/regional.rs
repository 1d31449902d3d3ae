//! Regional agreements: parties propose, confirm and end; partners and the coordination read.

use freigabe_contract::{
    query::{AgreementFilter, PageQuery},
    regional::{ProposeRegionalAgreement, RegionalAgreement, RegionalAgreementPage},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `proposeRegionalAgreement`: proposes an agreement of which the caller is a party.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn propose_regional_agreement(
        &self,
        agreement: &ProposeRegionalAgreement,
        idempotency_key: Option<&str>,
    ) -> Result<RegionalAgreement, Error> {
        Call::post("proposeRegionalAgreement", &["v1", "regional-agreements"])
            .json(agreement)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listRegionalAgreements`: all agreements, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_regional_agreements(
        &self,
        filter: &AgreementFilter,
        page: &PageQuery,
    ) -> Result<RegionalAgreementPage, Error> {
        Call::get("listRegionalAgreements", &["v1", "regional-agreements"])
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getRegionalAgreement`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_regional_agreement(&self, id: Uuid) -> Result<RegionalAgreement, Error> {
        let path = ["v1", "regional-agreements", &id.to_string()];
        Call::get("getRegionalAgreement", &path).fetch(self).await
    }

    /// `confirmRegionalAgreement`: says yes to exactly what was proposed.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn confirm_regional_agreement(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<RegionalAgreement, Error> {
        let path = ["v1", "regional-agreements", &id.to_string(), "confirmation"];
        Call::post("confirmRegionalAgreement", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `endRegionalAgreement`: ends an agreement, takes a proposal back, or declines it.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn end_regional_agreement(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<RegionalAgreement, Error> {
        let path = ["v1", "regional-agreements", &id.to_string(), "ending"];
        Call::post("endRegionalAgreement", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
