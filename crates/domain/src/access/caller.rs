//! The caller of an operation, and one type for each kind that may call.

use serde::Serialize;

use super::{RegisteredClient, Role, UserReference};
use crate::{ids::OrganisationId, office::OfficeId, regional::Party};

/// OAuth client identifier: 3 to 64 characters from `a-z 0-9 . -`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct ClientId(String);

/// Not a client identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a client id has 3 to 64 characters from a-z 0-9 . -, starting with a letter or digit")]
pub struct ClientIdError;

impl ClientId {
    /// Checks and wraps an identifier.
    ///
    /// # Errors
    /// When it is of another form.
    pub fn parse(text: impl Into<String>) -> Result<Self, ClientIdError> {
        let text = text.into();
        let starts_well = text
            .bytes()
            .next()
            .is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
        let allowed = text
            .bytes()
            .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'.' | b'-'));
        if starts_well && allowed && (3..=64).contains(&text.len()) {
            Ok(Self(text))
        } else {
            Err(ClientIdError)
        }
    }

    /// The identifier itself.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Display for ClientId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

/// What a caller stands for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// A counselling centre.
    Centre,
    /// The named police office.
    Office(OfficeId),
    /// The network's coordination.
    Coordination,
    /// An auditor of the disclosure log.
    Auditor,
    /// The operator of this installation.
    Operator,
}

impl Standing {
    /// What an organisation with this role stands for. An office is named exactly by organisations that are one.
    #[must_use]
    pub fn of(role: Role, office: Option<OfficeId>) -> Option<Self> {
        match (role, office) {
            (Role::Office, Some(office)) => Some(Self::Office(office)),
            (Role::Centre, None) => Some(Self::Centre),
            (Role::Coordination, None) => Some(Self::Coordination),
            (Role::Auditor, None) => Some(Self::Auditor),
            (Role::Operator, None) => Some(Self::Operator),
            (Role::Office, None)
            | (Role::Centre | Role::Coordination | Role::Auditor | Role::Operator, Some(_)) => None,
        }
    }

    /// The role without its particulars.
    #[must_use]
    pub const fn role(&self) -> Role {
        match self {
            Self::Centre => Role::Centre,
            Self::Office(_) => Role::Office,
            Self::Coordination => Role::Coordination,
            Self::Auditor => Role::Auditor,
            Self::Operator => Role::Operator,
        }
    }
}

/// Whoever called, after the access token was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caller {
    /// The client that called.
    pub client: ClientId,
    /// The organisation that it speaks for.
    pub organisation: OrganisationId,
    /// What that organisation is.
    pub standing: Standing,
    /// On whose behalf, as far as the client said so.
    pub user: Option<UserReference>,
}

impl Caller {
    /// A registered client calls; none when its organisation's role and office contradict each other.
    #[must_use]
    pub fn of(client: &RegisteredClient, user: Option<UserReference>) -> Option<Self> {
        Some(Self {
            client: client.id.clone(),
            organisation: client.organisation.id,
            standing: client.organisation.standing()?,
            user,
        })
    }
}

/// The caller's kind may never do this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this operation is for callers of another role")]
pub struct WrongRoleError;

/// A counselling centre calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CentreCaller(Caller);

/// A police office calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfficeCaller {
    caller: Caller,
    office: OfficeId,
}

/// An auditor calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditorCaller(Caller);

/// Whoever may know how many events there are, and no more: an auditor, or the network's coordination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountingCaller(Caller);

/// The network's coordination calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CoordinationCaller(Caller);

/// The operator calls.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperatorCaller(Caller);

/// Whoever runs this installation, in one way or the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Operator {
    /// By a command on the machine, which has the database and the keys anyway.
    AtTheMachine,
    /// By a client.
    Calling(OperatorCaller),
}

impl Operator {
    /// The client, if there is one.
    #[must_use]
    pub const fn caller(&self) -> Option<&Caller> {
        match self {
            Self::AtTheMachine => None,
            Self::Calling(OperatorCaller(caller)) => Some(caller),
        }
    }
}

/// Whoever keeps entries of the directory (agreement, point 2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Keeper {
    /// A centre its own.
    Centre(CentreCaller),
    /// The coordination all of them; it alone confirms them.
    Coordination(CoordinationCaller),
    /// Whoever runs the installation, so that it has a directory to begin with.
    Operator(Operator),
}

