//! What events say about point 5: security notices.

use super::Event;
use crate::{
    ids::SecurityNoticeId,
    security_notice::{AcknowledgingRole, NoticeDelivery, SecurityNotice},
};

impl Event {
    /// About a version of a security notice. If it is addressed to one centre alone it is said which, and whom it is about.
    #[must_use]
    pub fn about_security_notice(mut self, notice: &SecurityNotice) -> Self {
        self.security_notice = Some(notice.id);
        self.centre = notice.audience.only();
        if let Some(known) = notice.audience.known() {
            self.case = Some(known.case);
            self.person = Some(known.person.clone());
        }
        self
    }

    /// About what became of a security notice at this centre.
    #[must_use]
    pub const fn at_centre(mut self, delivery: &NoticeDelivery) -> Self {
        self.centre = Some(delivery.organisation);
        self
    }

    /// In the place of this version.
    #[must_use]
    pub const fn superseding(mut self, before: SecurityNoticeId) -> Self {
        self.supersedes = Some(before);
        self
    }

    /// Acknowledged as this.
    #[must_use]
    pub const fn acknowledged_as(mut self, role: AcknowledgingRole) -> Self {
        self.answer = Some(role.code());
        self
    }
}
