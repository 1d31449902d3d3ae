//! Security notices, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{CentreCaller, OfficeCaller},
    audit::Logged,
    exchange::{
        InboxNotice, NoticeReminderDesk, SecurityInboxDesk, SecurityNoticeDesk, SecurityNoticeView,
    },
    ids::SecurityNoticeId,
    security_notice::{AcknowledgingRole, NewSecurityNotice, NoticeVersion, ThreatAssessment},
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

type Changed = Result<Logged<SecurityNoticeView>, Error>;

#[async_trait(?Send)]
impl SecurityNoticeDesk for FakeExchange {
    async fn issue_security_notice(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: NewSecurityNotice,
    ) -> Changed {
        self.fail()
    }

    async fn security_notice(
        &self,
        _: &OfficeCaller,
        _: SecurityNoticeId,
    ) -> Result<SecurityNoticeView, Error> {
        self.fail()
    }

    async fn security_notices(
        &self,
        _: &OfficeCaller,
        _: PageRequest,
    ) -> Result<Page<SecurityNoticeView>, Error> {
        self.fail()
    }

    async fn supersede_security_notice(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: SecurityNoticeId,
        _: NoticeVersion,
    ) -> Changed {
        self.fail()
    }

    async fn withdraw_security_notice(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: SecurityNoticeId,
    ) -> Changed {
        self.fail()
    }
}

#[async_trait(?Send)]
impl SecurityInboxDesk for FakeExchange {
    async fn security_inbox(
        &self,
        _: &CentreCaller,
        _: PageRequest,
    ) -> Result<Page<InboxNotice>, Error> {
        self.fail()
    }

    async fn read_security_notice(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: SecurityNoticeId,
    ) -> Result<Logged<(InboxNotice, Option<ThreatAssessment>)>, Error> {
        self.fail()
    }

    async fn acknowledge_security_notice(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: SecurityNoticeId,
        _: AcknowledgingRole,
    ) -> Result<Logged<InboxNotice>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl NoticeReminderDesk for FakeExchange {
    async fn remind_of_security_notices(&self) -> Result<usize, Error> {
        self.fail()
    }
}
