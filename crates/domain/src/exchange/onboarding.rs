//! Who takes part: organisations, their clients, invitations. The operator's, by command or by client.

use async_trait::async_trait;
use time::Duration;

use super::{Application, earlier};
use crate::{
    access::{
        AccessScopes, Caller, ClientChange, ClientId, Credential, Invitation, InvitationSecret,
        NewClient, NewOrganisation, Operator, Organisation, RegisteredClient, Role,
    },
    audit::{self, Event, Logged, LoggedAs, Operation},
    error::Error,
    ids::{EventId, OrganisationId},
    store::prelude::*,
    store::{Mode, Page, RequestKey, Scope, Store, Tx, unit_of_work},
};

/// How long an invitation is good for.
pub const INVITATIONS_LAST: Duration = Duration::days(7);

/// Who takes part. Whatever lets somebody in waits while too many events wait for the log
/// ([`LogError::Backlog`](crate::log::LogError::Backlog)); what takes something back does not.
#[async_trait(?Send)]
pub trait OnboardingDesk {
    /// Adds an organisation. A police office names the office it is; nobody else does. With a request's key, once.
    ///
    /// # Errors
    /// An office that is unknown, missing, or takes part already; a reused key; the store's failure.
    async fn add_organisation(
        &self,
        by: &Operator,
        request: Option<&RequestKey>,
        new: &NewOrganisation,
    ) -> Result<Logged<Organisation>, Error>;

    /// An organisation.
    ///
    /// # Errors
    /// No such organisation; the store's failure.
    async fn organisation(&self, by: &Operator, id: OrganisationId) -> Result<Organisation, Error>;

    /// Organisations in the order of ids after `after`, at most `limit`.
    ///
    /// # Errors
    /// The store's failure.
    async fn organisations(
        &self,
        by: &Operator,
        after: Option<OrganisationId>,
        limit: u16,
    ) -> Result<Page<Organisation, OrganisationId>, Error>;

    /// Adds a client of an organisation. The same again changes nothing.
    ///
    /// # Errors
    /// No such organisation; scopes that its role can make nothing of; the id or the client at its issuer is taken; the
    /// store's failure.
    async fn add_client(
        &self,
        by: &Operator,
        new: &NewClient,
    ) -> Result<Logged<RegisteredClient>, Error>;

    /// Invites an organisation to register a client with a key of its own. An earlier invitation for the same client is
    /// good for nothing from then on.
    ///
    /// # Errors
    /// No such organisation; scopes that its role can make nothing of; the id is taken; the store's failure.
    async fn invite_client(
        &self,
        by: &Operator,
        client: &ClientId,
        organisation: OrganisationId,
        scopes: Option<&AccessScopes>,
    ) -> Result<Logged<(Invitation, InvitationSecret)>, Error>;

    /// Accepts an invitation, once: the client is added with this credential.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such invitation, or it is over; the id was taken by other means since; the
    /// store's failure.
    async fn register_client(
        &self,
        secret: &InvitationSecret,
        credential: &Credential,
    ) -> Result<Logged<RegisteredClient>, Error>;

    /// Suspends a client, lets it in again, or changes what it is known by or allowed. The bound tokens of a suspended
    /// client are good for nothing from that moment on, and nobody may do what is no longer allowed; what is signed with an
    /// old key counts no longer. What is so already stays so.
    ///
    /// # Errors
    /// No such client; scopes that its role can make nothing of; the client at its issuer is taken; the store's failure.
    async fn change_client(
        &self,
        by: &Operator,
        id: &ClientId,
        change: &ClientChange,
    ) -> Result<Logged<RegisteredClient>, Error>;

    /// A client.
    ///
    /// # Errors
    /// No such client; the store's failure.
    async fn client(&self, by: &Operator, id: &ClientId) -> Result<RegisteredClient, Error>;

    /// Clients in the order of ids after `after`, at most `limit`.
    ///
    /// # Errors
    /// The store's failure.
    async fn clients(
        &self,
        by: &Operator,
        after: Option<&ClientId>,
        limit: u16,
    ) -> Result<Page<RegisteredClient, ClientId>, Error>;
}

