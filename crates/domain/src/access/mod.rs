//! Who calls: organisations, their clients, the role a call is made in, and what it may do.

mod caller;
mod invitation;
mod organisation;
mod overseer;
mod scope;
mod user;

pub use caller::{
    AuditorCaller, Caller, CentreCaller, ClientId, ClientIdError, CoordinationCaller,
    CountingCaller, Keeper, OfficeCaller, Operator, OperatorCaller, Partner, PartnerOrCoordination,
    Standing, WrongRoleError,
};
pub use invitation::{Invitation, InvitationSecret};
pub use organisation::{
    AtIssuer, ClientChange, ClientKey, Credential, DataProtectionRegime, NewClient,
    NewOrganisation, Organisation, RegisteredClient, Role,
};
pub use overseer::Overseer;
pub use scope::{AccessScope, AccessScopes, AccessScopesError};
pub use user::{UserReference, UserReferenceError};
