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

/// What a client proves itself by, once: a proof of possession (RFC 9449), or an assertion (RFC 7523).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SingleUse {
    /// What tells it from all others of its client: its `jti`, or what was made of it.
    pub jti: String,
    /// When nobody would take it any more, so that it may be forgotten.
    pub expires_at: Instant,
}

/// A request of a client that is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountedRequest {
    /// Whose.
    pub client: ClientId,
    /// What it is proved by; none where the connection's certificate proves it (RFC 8705).
    pub proof: Option<SingleUse>,
}

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

    /// Counts requests in this minute (since 1970), and uses up what they were proved by. For each: how many its client made
    /// in this minute with this one, on all nodes together; none when what it was proved by was used before, on whatever node
    /// or earlier in this list, and then it is not counted.
    ///
    /// # Errors
    /// When the store fails; then nothing is counted or used up.
    async fn count_requests(
        &mut self,
        requests: &[CountedRequest],
        minute: i64,
    ) -> Result<Vec<Option<u32>>, StoreError>;

    /// Forgets proofs that nobody would take any more; returns how many.
    ///
    /// # Errors
    /// When the store fails.
    async fn forget_proofs(&mut self, expired_before: Instant) -> Result<usize, StoreError>;
}
