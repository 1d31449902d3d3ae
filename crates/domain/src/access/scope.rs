//! What a client may do: OAuth scopes (RFC 6749 §3.3), each for some operations of some roles.

use std::{collections::BTreeSet, fmt};

use super::Role;
use crate::vocabulary::vocabulary;

vocabulary! {
    /// A scope: what a client is allowed within what its organisation's role may do.
    AccessScope as "scope" {
        ConsentsRead = "consents:read", "Einwilligungen lesen", "read consents";
        ConsentsWrite = "consents:write", "Einwilligungen erfassen, ändern und widerrufen", "record, revise and withdraw consents";
        DisclosuresRead = "disclosures:read", "Offenlegungen lesen", "read disclosures";
        DisclosuresWrite = "disclosures:write", "Offenlegungen prüfen, freigeben und zurückrufen", "check, release and recall disclosures";
        InboxRead = "inbox:read", "Eingang und Widerrufsmitteilungen sehen", "see the inbox and withdrawal notices";
        InboxWrite = "inbox:write", "Offenlegungen abholen und bestätigen, Widerrufsmitteilungen beantworten", "collect and acknowledge disclosures, answer withdrawal notices";
        DirectoryRead = "directory:read", "Verzeichnis lesen", "read the directory";
        DirectoryWrite = "directory:write", "Einträge im Verzeichnis der Fachberatungsstellen pflegen", "keep entries in the directory of counselling centres";
        InvolvementsRead = "involvements:read", "Hinweise auf Hilfe und Einbindungen lesen", "read referral notices and involvements";
        InvolvementsWrite = "involvements:write", "Hinweise auf Hilfe und Einbindungen vermerken, Anfragen beantworten", "note referrals and involvements, answer offers";
        ContactsRead = "contacts:read", "Kontakteinwilligungen und Kontaktdaten sehen", "see contact consents and contact details";
        ContactsWrite = "contacts:write", "Kontakteinwilligungen erfassen und widerrufen, Kontaktdaten freigeben und abholen", "record and withdraw contact consents, release and collect contact details";
        NoticesRead = "notices:read", "Sicherheitshinweise sehen", "see security notices";
        NoticesWrite = "notices:write", "Sicherheitshinweise geben, lesen und bestätigen", "issue, read and acknowledge security notices";
        RegionalRead = "regional:read", "regionale Vereinbarungen und Ansprechstellen sehen", "see regional agreements and contacts";
        RegionalWrite = "regional:write", "regionale Vereinbarungen schließen, Ansprechstellen nennen und bestätigen", "make regional agreements, name and confirm contacts";
        HandoversRead = "handovers:read", "Abgaben von Fällen sehen", "see handovers of cases";
        HandoversWrite = "handovers:write", "Fälle abgeben, Abgaben bestätigen", "hand cases over, acknowledge handovers";
        AuditRead = "audit:read", "Protokoll lesen", "read the log";
        AccessRead = "access:read", "Organisationen und Zugänge sehen", "see organisations and clients";
        AccessWrite = "access:write", "Organisationen und Zugänge verwalten", "manage organisations and clients";
    }
}

impl AccessScope {
    /// Whether clients of this role can make anything of it.
    #[must_use]
    pub const fn fits(self, role: Role) -> bool {
        match self {
            Self::ConsentsRead | Self::ConsentsWrite | Self::DisclosuresWrite => {
                matches!(role, Role::Centre)
            }
            Self::DisclosuresRead => matches!(role, Role::Centre | Role::Office),
            Self::InboxRead | Self::InboxWrite => matches!(role, Role::Office),
            Self::DirectoryRead => true,
            Self::DirectoryWrite => matches!(role, Role::Centre | Role::Coordination),
            // The coordination reads what nobody answered, and where nobody knows whom.
            Self::InvolvementsRead | Self::RegionalRead => {
                matches!(role, Role::Centre | Role::Office | Role::Coordination)
            }
            Self::InvolvementsWrite
            | Self::ContactsRead
            | Self::ContactsWrite
            | Self::NoticesRead
            | Self::NoticesWrite
            | Self::RegionalWrite
            | Self::HandoversRead
            | Self::HandoversWrite => {
                matches!(role, Role::Centre | Role::Office)
            }
            // The coordination reads numbers alone (§ 76(3) BDSG): what its role may call says so.
            Self::AuditRead => matches!(role, Role::Auditor | Role::Coordination),
            Self::AccessRead | Self::AccessWrite => matches!(role, Role::Operator),
        }
    }
}

/// Several scopes, each once. Written as in OAuth: codes with a space between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccessScopes(BTreeSet<AccessScope>);

