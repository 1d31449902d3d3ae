//! Who calls: organisations, their clients, and the role a call is made in.

mod caller;
mod organisation;

pub use caller::{
    AuditorCaller, Caller, CentreCaller, ClientId, ClientIdError, OfficeCaller, Standing,
    WrongRoleError,
};
pub use organisation::{
    ClientChange, ClientKey, DataProtectionRegime, Organisation, RegisteredClient, Role,
};
