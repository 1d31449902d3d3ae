//! Contact consents and contact details, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{CentreCaller, OfficeCaller},
    audit::Logged,
    contact::{ContactDetails, ContactDraft, ContactRecord, ContactWithdrawal, Released},
    exchange::{
        ContactConsentDesk, ContactConsentView, ContactInboxDesk, ContactReleaseDesk, ContactView,
        NewContactConsent,
    },
    ids::{ContactConsentId, ContactDetailsId},
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

#[async_trait(?Send)]
impl ContactConsentDesk for FakeExchange {
    async fn record_contact_consent(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: NewContactConsent,
    ) -> Result<Logged<ContactConsentView>, Error> {
        self.fail()
    }

    async fn contact_consent(
        &self,
        _: &OfficeCaller,
        _: ContactConsentId,
    ) -> Result<ContactConsentView, Error> {
        self.fail()
    }

    async fn withdraw_contact_consent(
        &self,
        _: &OfficeCaller,
        _: ContactConsentId,
    ) -> Result<Logged<ContactWithdrawal>, Error> {
        self.fail()
    }

    async fn mark_expired_contact_consents(&self) -> Result<usize, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ContactReleaseDesk for FakeExchange {
    async fn release_contact(
        &self,
        _: &OfficeCaller,
        _: &RequestKey,
        _: ContactDraft,
    ) -> Result<Logged<ContactRecord>, Error> {
        self.fail()
    }

    async fn released_contact(
        &self,
        _: &OfficeCaller,
        _: ContactDetailsId,
    ) -> Result<ContactRecord, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ContactInboxDesk for FakeExchange {
    async fn contact_inbox(
        &self,
        _: &CentreCaller,
        _: PageRequest,
    ) -> Result<Page<ContactView>, Error> {
        self.fail()
    }

    async fn addressed_contact(
        &self,
        _: &CentreCaller,
        _: ContactDetailsId,
    ) -> Result<ContactView, Error> {
        self.fail()
    }

    async fn collect_contact(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: ContactDetailsId,
    ) -> Result<Logged<ContactDetails<Released>>, Error> {
        self.fail()
    }

    async fn acknowledge_contact(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: ContactDetailsId,
    ) -> Result<Logged<ContactView>, Error> {
        self.fail()
    }

    async fn confirm_contact_erased(
        &self,
        _: &CentreCaller,
        _: &RequestKey,
        _: ContactDetailsId,
    ) -> Result<Logged<ContactView>, Error> {
        self.fail()
    }
}
