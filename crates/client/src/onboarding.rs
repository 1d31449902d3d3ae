//! The operator's: organisations, invitations, clients.

use freigabe_contract::{
    ClientId,
    onboarding::{
        AddClient, AddOrganisation, Invitation, InviteClient, Organisation, OrganisationPage,
        RegisteredClient, RegisteredClientPage, ReplaceClientCredential, SetClientScopes,
    },
    query::PageQuery,
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `addOrganisation`: adds an organisation.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn add_organisation(
        &self,
        organisation: &AddOrganisation,
        idempotency_key: Option<&str>,
    ) -> Result<Organisation, Error> {
        Call::post("addOrganisation", &["v1", "organisations"])
            .json(organisation)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }

    /// `listOrganisations`: organisations in the order of their identifiers.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_organisations(&self, page: &PageQuery) -> Result<OrganisationPage, Error> {
        Call::get("listOrganisations", &["v1", "organisations"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getOrganisation`: one organisation.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_organisation(&self, id: Uuid) -> Result<Organisation, Error> {
        let id = id.to_string();
        Call::get("getOrganisation", &["v1", "organisations", &id])
            .fetch(self)
            .await
    }

    /// `inviteClient`: lets an organisation register one client with a key of its own. Asked again, the earlier
    /// registration token is good for nothing.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn invite_client(
        &self,
        organisation: Uuid,
        client: &InviteClient,
    ) -> Result<Invitation, Error> {
        let id = organisation.to_string();
        let path = ["v1", "organisations", &id, "invitations"];
        Call::post("inviteClient", &path)
            .json(client)?
            .fetch(self)
            .await
    }

    /// `addClient`: adds a client whose credential is known. The same again changes nothing.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn add_client(
        &self,
        id: &ClientId,
        client: &AddClient,
    ) -> Result<RegisteredClient, Error> {
        Call::put("addClient", &["v1", "clients", id.as_str()])
            .json(client)?
            .fetch(self)
            .await
    }

    /// `listClients`: clients in the order of their identifiers.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_clients(&self, page: &PageQuery) -> Result<RegisteredClientPage, Error> {
        Call::get("listClients", &["v1", "clients"])
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getClient`: one client.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_client(&self, id: &ClientId) -> Result<RegisteredClient, Error> {
        Call::get("getClient", &["v1", "clients", id.as_str()])
            .fetch(self)
            .await
    }

    /// `replaceClientCredential`: what is signed with an old key counts no longer.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn replace_client_credential(
        &self,
        id: &ClientId,
        credential: &ReplaceClientCredential,
    ) -> Result<RegisteredClient, Error> {
        let path = ["v1", "clients", id.as_str(), "credential"];
        Call::put("replaceClientCredential", &path)
            .json(credential)?
            .fetch(self)
            .await
    }

    /// `setClientScopes`: what a client is allowed, from now on.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn set_client_scopes(
        &self,
        id: &ClientId,
        scopes: &SetClientScopes,
    ) -> Result<RegisteredClient, Error> {
        let path = ["v1", "clients", id.as_str(), "scopes"];
        Call::put("setClientScopes", &path)
            .json(scopes)?
            .fetch(self)
            .await
    }

    /// `suspendClient`: shuts a client out at once.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn suspend_client(&self, id: &ClientId) -> Result<RegisteredClient, Error> {
        let path = ["v1", "clients", id.as_str(), "suspension"];
        Call::post("suspendClient", &path).fetch(self).await
    }

    /// `resumeClient`: lets a suspended client in again.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn resume_client(&self, id: &ClientId) -> Result<RegisteredClient, Error> {
        let path = ["v1", "clients", id.as_str(), "resumption"];
        Call::post("resumeClient", &path).fetch(self).await
    }
}
