//! Whom one side names to the other, and how they are reached.

use serde::{Deserialize, Serialize};

use crate::{
    directory::{Address, AddressError, Channel},
    error::InvalidInput,
    text::ShortText,
    vocabulary::vocabulary,
};

vocabulary! {
    /// One of the two that a pair is of.
    Side as "side of a contact pair" {
        Office = "office", "Dienststelle", "police office";
        Centre = "centre", "Fachberatungsstelle", "counselling centre";
    }
}

impl Side {
    /// The one opposite.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Office => Self::Centre,
            Self::Centre => Self::Office,
        }
    }
}

vocabulary! {
    /// As what somebody is to be called. It outlasts the person who has it.
    PairRole as "role of a contact" {
        TraffickingContact = "trafficking_contact", "Ansprechperson Menschenhandel", "contact for human trafficking";
        VictimProtectionOfficer = "victim_protection_officer", "Opferschutzbeauftragte", "victim protection officer";
        Investigation = "investigation", "Ermittlungsführung", "investigation";
        OnCallDesk = "on_call_desk", "Dauerdienst", "police desk on call";
        Counselling = "counselling", "Beratung", "counselling";
        OnCallCounselling = "on_call_counselling", "Bereitschaft der Beratung", "counselling on call";
        SecurityOfficer = "security_officer", "Sicherheitsbeauftragte Person", "security officer";
        Management = "management", "Leitung", "management";
    }
}

impl PairRole {
    /// Whether there is such a role on this side.
    #[must_use]
    pub const fn fits(self, side: Side) -> bool {
        match self {
            Self::VictimProtectionOfficer | Self::Investigation | Self::OnCallDesk => {
                matches!(side, Side::Office)
            }
            Self::Counselling | Self::OnCallCounselling => matches!(side, Side::Centre),
            Self::TraffickingContact | Self::SecurityOfficer | Self::Management => true,
        }
    }
}

vocabulary! {
    /// By what somebody is reached.
    PairChannel as "channel of a contact" {
        Phone = "phone", "Telefon", "telephone";
        Mobile = "mobile", "Mobiltelefon", "mobile telephone";
        Email = "email", "E-Mail", "e-mail";
    }
}

impl PairChannel {
    /// The channel of the directory whose addresses have the same form.
    const fn as_in_directory(self) -> Channel {
        match self {
            Self::Phone | Self::Mobile => Channel::Phone,
            Self::Email => Channel::Email,
        }
    }
}

/// What is wrong with one contact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(transparent)]
pub struct RoleContactError(#[from] AddressError);

/// One contact: a role, by what it is reached, and if it helps a name.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "WrittenRoleContact")]
pub struct RoleContact {
    // INVARIANT: the value is an address of the channel (`RoleContact::new`).
    role: PairRole,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<ShortText>,
    channel: PairChannel,
    value: Address,
    #[serde(skip_serializing_if = "Option::is_none")]
    reachable: Option<ShortText>,
}

impl RoleContact {
    /// A contact: the role, a name if one is told, the channel with a number or an e-mail address, and when somebody is reached if that
    /// is told.
    ///
    /// # Errors
    /// When the value is none of the channel.
    pub fn new(
        role: PairRole,
        name: Option<ShortText>,
        (channel, value): (PairChannel, String),
        reachable: Option<ShortText>,
    ) -> Result<Self, RoleContactError> {
        Ok(Self {
            role,
            name,
            channel,
            value: Address::parse(channel.as_in_directory(), value)?,
            reachable,
        })
    }

    /// The role.
    #[must_use]
    pub const fn role(&self) -> PairRole {
        self.role
    }

    /// Who has it, if that is told.
    #[must_use]
    pub const fn name(&self) -> Option<&ShortText> {
        self.name.as_ref()
    }

    /// By what it is reached.
    #[must_use]
    pub const fn channel(&self) -> PairChannel {
        self.channel
    }

    /// The number, or the e-mail address.
    #[must_use]
    pub fn value(&self) -> &str {
        self.value.as_str()
    }

    /// When somebody is reached there, if that is told.
    #[must_use]
    pub const fn reachable(&self) -> Option<&ShortText> {
        self.reachable.as_ref()
    }
}

/// Who it is, and how she is reached, must not reach a log.
impl std::fmt::Debug for RoleContact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RoleContact")
            .field("role", &self.role)
            .field("channel", &self.channel)
            .finish_non_exhaustive()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenRoleContact {
    role: PairRole,
    name: Option<ShortText>,
    channel: PairChannel,
    value: String,
    reachable: Option<ShortText>,
}

impl TryFrom<WrittenRoleContact> for RoleContact {
    type Error = RoleContactError;
    fn try_from(written: WrittenRoleContact) -> Result<Self, RoleContactError> {
        let by = (written.channel, written.value);
        Self::new(written.role, written.name, by, written.reachable)
    }
}

/// At most so many contacts in a half.
pub const MOST_CONTACTS: usize = 8;

/// The contacts that one side names.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct HalfContacts {
    // INVARIANT: 1 to MOST_CONTACTS, none twice, each of a role that its side has (`HalfContacts::new`).
    contacts: Vec<RoleContact>,
}

