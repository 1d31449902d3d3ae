//! Contact details of a person, from an office to the centre that helps, as far as she allowed it.

use freigabe_contract::{
    contact::{
        AddressedContactDetails, AddressedContactDetailsPage, CollectedContactDetails,
        ContactConsent, ContactDetails, ContactDetailsView, ContactWithdrawal,
        RecordContactConsent, ReleaseContactDetails,
    },
    query::PageQuery,
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `recordContactConsent`: records what a person allowed the office to tell centres.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn record_contact_consent(
        &self,
        involvement: Uuid,
        consent: &RecordContactConsent,
        idempotency_key: Option<&str>,
    ) -> Result<ContactConsent, Error> {
        let involvement = involvement.to_string();
        let path = ["v1", "involvements", &involvement, "contact-consents"];
        Call::post("recordContactConsent", &path)
            .json(consent)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `getContactConsent`: one of the office's own.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_contact_consent(&self, id: Uuid) -> Result<ContactConsent, Error> {
        let path = ["v1", "contact-consents", &id.to_string()];
        Call::get("getContactConsent", &path).fetch(self).await
    }

    /// `withdrawContactConsent`: withdraws it, in whatever state it is.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way. It can be repeated until it succeeds.
    pub async fn withdraw_contact_consent(&self, id: Uuid) -> Result<ContactWithdrawal, Error> {
        let path = ["v1", "contact-consents", &id.to_string(), "withdrawal"];
        Call::post("withdrawContactConsent", &path)
            .fetch(self)
            .await
    }

    /// `releaseContactDetails`: tells the centre that helps. Needs [`Client::on_behalf_of`].
    ///
    /// # Errors
    /// Status 422 with every reason when the consent does not allow it; what else the server refuses; what goes wrong on the way.
    pub async fn release_contact_details(
        &self,
        consent: Uuid,
        details: &ReleaseContactDetails,
        idempotency_key: Option<&str>,
    ) -> Result<ContactDetails, Error> {
        let consent = consent.to_string();
        let path = ["v1", "contact-consents", &consent, "contact-details"];
        Call::post("releaseContactDetails", &path)
            .json(details)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listContactDetails`: what concerns the centre, oldest first.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_contact_details(
        &self,
        page: &PageQuery,
    ) -> Result<AddressedContactDetailsPage, Error> {
        Call::get("listContactDetails", &["v1", "contact-details"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getContactDetails`: without what they say.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_contact_details(&self, id: Uuid) -> Result<ContactDetailsView, Error> {
        let path = ["v1", "contact-details", &id.to_string()];
        Call::get("getContactDetails", &path).fetch(self).await
    }

    /// `collectContactDetails`: what they say. The consent is asked each time.
    ///
    /// # Errors
    /// Status 404 when there is nothing, or nothing any more; what else the server refuses; what goes wrong on the way.
    pub async fn collect_contact_details(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<CollectedContactDetails, Error> {
        let path = ["v1", "contact-details", &id.to_string(), "collection"];
        Call::post("collectContactDetails", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `acknowledgeContactDetails`: the centre has them safely.
    ///
    /// # Errors
    /// Status 409 when they were not collected, or were acknowledged already; what else the server refuses; what goes wrong on the way.
    pub async fn acknowledge_contact_details(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<AddressedContactDetails, Error> {
        let path = ["v1", "contact-details", &id.to_string(), "acknowledgement"];
        Call::post("acknowledgeContactDetails", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `confirmContactErasure`: the centre erased them, after it was asked to.
    ///
    /// # Errors
    /// Status 409 when nobody asked it to, or that was said already; what else the server refuses; what goes wrong on the way.
    pub async fn confirm_contact_erasure(
        &self,
        id: Uuid,
        idempotency_key: Option<&str>,
    ) -> Result<AddressedContactDetails, Error> {
        let path = ["v1", "contact-details", &id.to_string(), "erasure"];
        Call::post("confirmContactErasure", &path)
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
