//! Consents: for counselling centres.

use std::ops::Deref;

use freigabe_contract::{
    consent::{
        Consent, ConsentForms, ConsentPage, ConsentReceipt, RecordConsent, ReviseConsent,
        Withdrawal,
    },
    query::PageQuery,
};
use reqwest::header::ETAG;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use crate::{
    call::{Call, read},
    client::Client,
    error::Error,
};

/// A resource together with the `ETag` under which it was read: what a change needs for its `If-Match`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged<T> {
    /// The resource.
    pub value: T,
    /// The tag.
    pub etag: String,
}

impl<T> Deref for Tagged<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

impl Client {
    /// `recordConsent`: records a consent, a refusal, or that the person was not asked.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn record_consent(
        &self,
        consent: &RecordConsent,
        idempotency_key: Option<&str>,
    ) -> Result<Tagged<Consent>, Error> {
        let call = Call::post("recordConsent", &["v1", "consents"])
            .json(consent)?
            .idempotent(idempotency_key, self)?;
        self.tagged(call).await
    }

    /// `listConsents`: the centre's consents, newest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_consents(&self, page: &PageQuery) -> Result<ConsentPage, Error> {
        Call::get("listConsents", &["v1", "consents"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getConsent`: a consent with its history.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_consent(&self, id: Uuid) -> Result<Tagged<Consent>, Error> {
        self.tagged(Call::get(
            "getConsent",
            &["v1", "consents", &id.to_string()],
        ))
        .await
    }

    /// `reviseConsent`: adds a revision to the consent as it was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn revise_consent(
        &self,
        id: Uuid,
        etag: &str,
        revision: &ReviseConsent,
        idempotency_key: Option<&str>,
    ) -> Result<Tagged<Consent>, Error> {
        let path = ["v1", "consents", &id.to_string(), "revisions"];
        let call = Call::post("reviseConsent", &path)
            .if_match(etag)?
            .json(revision)?
            .idempotent(idempotency_key, self)?;
        self.tagged(call).await
    }

    /// `withdrawConsent`: withdraws a consent. It has taken effect when this returns. Repeating it is always safe.
    ///
    /// # Errors
    /// Only when the centre has no such consent; what goes wrong on the way.
    pub async fn withdraw_consent(&self, id: Uuid) -> Result<Withdrawal, Error> {
        let path = ["v1", "consents", &id.to_string(), "withdrawal"];
        Call::post("withdrawConsent", &path).fetch(self).await
    }

    /// `getConsentReceipt`: what the person gets in hand.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_consent_receipt(&self, id: Uuid) -> Result<ConsentReceipt, Error> {
        let path = ["v1", "consents", &id.to_string(), "receipt"];
        Call::get("getConsentReceipt", &path).fetch(self).await
    }

    /// `listConsentForms`: the forms that a consent may have been signed on.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_consent_forms(&self) -> Result<ConsentForms, Error> {
        Call::get("listConsentForms", &["v1", "consent-forms"])
            .fetch(self)
            .await
    }

    pub(crate) async fn tagged<T: DeserializeOwned>(&self, call: Call) -> Result<Tagged<T>, Error> {
        let operation = call.operation();
        let answer = call.answer(self).await?;
        let etag = answer.headers.get(ETAG).and_then(|tag| tag.to_str().ok());
        let etag = etag.ok_or_else(|| Error::Unreadable {
            operation,
            problem: "it has no ETag".to_owned(),
        })?;
        Ok(Tagged {
            value: read(operation, &answer)?,
            etag: etag.to_owned(),
        })
    }
}