impl Keeper {
    /// Who called; none for a command on the machine.
    #[must_use]
    pub fn caller(&self) -> Option<&Caller> {
        match self {
            Self::Centre(caller) => Some(caller.as_ref()),
            Self::Coordination(caller) => Some(caller.as_ref()),
            Self::Operator(operator) => operator.caller(),
        }
    }

    /// The one organisation whose entries it keeps; none: it keeps all.
    #[must_use]
    pub const fn only(&self) -> Option<OrganisationId> {
        match self {
            Self::Centre(caller) => Some(caller.centre()),
            Self::Coordination(_) | Self::Operator(_) => None,
        }
    }
}

/// Whoever makes agreements with the other side (agreement, point 9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Partner {
    /// A counselling centre.
    Centre(CentreCaller),
    /// A police office.
    Office(OfficeCaller),
}

impl Partner {
    /// As which party of an agreement it acts.
    #[must_use]
    pub fn party(&self) -> Party {
        match self {
            Self::Centre(caller) => Party::Centre(caller.centre()),
            Self::Office(caller) => Party::Office(caller.office().clone()),
        }
    }
}

impl TryFrom<Caller> for Partner {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        CentreCaller::try_from(caller.clone())
            .map(Self::Centre)
            .or_else(|_| OfficeCaller::try_from(caller).map(Self::Office))
    }
}

/// Whoever may know what was agreed regionally: the partners, and the network's coordination.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PartnerOrCoordination {
    /// A partner.
    Partner(Partner),
    /// The coordination.
    Coordination(CoordinationCaller),
}

impl TryFrom<Caller> for PartnerOrCoordination {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        Partner::try_from(caller.clone())
            .map(Self::Partner)
            .or_else(|_| CoordinationCaller::try_from(caller).map(Self::Coordination))
    }
}

impl AsRef<Caller> for Partner {
    fn as_ref(&self) -> &Caller {
        match self {
            Self::Centre(caller) => caller.as_ref(),
            Self::Office(caller) => caller.as_ref(),
        }
    }
}

impl AsRef<Caller> for PartnerOrCoordination {
    fn as_ref(&self) -> &Caller {
        match self {
            Self::Partner(caller) => caller.as_ref(),
            Self::Coordination(caller) => caller.as_ref(),
        }
    }
}

impl TryFrom<Caller> for Keeper {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        CentreCaller::try_from(caller.clone())
            .map(Self::Centre)
            .or_else(|_| CoordinationCaller::try_from(caller).map(Self::Coordination))
    }
}

impl CentreCaller {
    /// The centre's identifier.
    #[must_use]
    pub const fn centre(&self) -> OrganisationId {
        self.0.organisation
    }
}

impl OfficeCaller {
    /// The office that calls.
    #[must_use]
    pub const fn office(&self) -> &OfficeId {
        &self.office
    }
}

macro_rules! as_caller {
    ($($name:ident => |$this:ident| $caller:expr),+) => {$(
        impl AsRef<Caller> for $name {
            fn as_ref(&self) -> &Caller {
                let $this = self;
                $caller
            }
        }
    )+};
}
as_caller!(Caller => |c| c, CentreCaller => |c| &c.0, OfficeCaller => |c| &c.caller, AuditorCaller => |c| &c.0, CountingCaller => |c| &c.0, CoordinationCaller => |c| &c.0, OperatorCaller => |c| &c.0);

macro_rules! only_from {
    ($($standing:ident => $name:ident),+) => {$(
        impl TryFrom<Caller> for $name {
            type Error = WrongRoleError;
            fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
                if caller.standing == Standing::$standing {
                    Ok(Self(caller))
                } else {
                    Err(WrongRoleError)
                }
            }
        }
    )+};
}
only_from!(Centre => CentreCaller, Coordination => CoordinationCaller, Auditor => AuditorCaller, Operator => OperatorCaller);

impl TryFrom<Caller> for CountingCaller {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        match caller.standing {
            Standing::Auditor | Standing::Coordination => Ok(Self(caller)),
            Standing::Centre | Standing::Office(_) | Standing::Operator => Err(WrongRoleError),
        }
    }
}

impl TryFrom<Caller> for OfficeCaller {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        match &caller.standing {
            Standing::Office(office) => Ok(Self {
                office: office.clone(),
                caller,
            }),
            _ => Err(WrongRoleError),
        }
    }
}