impl HalfContacts {
    /// The contacts of a half.
    ///
    /// # Errors
    /// Everything that is wrong, each with its place in a body whose member `contacts` they are.
    pub fn new(side: Side, contacts: Vec<RoleContact>) -> Result<Self, Vec<InvalidInput>> {
        let mut faults = Vec::new();
        if !(1..=MOST_CONTACTS).contains(&contacts.len()) {
            faults.push(InvalidInput::new(
                "/contacts".to_owned(),
                "must be 1 to 8 contacts",
            ));
        }
        for (index, contact) in contacts.iter().enumerate() {
            if !contact.role.fits(side) {
                let detail = match side {
                    Side::Office => "is no role of a police office",
                    Side::Centre => "is no role of a counselling centre",
                };
                faults.push(InvalidInput::new(format!("/contacts/{index}/role"), detail));
            }
            let same = |other: &RoleContact| {
                other.role == contact.role
                    && other.channel == contact.channel
                    && other.value == contact.value
            };
            if contacts.iter().take(index).any(same) {
                let detail = "stands there already: the same role is reached at the same place";
                faults.push(InvalidInput::new(format!("/contacts/{index}"), detail));
            }
        }
        if faults.is_empty() {
            Ok(Self { contacts })
        } else {
            Err(faults)
        }
    }

    /// The contacts, in the order in which their side wrote them.
    #[must_use]
    pub fn all(&self) -> &[RoleContact] {
        &self.contacts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contact(role: PairRole, channel: PairChannel, value: &str) -> RoleContact {
        RoleContact::new(role, None, (channel, value.to_owned()), None).unwrap()
    }

    fn pointers(side: Side, contacts: Vec<RoleContact>) -> Vec<String> {
        let faults = HalfContacts::new(side, contacts).err().unwrap_or_default();
        faults.into_iter().map(|fault| fault.pointer).collect()
    }

    #[test]
    fn every_role_is_one_of_a_side_and_both_sides_have_some() {
        for role in PairRole::ALL {
            assert!(Side::ALL.iter().any(|side| role.fits(*side)), "{role}");
        }
        for side in Side::ALL {
            let of_it_alone = |role: &PairRole| role.fits(*side) && !role.fits(side.other());
            assert!(
                PairRole::ALL.iter().copied().any(|role| of_it_alone(&role)),
                "{side}"
            );
        }
    }

    #[test]
    fn a_value_is_one_of_its_channel() {
        use PairChannel::{Email, Mobile, Phone};
        for (channel, value) in [
            (Phone, "+49 381 555 0100"),
            (Mobile, "0170 5550100"),
            (Email, "ahorn@example.org"),
        ] {
            contact(PairRole::Management, channel, value);
        }
        for (channel, value) in [
            (Phone, "ahorn@example.org"),
            (Mobile, "call me"),
            (Email, "0381 555 0100"),
            (Email, "ahorn@example"),
        ] {
            let made = RoleContact::new(PairRole::Management, None, (channel, value.into()), None);
            assert!(made.is_err(), "{channel} {value}");
        }
    }

    #[test]
    fn a_half_has_one_to_eight_contacts_of_its_side_and_none_twice() {
        let phone =
            |role, number: usize| contact(role, PairChannel::Phone, &format!("0381 {number:04}"));
        let counselling = |number| phone(PairRole::Counselling, number);
        assert!(pointers(Side::Centre, (0..8).map(counselling).collect()).is_empty());
        assert_eq!(
            pointers(Side::Centre, (0..9).map(counselling).collect()),
            ["/contacts"]
        );
        assert_eq!(pointers(Side::Centre, Vec::new()), ["/contacts"]);
        let wrong = vec![
            phone(PairRole::Management, 1),
            phone(PairRole::Investigation, 2),
            phone(PairRole::Management, 1),
        ];
        assert_eq!(
            pointers(Side::Centre, wrong),
            ["/contacts/1/role", "/contacts/2"]
        );
        assert_eq!(
            pointers(Side::Office, vec![counselling(1)]),
            ["/contacts/0/role"]
        );
    }

    #[test]
    fn debug_shows_neither_a_name_nor_a_number() {
        let name = ShortText::parse("Kim Kanarienvogel").unwrap();
        let by = (PairChannel::Phone, "+49 40 4711".to_owned());
        let contact = RoleContact::new(PairRole::Counselling, Some(name), by, None).unwrap();
        let half = HalfContacts::new(Side::Centre, vec![contact]).unwrap();
        let shown = format!("{half:?}");
        assert!(shown.contains("Counselling"), "{shown}");
        assert!(
            !shown.contains("Kanarien") && !shown.contains("4711"),
            "{shown}"
        );
    }

    #[test]
    fn a_contact_reads_back_and_one_of_another_form_does_not() {
        let by = (PairChannel::Email, "ahorn@example.org".to_owned());
        let contact = RoleContact::new(PairRole::Management, None, by, None).unwrap();
        let json = serde_json::to_string(&contact).unwrap();
        assert_eq!(serde_json::from_str::<RoleContact>(&json).unwrap(), contact);
        for bad in [
            r#"{"role":"management","channel":"email","value":"0381 555"}"#,
            r#"{"role":"management","channel":"fax","value":"0381 555"}"#,
            r#"{"role":"management","channel":"phone","value":"0381 555","street":"x"}"#,
        ] {
            assert!(serde_json::from_str::<RoleContact>(bad).is_err(), "{bad}");
        }
    }
}
