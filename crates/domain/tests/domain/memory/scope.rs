//! The rows that there are for the one a transaction is carried out for, as the databases' own rules have it.

use freigabe_domain::{
    access::ClientId, disclosure::DisclosureRecord, ids::CaseId, store::Scope, store::StoreError,
    withdrawal::WithdrawalNotice,
};

use super::{Case, Consent, MemoryTx, Message};

impl MemoryTx<'_> {
    /// Messages of the centre, for the office, or all for the upkeep.
    pub(super) fn visible_messages(&self) -> impl Iterator<Item = &Message> {
        let all = self.state.disclosures.values();
        all.filter(|message| self.sees_message(&message.record))
    }

    /// Consents of the centre, those that messages for the office rest on, or all for the upkeep.
    pub(super) fn visible_consents(&self) -> impl Iterator<Item = &Consent> {
        let all = self.state.consents.values();
        all.filter(|consent| match &self.scope {
            Scope::Centre { organisation, .. } => consent.head.centre == *organisation,
            Scope::Office { .. } => self
                .visible_messages()
                .any(|message| message.record.consent == consent.head.id),
            Scope::Upkeep => true,
            _ => false,
        })
    }

    /// Notices of the centre or for the office.
    pub(super) fn visible_notices(&self) -> impl Iterator<Item = &WithdrawalNotice> {
        let all = self.state.notices.values();
        all.filter(|notice| match &self.scope {
            Scope::Centre { organisation, .. } => notice.centre == *organisation,
            Scope::Office { office, .. } => notice.office == *office,
            _ => false,
        })
    }

    /// A case of the centre, or one that a message for the office is about.
    pub(super) fn sees_case(&self, id: CaseId, case: &Case) -> bool {
        match &self.scope {
            Scope::Centre { organisation, .. } => case.centre == *organisation,
            Scope::Office { .. } => self
                .visible_messages()
                .any(|message| message.record.case == id),
            _ => false,
        }
    }

    fn sees_message(&self, record: &DisclosureRecord) -> bool {
        match &self.scope {
            Scope::Centre { organisation, .. } => record.centre == *organisation,
            Scope::Office { office, .. } => record.recipient == *office,
            Scope::Upkeep => true,
            _ => false,
        }
    }

    /// Events are written in one's own name, and by nobody who only signs in or asks for what is everybody's.
    pub(super) fn may_append(&self, actor: Option<&ClientId>) -> Result<(), StoreError> {
        let own = match &self.scope {
            Scope::Centre { client, .. }
            | Scope::Office { client, .. }
            | Scope::Auditor { client } => actor == Some(client),
            Scope::Denied { client } => actor == client.as_ref(),
            Scope::Operator | Scope::Upkeep => actor.is_none(),
            Scope::SignIn { .. } | Scope::Directory => false,
        };
        own.then_some(()).ok_or_else(|| self.out_of_scope("append"))
    }

    /// The log is for auditors.
    pub(super) fn reads_log(&self) -> bool {
        matches!(self.scope, Scope::Auditor { .. })
    }

    /// What only the operator may do.
    pub(super) fn operates(&self, what: &str) -> Result<(), StoreError> {
        (self.scope == Scope::Operator)
            .then_some(())
            .ok_or_else(|| self.out_of_scope(what))
    }

    fn out_of_scope(&self, what: &str) -> StoreError {
        StoreError::Defect(format!("{what} is out of reach for {:?}", self.scope))
    }
}
