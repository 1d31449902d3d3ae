//! Organisations that take part, and the machine clients that speak for them.

use super::{AccessScopes, ClientId, Standing};
use crate::{ids::OrganisationId, office::OfficeId, text::ShortText, vocabulary::vocabulary};

vocabulary! {
    /// What an organisation is in the agreement, and so what its clients may ever do.
    Role as "role" {
        Centre = "centre", "Fachberatungsstelle", "counselling centre";
        Office = "office", "Dienststelle der Bundespolizei", "police office";
        Coordination = "coordination", "Koordination (KOK)", "coordination (KOK)";
        Auditor = "auditor", "Prüfstelle", "auditor";
        Operator = "operator", "Betrieb", "operator";
    }
}

vocabulary! {
    /// Which data-protection law an organisation falls under.
    DataProtectionRegime as "data-protection regime" {
        Gdpr = "gdpr", "DSGVO", "GDPR";
        Bdsg = "bdsg", "BDSG Teil 3", "BDSG part 3";
        Kdg = "kdg", "KDG (katholische Kirche)", "KDG (Catholic Church)";
        DsgEkd = "dsg_ekd", "DSG-EKD (evangelische Kirche)", "DSG-EKD (Protestant Church)";
    }
}

impl DataProtectionRegime {
    /// The law that an organisation of this role falls under, unless it says otherwise.
    #[must_use]
    pub const fn usual_for(role: Role) -> Self {
        match role {
            Role::Office => Self::Bdsg,
            Role::Centre | Role::Coordination | Role::Auditor | Role::Operator => Self::Gdpr,
        }
    }
}

/// An organisation that takes part in the exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Organisation {
    /// Its identifier.
    pub id: OrganisationId,
    /// Its role in the agreement.
    pub role: Role,
    /// Its name, for people.
    pub name: ShortText,
    /// The police office it is; exactly for the role [`Role::Office`].
    pub office: Option<OfficeId>,
    /// The data-protection law it falls under.
    pub regime: DataProtectionRegime,
}

impl Organisation {
    /// What it stands for; none when its role and its office contradict each other.
    #[must_use]
    pub fn standing(&self) -> Option<Standing> {
        Standing::of(self.role, self.office.clone())
    }
}

/// An organisation that is to take part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewOrganisation {
    /// Its role in the agreement.
    pub role: Role,
    /// Its name, for people.
    pub name: ShortText,
    /// The police office it is; exactly for the role [`Role::Office`].
    pub office: Option<OfficeId>,
    /// The data-protection law it falls under.
    pub regime: DataProtectionRegime,
}

/// A machine client: one system of an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredClient {
    /// OAuth client identifier.
    pub id: ClientId,
    /// The organisation that it speaks for.
    pub organisation: Organisation,
    /// By what it is known.
    pub credential: Credential,
    /// What it is allowed; none: all that its organisation's role may ever do, in versions to come as well.
    pub scopes: Option<AccessScopes>,
    /// Whether it is let in.
    pub active: bool,
}

impl RegisteredClient {
    /// What it is allowed, within its organisation's role.
    #[must_use]
    pub fn allowed(&self) -> AccessScopes {
        let possible = AccessScopes::of_role(self.organisation.role);
        match &self.scopes {
            Some(scopes) => scopes.both(&possible),
            None => possible,
        }
    }
}

/// A client that is to be added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewClient {
    /// OAuth client identifier.
    pub id: ClientId,
    /// The organisation that it will speak for.
    pub organisation: OrganisationId,
    /// By what it is known.
    pub credential: Credential,
    /// What it is allowed; none: all that its organisation's role may ever do.
    pub scopes: Option<AccessScopes>,
}

/// By what a client is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Credential {
    /// The public key of the key that it signs its assertions with (RFC 7523).
    Key(ClientKey),
    /// The address at which its organisation publishes its public keys (`jwks_uri`, RFC 7591), already checked by whoever
    /// registered it.
    KeySet(String),
    /// It gets its tokens from another issuer.
    Issuer(AtIssuer),
}

/// A public key as JSON Web Key (RFC 7517), already checked by whoever registered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKey {
    /// The JWK document.
    pub jwk: String,
}

/// A client of another issuer.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AtIssuer {
    /// The issuer (`iss`), as its tokens name it.
    pub issuer: String,
    /// The client's identifier there (`client_id`).
    pub client: String,
}

impl From<ClientKey> for Credential {
    fn from(key: ClientKey) -> Self {
        Self::Key(key)
    }
}

/// What can be changed about a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientChange {
    /// It is shut out, or let in again.
    Active(bool),
    /// It is known by something else.
    Credential(Credential),
    /// It is allowed something else; none: all that its organisation's role may ever do.
    Scopes(Option<AccessScopes>),
}
