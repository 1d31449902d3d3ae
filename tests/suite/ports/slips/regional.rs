//! How regional agreements are written and read, by mistake. What the store refuses stays refused.

use freigabe_domain::{
    ids::RegionalAgreementId,
    instant::Instant,
    office::{OfficeId, Postcode},
    regional::{AgreementStanding, Party, RegionalAgreement},
    store::{Page, PageRequest, StoreError, prelude::*},
};
use freigabe_testkit::over::SqlTx;

use super::{
    super::world::{By, centre, office},
    Slip, Slips,
};

impl Slips {
    /// The agreement, if this party of it acts.
    async fn own_agreement(
        &self,
        transaction: &mut SqlTx<'_>,
        id: RegionalAgreementId,
        party: &Party,
    ) -> Result<Option<RegionalAgreement>, StoreError> {
        let acts = match self.desk.by() {
            Some(By::Office(number)) => *party == Party::Office(office(number)),
            Some(By::Centre(number)) => *party == Party::Centre(centre(number)),
            _ => false,
        };
        let known = transaction.regional_agreement(id).await?;
        Ok(known.filter(|known| acts && known.binds(party)))
    }

    pub(super) async fn confirmed_agreement(
        &self,
        transaction: &mut SqlTx<'_>,
        (id, party): (RegionalAgreementId, &Party),
        at: Instant,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::ForgetsConfirmations) {
            let known = self.own_agreement(transaction, id, party).await?;
            if known.is_some_and(|known| !known.is_confirmed_by(party)) {
                return Ok(());
            }
        }
        transaction.confirm_regional_agreement(id, party, at).await
    }

    pub(super) async fn ended_agreement(
        &self,
        transaction: &mut SqlTx<'_>,
        (id, by): (RegionalAgreementId, &Party),
        at: Instant,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsEnded) {
            let known = self.own_agreement(transaction, id, by).await?;
            if known.is_some_and(|known| known.ended.is_none()) {
                return Ok(());
            }
        }
        transaction.end_regional_agreement(id, by, at).await
    }

    pub(super) async fn listed_agreements(
        &self,
        transaction: &mut SqlTx<'_>,
        standing: Option<AgreementStanding>,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<RegionalAgreement>, StoreError> {
        let standing = standing.filter(|_| !self.makes(Slip::ListsWhateverStanding));
        let found = transaction.regional_agreements(standing, now, page).await?;
        Ok(self.late(found, page))
    }

    pub(super) async fn agreed_deadlines(
        &self,
        transaction: &mut SqlTx<'_>,
        of: &OfficeId,
        place: Option<&Postcode>,
        now: Instant,
    ) -> Result<Vec<RegionalAgreement>, StoreError> {
        let place = place.filter(|_| !self.makes(Slip::OverlooksPlace));
        transaction.deadlines_agreed(of, place, now).await
    }
}
