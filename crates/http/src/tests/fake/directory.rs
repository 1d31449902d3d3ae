//! The directory, which fails like everything else.

use async_trait::async_trait;
use freigabe_domain::{
    Error,
    access::{CoordinationCaller, Keeper},
    audit::Logged,
    directory::{
        Centre, CentreEntry, ConfirmationRules, EntryStanding, MatchPosition, NameMatch,
        NamedPlace, Search,
    },
    exchange::{
        DirectoryDesk, Found, ImportDesk, ImportOutcome, ImportedCentre, KeeperDesk, Near,
        UnknownPlace,
    },
    ids::{CentreId, OrganisationId},
    instant::Instant,
    office::{Land, Place, Postcode},
    store::{Page, RequestKey},
};

use super::FakeExchange;

type Kept = Result<Logged<(Centre, Instant)>, Error>;

#[async_trait(?Send)]
impl DirectoryDesk for FakeExchange {
    async fn search_centres(
        &self,
        _: Option<&Near>,
        _: &Search,
        _: Option<MatchPosition>,
        _: u16,
    ) -> Result<Result<Found, UnknownPlace>, Error> {
        self.fail()
    }

    async fn places(
        &self,
        _: &str,
        _: Option<Land>,
        _: u16,
    ) -> Result<Vec<(NamedPlace, NameMatch)>, Error> {
        self.fail()
    }

    async fn place_of(&self, _: &Postcode) -> Result<Option<Place>, Error> {
        self.fail()
    }

    async fn centre(&self, _: CentreId) -> Result<(Centre, Instant), Error> {
        self.fail()
    }

    async fn centres(
        &self,
        _: Option<CentreId>,
        _: u16,
    ) -> Result<(Page<Centre, CentreId>, Instant), Error> {
        self.fail()
    }

    fn confirmation_rules(&self) -> ConfirmationRules {
        ConfirmationRules::default()
    }
}

#[async_trait(?Send)]
impl KeeperDesk for FakeExchange {
    async fn kept_centres(
        &self,
        _: &Keeper,
        _: Option<EntryStanding>,
        _: Option<CentreId>,
        _: u16,
    ) -> Result<(Page<Centre, CentreId>, Instant), Error> {
        self.fail()
    }

    async fn add_centre(
        &self,
        _: &Keeper,
        _: &RequestKey,
        _: Option<OrganisationId>,
        _: &CentreEntry,
    ) -> Kept {
        self.fail()
    }

    async fn change_centre(
        &self,
        _: &Keeper,
        _: CentreId,
        _: Option<u64>,
        _: &CentreEntry,
    ) -> Kept {
        self.fail()
    }

    async fn confirm_centre(&self, _: &CoordinationCaller, _: CentreId, _: Option<u64>) -> Kept {
        self.fail()
    }

    async fn set_keeper(
        &self,
        _: &CoordinationCaller,
        _: CentreId,
        _: Option<u64>,
        _: Option<OrganisationId>,
    ) -> Kept {
        self.fail()
    }

    async fn remove_centre(
        &self,
        _: &CoordinationCaller,
        _: CentreId,
        _: Option<u64>,
    ) -> Result<Logged<()>, Error> {
        self.fail()
    }
}

#[async_trait(?Send)]
impl ImportDesk for FakeExchange {
    async fn import_centres(
        &self,
        _: &Keeper,
        _: &[ImportedCentre],
        _: bool,
    ) -> Result<Logged<ImportOutcome>, Error> {
        self.fail()
    }
}
