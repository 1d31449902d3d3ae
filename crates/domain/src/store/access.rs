//! What a transaction can do about those who take part.
#![expect(
    async_fn_in_trait,
    reason = "used generically, on one thread; nobody needs these futures to be Send"
)]

use super::StoreError;
use crate::{
    access::{
        AtIssuer, ClientChange, ClientId, Invitation, InvitationSecret, Organisation,
        RegisteredClient,
    },
    ids::OrganisationId,
    instant::Instant,
};

/// Organisations and clients.
pub trait AccessStore<'tx> {
    /// A client with its organisation.
    ///
    /// # Errors
    /// When the store fails.
    async fn client(&mut self, id: &ClientId) -> Result<Option<RegisteredClient>, StoreError>;

    /// The client that is known by a client of another issuer.
    ///
    /// # Errors
    /// When the store fails.
    async fn client_at(&mut self, at: &AtIssuer) -> Result<Option<RegisteredClient>, StoreError>;

    /// Clients in the order of ids after `after`, at most `limit` and one more to tell whether others follow.
    ///
    /// # Errors
    /// When the store fails.
    async fn clients(
        &mut self,
        after: Option<&ClientId>,
        limit: u16,
    ) -> Result<Vec<RegisteredClient>, StoreError>;

    /// An organisation.
    ///
    /// # Errors
    /// When the store fails.
    async fn organisation(
        &mut self,
        id: OrganisationId,
    ) -> Result<Option<Organisation>, StoreError>;

    /// Organisations in the order of ids after `after`, at most `limit` and one more to tell whether others follow.
    ///
    /// # Errors
    /// When the store fails.
    async fn organisations(
        &mut self,
        after: Option<OrganisationId>,
        limit: u16,
    ) -> Result<Vec<Organisation>, StoreError>;

    /// Stores a new organisation. False when another organisation is the same police office already.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_organisation(
        &mut self,
        organisation: &Organisation,
        at: Instant,
    ) -> Result<bool, StoreError>;

    /// Stores a new client. False when there is one with that id.
    ///
    /// # Errors
    /// When the store fails.
    async fn insert_client(
        &mut self,
        client: &RegisteredClient,
        at: Instant,
    ) -> Result<bool, StoreError>;

    /// Changes one thing about a client and leaves everything else as another transaction may just have made it. False
    /// when there is no such client, or it is so already.
    ///
    /// # Errors
    /// When the store fails.
    async fn change_client(
        &mut self,
        id: &ClientId,
        change: &ClientChange,
    ) -> Result<bool, StoreError>;

    /// Stores an invitation in place of an earlier one for the same client. Of the secret only a hash is kept.
    ///
    /// # Errors
    /// When the store fails.
    async fn put_invitation(
        &mut self,
        invitation: &Invitation,
        secret: &InvitationSecret,
        at: Instant,
    ) -> Result<(), StoreError>;

    /// The invitation with this secret, over or not. It is held until the end: of two that accept it, one waits.
    ///
    /// # Errors
    /// When the store fails.
    async fn lock_invitation(
        &mut self,
        secret: &InvitationSecret,
    ) -> Result<Option<Invitation>, StoreError>;

    /// Removes the invitation for this client. False when there is none.
    ///
    /// # Errors
    /// When the store fails.
    async fn remove_invitation(&mut self, client: &ClientId) -> Result<bool, StoreError>;

    /// Counts a request of this client in this minute (since 1970), and returns how many there were with this one, on all
    /// nodes together.
    ///
    /// # Errors
    /// When the store fails.
    async fn count_request(&mut self, client: &ClientId, minute: i64) -> Result<u32, StoreError>;

    /// Uses up what a client proved itself by, and counts its request as [`Self::count_request`] does. None when it was used
    /// before, on whatever node; then nothing is counted.
    ///
    /// # Errors
    /// When the store fails.
    async fn use_proof(
        &mut self,
        client: &ClientId,
        jti: &str,
        expires_at: Instant,
        minute: i64,
    ) -> Result<Option<u32>, StoreError>;

    /// Forgets proofs that nobody would take any more; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget_proofs(&mut self, expired_before: Instant) -> Result<usize, StoreError>;
}
