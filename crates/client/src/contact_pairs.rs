//! Contact pairs: an office and a centre name each other whom to call.

use freigabe_contract::{
    contact_pair::{
        ContactPair, ContactPairPage, OfficeWithoutContactPage, OpenContactPair, SetPairContacts,
    },
    query::{OfficeFilter, PageQuery},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, consents::Tagged, error::Error};

impl Client {
    /// `openContactPair`: opens a pair with the other side.
    ///
    /// # Errors
    /// Status 409 when there is one already; what else the server refuses; what goes wrong on the way.
    pub async fn open_contact_pair(
        &self,
        pair: &OpenContactPair,
        idempotency_key: Option<&str>,
    ) -> Result<Tagged<ContactPair>, Error> {
        let call = Call::post("openContactPair", &["v1", "contact-pairs"])
            .json(pair)?
            .idempotent(idempotency_key, self)?;
        self.tagged(call).await
    }

    /// `listContactPairs`: the caller's pairs, the newest first; all of them for the coordination.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_contact_pairs(&self, page: &PageQuery) -> Result<ContactPairPage, Error> {
        Call::get("listContactPairs", &["v1", "contact-pairs"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getContactPair`: one of the caller's pairs, with whom both sides name.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_contact_pair(&self, id: Uuid) -> Result<Tagged<ContactPair>, Error> {
        let path = ["v1", "contact-pairs", &id.to_string()];
        self.tagged(Call::get("getContactPair", &path)).await
    }

    /// `setPairContacts`: writes the caller's half, which was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn set_pair_contacts(
        &self,
        id: Uuid,
        etag: &str,
        contacts: &SetPairContacts,
    ) -> Result<Tagged<ContactPair>, Error> {
        let path = ["v1", "contact-pairs", &id.to_string(), "contacts"];
        let call = Call::put("setPairContacts", &path)
            .json(contacts)?
            .if_match(etag)?;
        self.tagged(call).await
    }

    /// `confirmContactPair`: says that the caller's half still holds as it was read under `etag`.
    ///
    /// # Errors
    /// Status 412 when it was changed in the meantime; what else the server refuses; what goes wrong on the way.
    pub async fn confirm_contact_pair(
        &self,
        id: Uuid,
        etag: &str,
    ) -> Result<Tagged<ContactPair>, Error> {
        let path = ["v1", "contact-pairs", &id.to_string(), "confirmation"];
        let call = Call::post("confirmContactPair", &path).if_match(etag)?;
        self.tagged(call).await
    }

    /// `listOfficesWithoutContact`: offices that have no current pair, and what each lacks.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_offices_without_contact(
        &self,
        filter: &OfficeFilter,
        page: &PageQuery,
    ) -> Result<OfficeWithoutContactPage, Error> {
        Call::get(
            "listOfficesWithoutContact",
            &["v1", "offices-without-contact"],
        )
        .query(filter)?
        .query(page)?
        .fetch(self)
        .await
    }
}
