//! Other issuers whose tokens are taken (RFC 9068): each for the organisations and roles that it may speak for.
//!
//! What such a token says about its client is only who it is. The organisation, and what it may do at all, stand in the
//! register here; the token can only narrow the scopes.

use std::collections::BTreeSet;

use freigabe_domain::{
    access::{AccessScopes, AtIssuer, Organisation, Role},
    exchange::Presenter,
    ids::OrganisationId,
    instant::Instant,
};

use super::{
    issuer::{Holder, LONGEST_LIFE, confirmation, is_current},
    jws::Unverified,
    key_set::{KeySetError, KeySetUri, KeySets},
};

/// `typ` of an access token; a JWT's media type may be written in full (RFC 9068 §2.1).
const TYPES: &[&str] = &["at+jwt", "application/at+jwt"];
/// The name of an issuer, and that of a client there, are at most this long, in characters.
const MOST_NAME: usize = 200;

/// Another issuer whose tokens are taken.
#[derive(Debug, Clone)]
pub struct TrustedIssuer {
    issuer: String,
    key_set: KeySetUri,
    roles: Vec<Role>,
    organisations: Vec<OrganisationId>,
}

/// Why an issuer can't be trusted as it was described.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TrustedIssuerError {
    /// Its name is no address.
    #[error("the issuer must be named exactly as in its tokens (`iss`): {0}")]
    Issuer(String),
    /// It speaks for no role.
    #[error("roles must name at least one role that its clients may have")]
    NoRole,
    /// It speaks for nobody.
    #[error("organisations must name at least one organisation that it may speak for")]
    NoOrganisation,
}

/// Two issuers are named like this, or it is this server's own name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the issuer {0} stands twice, or is this server's own")]
pub struct NamedTwice(pub String);

/// Checks the name of an issuer (RFC 8414 §2), which must be exactly what its tokens have in `iss`: an address as that of a
/// key set ([`KeySetUri`]), of at most 200 characters and without a query.
///
/// # Errors
/// What is wrong with it, in English.
pub fn issuer_is_acceptable(text: &str) -> Result<String, String> {
    KeySetUri::parse(text).map_err(|error| error.to_string())?;
    if text.chars().count() > MOST_NAME {
        return Err(format!("must not be longer than {MOST_NAME} characters"));
    }
    if text.contains('?') {
        return Err("must not have a query".to_owned());
    }
    Ok(text.to_owned())
}

/// Checks the identifier of a client at its issuer: 1 to 200 printable ASCII characters without spaces.
///
/// # Errors
/// What is wrong with it, in English.
pub fn client_at_issuer_is_acceptable(text: &str) -> Result<String, String> {
    if (1..=MOST_NAME).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err("must be 1 to 200 printable ASCII characters without spaces".to_owned())
    }
}

impl TrustedIssuer {
    /// An issuer with its name as in its tokens (`iss`), where it publishes its keys, and for whom it may speak.
    ///
    /// # Errors
    /// When that makes no sense.
    pub fn new(
        issuer: String,
        key_set: KeySetUri,
        roles: Vec<Role>,
        organisations: Vec<OrganisationId>,
    ) -> Result<Self, TrustedIssuerError> {
        issuer_is_acceptable(&issuer).map_err(TrustedIssuerError::Issuer)?;
        if roles.is_empty() {
            return Err(TrustedIssuerError::NoRole);
        }
        if organisations.is_empty() {
            return Err(TrustedIssuerError::NoOrganisation);
        }
        Ok(Self {
            issuer,
            key_set,
            roles,
            organisations,
        })
    }

    fn speaks_for(&self, organisation: &Organisation) -> bool {
        self.roles.contains(&organisation.role) && self.organisations.contains(&organisation.id)
    }
}

/// All issuers that are trusted besides this server's own.
#[derive(Debug, Default)]
pub(crate) struct TrustedIssuers(Vec<TrustedIssuer>);

impl TrustedIssuers {
    /// These, each once and none of them this server's own.
    pub(crate) fn new(issuers: Vec<TrustedIssuer>, own: &str) -> Result<Self, NamedTwice> {
        let mut names = BTreeSet::from([own]);
        match issuers
            .iter()
            .find(|trusted| !names.insert(&trusted.issuer))
        {
            Some(twice) => Err(NamedTwice(twice.issuer.clone())),
            None => Ok(Self(issuers)),
        }
    }

    /// Whether this issuer may speak for this organisation.
    pub(super) fn speaks_for(&self, issuer: &str, organisation: &Organisation) -> bool {
        self.named(issuer)
            .is_some_and(|trusted| trusted.speaks_for(organisation))
    }

    fn named(&self, issuer: &str) -> Option<&TrustedIssuer> {
        self.0.iter().find(|trusted| trusted.issuer == issuer)
    }