#[async_trait(?Send)]
impl<S: Store> OnboardingDesk for Application<S> {
    async fn add_organisation(
        &self,
        by: &Operator,
        request: Option<&RequestKey>,
        new: &NewOrganisation,
    ) -> Result<Logged<Organisation>, Error> {
        self.expect_room()?;
        let mode = match request {
            Some(_) => Mode::RepeatableWrite,
            None => Mode::Write,
        };
        let work = async |tx: &mut S::Tx<'_>| {
            if let Some(request) = request
                && let Some(earlier) = earlier(tx, request).await?
            {
                let id = OrganisationId::from_uuid(earlier.value);
                let known = tx.organisation(id).await?.ok_or(Error::NotFound)?;
                return Ok(earlier.map(|_| known));
            }
            reject_office(tx, new).await?;
            let at = tx.now().await?;
            let organisation = Organisation {
                id: OrganisationId::fresh(at, self.entropy())?,
                role: new.role,
                name: new.name.clone(),
                office: new.office.clone(),
                regime: new.regime,
            };
            if !tx.insert_organisation(&organisation, at).await? {
                return Err(Error::invalid("/office", "this office takes part already"));
            }
            let event = Event::new(
                EventId::fresh(at, self.entropy())?,
                at,
                Operation::OrganisationAdded,
            )
            .by_if_known(by.caller())
            .about_participant(organisation.id.to_string());
            let leaf = audit::append(tx, self.entropy(), event).await?;
            if let Some(request) = request {
                tx.remember_request(request, organisation.id.as_uuid(), &leaf, at)
                    .await?;
            }
            Ok(Logged::new(organisation, leaf, at))
        };
        unit_of_work(&self.store, &Scope::from(by), mode, work).await
    }

    async fn organisation(&self, by: &Operator, id: OrganisationId) -> Result<Organisation, Error> {
        let work = async |tx: &mut S::Tx<'_>| tx.organisation(id).await?.ok_or(Error::NotFound);
        let found = unit_of_work(&self.store, &Scope::from(by), Mode::Read, work).await;
        self.logged_if_known(by.caller(), "getOrganisation", found)
            .await
    }

    async fn organisations(
        &self,
        by: &Operator,
        after: Option<OrganisationId>,
        limit: u16,
    ) -> Result<Page<Organisation, OrganisationId>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(by),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.organisations(after, limit).await?;
                Ok(Page::cut(found, limit, |organisation| organisation.id))
            },
        )
        .await
    }

    async fn add_client(
        &self,
        by: &Operator,
        new: &NewClient,
    ) -> Result<Logged<RegisteredClient>, Error> {
        self.expect_room()?;
        unit_of_work(
            &self.store,
            &Scope::from(by),
            Mode::RepeatableWrite,
            async |tx: &mut S::Tx<'_>| {
                if let Some(known) = tx.client(&new.id).await? {
                    let same = known.organisation.id == new.organisation
                        && known.credential == new.credential
                        && known.scopes == new.scopes;
                    return if same {
                        Ok(Logged::before(known, None))
                    } else {
                        Err(TAKEN)
                    };
                }
                let organisation = tx.organisation(new.organisation).await?.ok_or_else(|| {
                    Error::invalid("/organisation_id", "there is no such organisation")
                })?;
                let client = RegisteredClient {
                    id: new.id.clone(),
                    organisation,
                    credential: new.credential.clone(),
                    scopes: new.scopes.clone(),
                    active: true,
                };
                let done = self.insert_client(tx, by.caller(), &client).await?;
                Ok(done.map(|()| client))
            },
        )
        .await
    }

    async fn invite_client(
        &self,
        by: &Operator,
        client: &ClientId,
        organisation: OrganisationId,
        scopes: Option<&AccessScopes>,
    ) -> Result<Logged<(Invitation, InvitationSecret)>, Error> {
        self.expect_room()?;
        let secret = InvitationSecret::fresh(self.entropy())?;
        let work = async |tx: &mut S::Tx<'_>| {
            let found = tx.organisation(organisation).await?;
            reject_scopes(found.ok_or(Error::NotFound)?.role, scopes)?;
            if tx.client(client).await?.is_some() {
                return Err(TAKEN);
            }
            let at = tx.now().await?;
            let invitation = Invitation {
                client: client.clone(),
                organisation,
                scopes: scopes.cloned(),
                expires_at: at.plus(INVITATIONS_LAST),
            };
            tx.put_invitation(&invitation, &secret, at).await?;
            let event = Event::new(
                EventId::fresh(at, self.entropy())?,
                at,
                Operation::ClientInvited,
            )
            .by_if_known(by.caller())
            .about_participant(client.as_str());
            let leaf = audit::append(tx, self.entropy(), event).await?;
            Ok(Logged::new(invitation, leaf, at))
        };
        let invited = unit_of_work(&self.store, &Scope::from(by), Mode::Write, work).await;
        let invited = self
            .logged_if_known(by.caller(), "inviteClient", invited)
            .await?;
        Ok(invited.map(|invitation| (invitation, secret)))
    }

    async fn register_client(
        &self,
        secret: &InvitationSecret,
        credential: &Credential,
    ) -> Result<Logged<RegisteredClient>, Error> {
        self.expect_room()?;
        let scope = Scope::Registration {
            secret: secret.clone(),
        };
        unit_of_work(
            &self.store,
            &scope,
            Mode::Write,
            async |tx: &mut S::Tx<'_>| {
                let at = tx.now().await?;
                let invitation = tx.lock_invitation(secret).await?;
                let invitation = invitation.filter(|invitation| invitation.expires_at > at);
                let invitation = invitation.ok_or(Error::NotFound)?;
                let organisation = tx.organisation(invitation.organisation).await?;
                let client = RegisteredClient {
                    id: invitation.client,
                    organisation: organisation.ok_or(Error::NotFound)?,
                    credential: credential.clone(),
                    scopes: invitation.scopes,
                    active: true,
                };
                let done = self.insert_client(tx, None, &client).await?;
                // INVARIANT: it is there, for this transaction holds it.
                if !tx.remove_invitation(&client.id).await? {
                    return Err(Error::NotFound);
                }
                Ok(done.map(|()| client))
            },
        )
        .await
    }

    async fn change_client(
        &self,
        by: &Operator,
        id: &ClientId,
        change: &ClientChange,
    ) -> Result<Logged<RegisteredClient>, Error> {
        let (operation, attempted) = match change {
            ClientChange::Active(true) => (Operation::ClientResumed, "resumeClient"),
            ClientChange::Active(false) => (Operation::ClientSuspended, "suspendClient"),
            ClientChange::Credential(_) => {
                (Operation::ClientKeyReplaced, "replaceClientCredential")
            }
            ClientChange::Scopes(_) => (Operation::ClientScopesChanged, "setClientScopes"),
        };
        let work = async |tx: &mut S::Tx<'_>| {
            let client = tx.client(id).await?.ok_or(Error::NotFound)?;
            if let ClientChange::Scopes(scopes) = change {
                reject_scopes(client.organisation.role, scopes.as_ref())?;
            }
            if !protects(change, &client) {
                self.expect_room()?;
            }
            if let ClientChange::Credential(Credential::Issuer(at)) = change
                && tx.client_at(at).await?.is_some_and(|other| other.id != *id)
            {
                return Err(TAKEN_THERE);
            }
            let mut logged_as = None;
            if tx.change_client(id, change).await? {
                let at = tx.now().await?;
                let event = Event::new(EventId::fresh(at, self.entropy())?, at, operation)
                    .by_if_known(by.caller())
                    .about_participant(id.as_str());
                let leaf = audit::append(tx, self.entropy(), event).await?;
                logged_as = Some(LoggedAs { leaf, at });
            }
            let value = tx.client(id).await?.ok_or(Error::NotFound)?;
            Ok(Logged { value, logged_as })
        };
        let changed =
            unit_of_work(&self.store, &Scope::from(by), Mode::RepeatableWrite, work).await;
        self.logged_if_known(by.caller(), attempted, changed).await
    }

    async fn client(&self, by: &Operator, id: &ClientId) -> Result<RegisteredClient, Error> {
        let work = async |tx: &mut S::Tx<'_>| tx.client(id).await?.ok_or(Error::NotFound);
        let found = unit_of_work(&self.store, &Scope::from(by), Mode::Read, work).await;
        self.logged_if_known(by.caller(), "getClient", found).await
    }

    async fn clients(
        &self,
        by: &Operator,
        after: Option<&ClientId>,
        limit: u16,
    ) -> Result<Page<RegisteredClient, ClientId>, Error> {
        unit_of_work(
            &self.store,
            &Scope::from(by),
            Mode::Read,
            async |tx: &mut S::Tx<'_>| {
                let found = tx.clients(after, limit).await?;
                Ok(Page::cut(found, limit, |client| client.id.clone()))
            },
        )
        .await
    }
}

