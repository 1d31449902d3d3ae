//! What those may do for whom a transaction is carried out. Reaching for a table that is nothing to them, or writing into
//! another's row, is a defect of a use case. Reading another's row by its id is not refused here: as on SQLite, the use
//! case itself must turn it away, and its tests show that it does.

use freigabe_domain::{
    access::ClientId,
    disclosure::DisclosureRecord,
    ids::OrganisationId,
    office::OfficeId,
    store::{RequestKey, Scope, StoreError},
};

use super::MemoryTx;

/// The kinds of scope, by name.
pub(super) const CENTRE: &[&str] = &["centre"];
pub(super) const OFFICE: &[&str] = &["office"];
pub(super) const CENTRE_OFFICE: &[&str] = &["centre", "office"];
pub(super) const PARTNERS: &[&str] = &["centre", "office", "coordination"];
pub(super) const CENTRE_UPKEEP: &[&str] = &["centre", "upkeep"];
pub(super) const CENTRE_OFFICE_UPKEEP: &[&str] = &["centre", "office", "upkeep"];
pub(super) const OFFICE_UPKEEP: &[&str] = &["office", "upkeep"];
pub(super) const CENTRE_OFFICE_COORDINATION: &[&str] = &["centre", "office", "coordination"];
pub(super) const OFFICE_COORDINATION: &[&str] = &["office", "coordination"];
pub(super) const COORDINATION: &[&str] = &["coordination"];
pub(super) const UPKEEP: &[&str] = &["upkeep"];
pub(super) const SEQUENCER: &[&str] = &["sequencer"];
pub(super) const AUDITOR: &[&str] = &["auditor"];
pub(super) const OPERATOR: &[&str] = &["operator"];
pub(super) const KEEPERS: &[&str] = &["centre", "coordination", "operator"];
pub(super) const OPERATOR_INVITED: &[&str] = &["operator", "registration"];
pub(super) const OPERATOR_ELSEWHERE: &[&str] = &["operator", "registration", "admission"];

impl MemoryTx<'_> {
    /// Only scopes of these kinds do this.
    pub(super) fn only(&self, kinds: &[&str], what: &str) -> Result<(), StoreError> {
        let kind = match &self.scope {
            Scope::Centre { .. } => "centre",
            Scope::Office { .. } => "office",
            Scope::Coordination { .. } => "coordination",
            Scope::Auditor { .. } => "auditor",
            Scope::Denied { .. } => "denied",
            Scope::SignIn { .. } => "sign_in",
            Scope::Admission => "admission",
            Scope::Registration { .. } => "registration",
            Scope::Operator { .. } => "operator",
            Scope::Upkeep => "upkeep",
            Scope::Directory => "directory",
            Scope::Sequencer => "sequencer",
            Scope::Eraser => "eraser",
        };
        self.claim(kinds.contains(&kind), what)
    }

    /// Only this centre does this.
    pub(super) fn only_centre(&self, id: OrganisationId, what: &str) -> Result<(), StoreError> {
        let own = matches!(&self.scope, Scope::Centre { organisation, .. } if *organisation == id);
        self.claim(own, what)
    }

    /// Only this office does this.
    pub(super) fn only_office(&self, id: &OfficeId, what: &str) -> Result<(), StoreError> {
        let own = matches!(&self.scope, Scope::Office { office, .. } if office == id);
        self.claim(own, what)
    }

    /// Only the message's centre, its office and the upkeep do this.
    pub(super) fn only_concerned(
        &self,
        message: &DisclosureRecord,
        what: &str,
    ) -> Result<(), StoreError> {
        let concerned = match &self.scope {
            Scope::Centre { organisation, .. } => message.centre == *organisation,
            Scope::Office { office, .. } => message.recipient == *office,
            scope => *scope == Scope::Upkeep,
        };
        self.claim(concerned, what)
    }

    /// Requests are remembered for the client that calls.
    pub(super) fn only_its_client(&self, request: &RequestKey) -> Result<(), StoreError> {
        let own = match &self.scope {
            Scope::Centre { client, .. }
            | Scope::Office { client, .. }
            | Scope::Coordination { client } => *client == request.client,
            Scope::Operator { client } => client.as_ref() == Some(&request.client),
            _ => false,
        };
        self.claim(own, "a request")
    }

    /// One client is looked up to sign it in, any to let it in, and by the operator.
    pub(super) fn only_to_sign_in(&self, id: &ClientId) -> Result<(), StoreError> {
        let own = match &self.scope {
            Scope::SignIn { client } => client == id,
            scope => matches!(scope, Scope::Operator { .. } | Scope::Admission),
        };
        self.claim(own, "a client")
    }

    /// Events are written in one's own name.
    pub(super) fn only_in_its_name(&self, actor: Option<&ClientId>) -> Result<(), StoreError> {
        let own = match &self.scope {
            Scope::Centre { client, .. }
            | Scope::Office { client, .. }
            | Scope::Coordination { client }
            | Scope::Auditor { client } => actor == Some(client),
            Scope::Denied { client } | Scope::Operator { client } => actor == client.as_ref(),
            Scope::Registration { .. } | Scope::Upkeep | Scope::Sequencer | Scope::Eraser => {
                actor.is_none()
            }
            Scope::SignIn { .. } | Scope::Admission | Scope::Directory => false,
        };
        self.claim(own, "append")
    }

    fn claim(&self, granted: bool, what: &str) -> Result<(), StoreError> {
        let defect = || StoreError::Defect(format!("{what} is nothing for {:?}", self.scope));
        granted.then_some(()).ok_or_else(defect)
    }
}
