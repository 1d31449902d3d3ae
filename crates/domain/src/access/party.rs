//! Callers of two kinds, where both do the same.

use super::{Caller, CentreCaller, CoordinationCaller, OfficeCaller, WrongRoleError};

/// One of the two who work together (agreement, point 9).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Party {
    /// A counselling centre.
    Centre(CentreCaller),
    /// A police office.
    Office(OfficeCaller),
}

/// Whoever may know which offices have no contact, and nothing of what contacts say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overseer {
    /// A police office.
    Office(OfficeCaller),
    /// The network's coordination.
    Coordination(CoordinationCaller),
}

impl AsRef<Caller> for Party {
    fn as_ref(&self) -> &Caller {
        match self {
            Self::Centre(caller) => caller.as_ref(),
            Self::Office(caller) => caller.as_ref(),
        }
    }
}

impl TryFrom<Caller> for Party {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        CentreCaller::try_from(caller.clone())
            .map(Self::Centre)
            .or_else(|_| OfficeCaller::try_from(caller).map(Self::Office))
    }
}

impl TryFrom<Caller> for Overseer {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        OfficeCaller::try_from(caller.clone())
            .map(Self::Office)
            .or_else(|_| CoordinationCaller::try_from(caller).map(Self::Coordination))
    }
}
