//! Supplementary agreements: parties propose, confirm and end; partners and the coordination read.

use freigabe_contract::{
    query::{AgreementFilter, PageQuery},
    supplementary::{
        ProposeSupplementaryAgreement, SupplementaryAgreement, SupplementaryAgreementPage,
    },
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `proposeSupplementaryAgreement`: proposes an agreement of which the caller is a party.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn propose_supplementary_agreement(
        &self,
        agreement: &ProposeSupplementaryAgreement,
        idempotency_key: Option<&str>,
    ) -> Result<SupplementaryAgreement, Error> {
        let path = ["v1", "supplementary-agreements"];
        Call::post("proposeSupplementaryAgreement", &path)
            .json(agreement)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listSupplementaryAgreements`: all agreements, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_supplementary_agreements(
        &self,
        filter: &AgreementFilter,
        page: &PageQuery,
    ) -> Result<SupplementaryAgreementPage, Error> {
        let path = ["v1", "supplementary-agreements"];
        Call::get("listSupplementaryAgreements", &path)
            .query(filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getSupplementaryAgreement`: one of them.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_supplementary_agreement(
        &self,
        id: Uuid,
    ) -> Result<SupplementaryAgreement, Error> {
        let path = ["v1", "supplementary-agreements", &id.to_string()];
        Call::get("getSupplementaryAgreement", &path)
            .fetch(self)
            .await
    }

    /// `confirmSupplementaryAgreement`: says yes to exactly what was proposed.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn confirm_supplementary_agreement(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<SupplementaryAgreement, Error> {
        let id = id.to_string();
        let path = ["v1", "supplementary-agreements", &id, "confirmation"];
        Call::post("confirmSupplementaryAgreement", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `endSupplementaryAgreement`: ends an agreement, takes a proposal back, or declines it.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn end_supplementary_agreement(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<SupplementaryAgreement, Error> {
        let id = id.to_string();
        let path = ["v1", "supplementary-agreements", &id, "ending"];
        Call::post("endSupplementaryAgreement", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