    /// Whoever a token was issued to by one of these, for this audience; none whatever is wrong with it. Whether its client
    /// is known here is not asked yet.
    ///
    /// # Errors
    /// When the issuer's keys can't be had: nothing can be said about the token then.
    pub(super) async fn verify(
        &self,
        token: &str,
        audience: &str,
        keys: &KeySets,
        now: Instant,
    ) -> Result<Option<Holder>, KeySetError> {
        let Some(read) = Unverified::read(token) else {
            return Ok(None);
        };
        let Some(trusted) = read.claimed("iss").and_then(|issuer| self.named(&issuer)) else {
            return Ok(None);
        };
        let is_access_token = read.header("typ").is_some_and(|typ| TYPES.contains(&typ));
        let kid = match (read.has_header("kid"), read.header("kid")) {
            (true, None) => return Ok(None),
            (_, kid) => kid.map(str::to_owned),
        };
        let (true, Some(algorithm)) = (is_access_token, read.algorithm()) else {
            return Ok(None);
        };
        let key = keys
            .key(&trusted.key_set, kid.as_deref(), algorithm)
            .await?;
        Ok(key.and_then(|key| {
            let claims = read.verify(&key.key, algorithm)?;
            let (issued, ends) = (claims.seconds("iat")?, claims.seconds("exp")?);
            let client = claims.text("client_id")?;
            claims.text("sub")?;
            is_current(&claims, &trusted.issuer, audience, now)?;
            let fits = ends.saturating_sub(issued) <= LONGEST_LIFE
                && client_at_issuer_is_acceptable(client).is_ok();
            fits.then_some(())?;
            Some(Holder {
                presenter: Presenter::AtIssuer(AtIssuer {
                    issuer: trusted.issuer.clone(),
                    client: client.to_owned(),
                }),
                claimed: None,
                // It may have scopes that mean something elsewhere.
                scopes: AccessScopes::known_in(claims.text("scope")?),
                confirmation: confirmation(&claims)?,
            })
        }))
    }
}

#[cfg(test)]
mod tests {
    use freigabe_domain::{access::DataProtectionRegime, text::ShortText};
    use uuid::Uuid;

    use super::*;

    fn issuer(name: &str) -> TrustedIssuer {
        let key_set = KeySetUri::parse("https://sso.example/keys").unwrap();
        let organisation = OrganisationId::from_uuid(Uuid::from_u128(1));
        TrustedIssuer::new(
            name.to_owned(),
            key_set,
            vec![Role::Office],
            vec![organisation],
        )
        .unwrap()
    }

    #[test]
    fn each_is_named_once_and_none_is_this_server() {
        const OWN: &str = "https://freigabe.example";
        let (one, other) = ("https://sso.example/a", "https://sso.example/b");
        let trusting = |names: &[&str]| {
            let issuers = names.iter().map(|name| issuer(name)).collect();
            TrustedIssuers::new(issuers, OWN).map(|_| ())
        };
        assert_eq!(trusting(&[one, other]), Ok(()));
        assert_eq!(
            trusting(&[one, other, one]),
            Err(NamedTwice(one.to_owned()))
        );
        assert_eq!(trusting(&[one, OWN]), Err(NamedTwice(OWN.to_owned())));
    }

    #[test]
    fn an_issuer_speaks_for_its_organisations_in_its_roles() {
        let name = "https://sso.example";
        let trusted = TrustedIssuers::new(vec![issuer(name)], "https://freigabe.example").unwrap();
        let organisation = |id: u128, role| Organisation {
            id: OrganisationId::from_uuid(Uuid::from_u128(id)),
            role,
            name: ShortText::parse("Bundespolizei").unwrap(),
            office: None,
            regime: DataProtectionRegime::Gdpr,
        };
        for (name, id, role, speaks) in [
            (name, 1, Role::Office, true),
            (name, 2, Role::Office, false),
            (name, 1, Role::Centre, false),
            (name, 2, Role::Centre, false),
            ("https://other.example", 1, Role::Office, false),
        ] {
            let organisation = organisation(id, role);
            let said = trusted.speaks_for(name, &organisation);
            assert_eq!(said, speaks, "{name}, {id}, {role:?}");
        }
    }

    #[test]
    fn issuers_and_their_clients_are_named_as_in_tokens() {
        let longest = format!("https://h.example/{}", "x".repeat(182));
        for name in ["https://sso.example", &longest] {
            assert_eq!(issuer_is_acceptable(name), Ok(name.to_owned()));
        }
        for name in ["fallsoftware", &"x".repeat(200)] {
            assert_eq!(client_at_issuer_is_acceptable(name), Ok(name.to_owned()));
        }
        assert!(issuer_is_acceptable("https://sso.example/realms/x").is_ok());
        assert!(issuer_is_acceptable("http://127.0.0.1:8080").is_ok());
        let long = format!("{longest}x");
        for bad in [
            "",
            "sso.example",
            "http://sso.example",
            "https://user@sso.example/",
            "https://sso.example/#key",
            "https://sso.example/?realm=x",
            &long,
        ] {
            assert!(issuer_is_acceptable(bad).is_err(), "{bad:?}");
        }
        assert!(client_at_issuer_is_acceptable("fallsoftware").is_ok());
        for bad in ["", "a b", "ä", &"x".repeat(201)] {
            assert!(client_at_issuer_is_acceptable(bad).is_err(), "{bad:?}");
        }
    }
}
