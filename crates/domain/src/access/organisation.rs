//! Organisations that take part, and the machine clients that speak for them.

use super::ClientId;
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

/// A machine client: one system of an organisation, known by the public key that it signs its assertions with (RFC 7523).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisteredClient {
    /// OAuth client identifier.
    pub id: ClientId,
    /// The organisation that it speaks for.
    pub organisation: Organisation,
    /// Its public key.
    pub key: ClientKey,
    /// Whether it may obtain tokens.
    pub active: bool,
}

/// A public key as JSON Web Key (RFC 7517), already checked by whoever registered it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientKey {
    /// The JWK document.
    pub jwk: String,
}

/// What can be changed about a client.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ClientChange {
    /// It is shut out, or let in again.
    Active(bool),
    /// It has another key.
    Key(ClientKey),
}
