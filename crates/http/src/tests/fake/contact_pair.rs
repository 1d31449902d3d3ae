//! Contact pairs, which fail like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{CoordinationCaller, Overseer, Partner},
    audit::Logged,
    contact_pair::{OfficeWithoutContact, OtherSide, RoleContact},
    exchange::{ContactGapDesk, ContactPairDesk, ListedPair, PairView},
    ids::ContactPairId,
    office::OfficeId,
    store::{OfficeQuery, Page, PageRequest, RequestKey},
};

use super::FakeExchange;

type Changed = Result<Logged<PairView>, Error>;

#[async_trait(?Send)]
impl ContactPairDesk for FakeExchange {
    async fn open_contact_pair(
        &self,
        _: &Partner,
        _: &RequestKey,
        _: OtherSide,
        _: Vec<RoleContact>,
    ) -> Changed {
        self.fail()
    }

    async fn contact_pairs(&self, _: &Partner, _: PageRequest) -> Result<Page<ListedPair>, Error> {
        self.fail()
    }

    async fn all_contact_pairs(
        &self,
        _: &CoordinationCaller,
        _: PageRequest,
    ) -> Result<Page<ListedPair>, Error> {
        self.fail()
    }

    async fn contact_pair(&self, _: &Partner, _: ContactPairId) -> Result<PairView, Error> {
        self.fail()
    }

    async fn set_pair_contacts(
        &self,
        _: &Partner,
        _: ContactPairId,
        _: Option<u64>,
        _: Vec<RoleContact>,
    ) -> Changed {
        self.fail()
    }

    async fn confirm_contact_pair(&self, _: &Partner, _: ContactPairId, _: Option<u64>) -> Changed {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ContactGapDesk for FakeExchange {
    async fn offices_without_contact(
        &self,
        _: &Overseer,
        _: OfficeQuery,
        _: u16,
    ) -> Result<Page<OfficeWithoutContact, OfficeId>, Error> {
        self.fail()
    }
}