const TAKEN: Error = Error::InvalidState("there is another client with this id already");
const TAKEN_THERE: Error =
    Error::InvalidState("another client is known by this client of the issuer already");

impl<S: Store> Application<S> {
    async fn insert_client<'tx, T: Tx<'tx>>(
        &self,
        tx: &mut T,
        by: Option<&Caller>,
        client: &RegisteredClient,
    ) -> Result<Logged<()>, Error> {
        reject_scopes(client.organisation.role, client.scopes.as_ref())?;
        if let Credential::Issuer(at) = &client.credential
            && tx.client_at(at).await?.is_some()
        {
            return Err(TAKEN_THERE);
        }
        let at = tx.now().await?;
        if !tx.insert_client(client, at).await? {
            return Err(TAKEN);
        }
        let event = Event::new(
            EventId::fresh(at, self.entropy())?,
            at,
            Operation::ClientAdded,
        )
        .by_if_known(by)
        .about_participant(client.id.as_str());
        let leaf = audit::append(tx, self.entropy(), event).await?;
        Ok(Logged::new((), leaf, at))
    }
}

async fn reject_office<'tx, T: Tx<'tx>>(tx: &mut T, new: &NewOrganisation) -> Result<(), Error> {
    match (&new.office, new.role) {
        (Some(id), Role::Office) if tx.office(id).await?.is_none() => {
            Err(Error::invalid("/office", "there is no such office"))
        }
        (None, Role::Office) => Err(Error::invalid(
            "/office",
            "an office must say which one it is",
        )),
        (Some(_), other) if other != Role::Office => Err(Error::invalid(
            "/office",
            "only an organisation with the role office is a police office",
        )),
        _ => Ok(()),
    }
}

fn reject_scopes(role: Role, scopes: Option<&AccessScopes>) -> Result<(), Error> {
    let possible = AccessScopes::of_role(role);
    match scopes {
        Some(scopes) if scopes.is_empty() => Err(Error::invalid(
            "/scopes",
            "a client needs at least one scope",
        )),
        Some(scopes) if !scopes.within(&possible) => Err(Error::invalid(
            "/scopes",
            format!("clients of the role {role} can have: {possible}"),
        )),
        _ => Ok(()),
    }
}

/// Whether a change takes something back: such a change is never held up. An old key counts no longer once it is replaced.
fn protects(change: &ClientChange, client: &RegisteredClient) -> bool {
    let possible = AccessScopes::of_role(client.organisation.role);
    let allowed = |scopes: &Option<AccessScopes>| scopes.as_ref().unwrap_or(&possible).clone();
    match change {
        ClientChange::Active(active) => !active,
        ClientChange::Credential(_) => true,
        ClientChange::Scopes(scopes) => allowed(scopes).within(&allowed(&client.scopes)),
    }
}
