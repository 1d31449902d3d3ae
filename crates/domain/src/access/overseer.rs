//! Callers of two kinds, where both do the same.

use super::{Caller, CoordinationCaller, OfficeCaller, WrongRoleError};

/// Whoever may know which offices have no contact, and nothing of what contacts say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Overseer {
    /// A police office.
    Office(OfficeCaller),
    /// The network's coordination.
    Coordination(CoordinationCaller),
}

impl TryFrom<Caller> for Overseer {
    type Error = WrongRoleError;
    fn try_from(caller: Caller) -> Result<Self, WrongRoleError> {
        OfficeCaller::try_from(caller.clone())
            .map(Self::Office)
            .or_else(|_| CoordinationCaller::try_from(caller).map(Self::Coordination))
    }
}