/// Not scopes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is a scope that is unknown, or stands twice")]
pub struct AccessScopesError;

impl AccessScopes {
    /// Everything that clients of this role may ever do.
    #[must_use]
    pub fn of_role(role: Role) -> Self {
        AccessScope::ALL
            .iter()
            .copied()
            .filter(|scope| scope.fits(role))
            .collect()
    }

    /// Reads codes with one space between them; nothing at all is no scopes.
    ///
    /// # Errors
    /// When one is unknown or stands twice, or there is more than one space.
    pub fn parse(text: &str) -> Result<Self, AccessScopesError> {
        let mut scopes = BTreeSet::new();
        for code in text.split(' ').filter(|_| !text.is_empty()) {
            let scope = AccessScope::from_code(code).map_err(|_| AccessScopesError)?;
            if !scopes.insert(scope) {
                return Err(AccessScopesError);
            }
        }
        Ok(Self(scopes))
    }

    /// Those that are known among codes with spaces between them; what is unknown means something elsewhere.
    #[must_use]
    pub fn known_in(text: &str) -> Self {
        text.split(' ')
            .filter_map(|code| AccessScope::from_code(code).ok())
            .collect()
    }

    /// Whether this scope is among them.
    #[must_use]
    pub fn contains(&self, scope: AccessScope) -> bool {
        self.0.contains(&scope)
    }

    /// Those that are here and there.
    #[must_use]
    pub fn both(&self, other: &Self) -> Self {
        self.0.intersection(&other.0).copied().collect()
    }

    /// Whether all of them are there as well.
    #[must_use]
    pub fn within(&self, other: &Self) -> bool {
        self.0.is_subset(&other.0)
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each, in the vocabulary's order.
    pub fn iter(&self) -> impl Iterator<Item = AccessScope> {
        self.0.iter().copied()
    }
}

impl FromIterator<AccessScope> for AccessScopes {
    fn from_iter<I: IntoIterator<Item = AccessScope>>(scopes: I) -> Self {
        Self(scopes.into_iter().collect())
    }
}

impl fmt::Display for AccessScopes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, scope) in self.iter().enumerate() {
            if index > 0 {
                f.write_str(" ")?;
            }
            f.write_str(scope.code())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn scopes_are_written_as_they_are_read() {
        for role in Role::ALL {
            let all = AccessScopes::of_role(*role);
            assert!(all.contains(AccessScope::DirectoryRead));
            assert_eq!(AccessScopes::parse(&all.to_string()), Ok(all));
        }
        assert_eq!(AccessScopes::parse(""), Ok(AccessScopes::default()));
        for text in [
            " ",
            "consents:read ",
            "consents:read  audit:read",
            "consents:read consents:read",
            "everything",
            "Consents:read",
        ] {
            assert_eq!(
                AccessScopes::parse(text),
                Err(AccessScopesError),
                "{text:?}"
            );
        }
    }

    #[test]
    fn scopes_of_elsewhere_are_passed_over() {
        let known = AccessScopes::known_in("openid consents:read profile inbox:read consents:read");
        assert_eq!(known.to_string(), "consents:read inbox:read");
        assert!(AccessScopes::known_in("openid").is_empty());
    }

    #[test]
    fn no_role_can_do_what_is_anothers() {
        let centre = AccessScopes::of_role(Role::Centre);
        assert_eq!(
            centre.to_string(),
            "consents:read consents:write disclosures:read disclosures:write directory:read directory:write involvements:read involvements:write contacts:read contacts:write notices:read notices:write regional:read regional:write handovers:read handovers:write"
        );
        let office = AccessScopes::of_role(Role::Office);
        assert_eq!(
            office.to_string(),
            "disclosures:read inbox:read inbox:write directory:read involvements:read involvements:write contacts:read contacts:write notices:read notices:write regional:read regional:write handovers:read handovers:write"
        );
        assert_eq!(
            centre.both(&office).to_string(),
            "disclosures:read directory:read involvements:read involvements:write contacts:read contacts:write notices:read notices:write regional:read regional:write handovers:read handovers:write"
        );
        assert!(!centre.within(&office));
        assert_eq!(
            AccessScopes::of_role(Role::Auditor).to_string(),
            "directory:read audit:read"
        );
        assert_eq!(
            AccessScopes::of_role(Role::Coordination).to_string(),
            "directory:read directory:write involvements:read regional:read audit:read"
        );
        assert_eq!(
            AccessScopes::of_role(Role::Operator).to_string(),
            "directory:read access:read access:write"
        );
    }
}
