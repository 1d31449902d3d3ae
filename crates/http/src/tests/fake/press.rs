//! Press releases, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::PartnerOrCoordination,
    audit::Logged,
    exchange::PressDesk,
    gathering::LongGeneralText,
    ids::PressReleaseId,
    press::{NewPressRelease, PressStanding, PressText, StoredPressRelease},
    store::{Page, PageRequest, RequestKey},
};

use super::FakeExchange;

type Changed = Result<Logged<StoredPressRelease>, Error>;

#[async_trait(?Send)]
impl PressDesk for FakeExchange {
    async fn draft_press_release(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: NewPressRelease,
    ) -> Changed {
        self.fail()
    }

    async fn press_release(
        &self,
        _: &PartnerOrCoordination,
        _: PressReleaseId,
    ) -> Result<StoredPressRelease, Error> {
        self.fail()
    }

    async fn press_releases(
        &self,
        _: &PartnerOrCoordination,
        _: Option<PressStanding>,
        _: PageRequest,
    ) -> Result<Page<StoredPressRelease>, Error> {
        self.fail()
    }

    async fn revise_press_release(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: PressReleaseId,
        _: u32,
        _: PressText,
    ) -> Changed {
        self.fail()
    }

    async fn comment_press_release(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: PressReleaseId,
        _: u32,
        _: LongGeneralText,
    ) -> Changed {
        self.fail()
    }

    async fn approve_press_release(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: PressReleaseId,
        _: u32,
    ) -> Changed {
        self.fail()
    }

    async fn publish_press_release(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: PressReleaseId,
    ) -> Changed {
        self.fail()
    }

    async fn discard_press_release(
        &self,
        _: &PartnerOrCoordination,
        _: &RequestKey,
        _: PressReleaseId,
    ) -> Changed {
        self.fail()
    }
}
