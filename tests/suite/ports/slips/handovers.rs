//! How handovers are written, and what they change of messages, by mistake. What the store refuses stays refused.

use freigabe_domain::{
    disclosure::{DisclosureRecord, DisclosureState, RedirectionPermit},
    handover::Handover,
    ids::{CaseId, HandoverId},
    instant::Instant,
    office::OfficeId,
    store::{Page, PageRequest, StoreError, prelude::*},
};
use freigabe_testkit::over::SqlTx;

use super::{
    super::{
        given::GIVEN,
        world::{at, case, consent, office},
    },
    Slip, Slips,
};

/// All of them.
const PAGE: PageRequest = PageRequest {
    after: None,
    limit: 99,
};

impl Slips {
    pub(super) async fn inserted_handover(
        &self,
        transaction: &mut SqlTx<'_>,
        handover: &Handover,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::LosesHandovers) && self.desk.is_by(&handover.office) {
            let made = transaction.handovers_by(&handover.office, PAGE).await?;
            let place = |one: &Handover| (one.case(), one.turn);
            let is_taken = |one: &Handover| one.id == handover.id || place(one) == place(handover);
            if !made.items.iter().any(is_taken) {
                return Ok(());
            }
        }
        transaction.insert_handover(handover).await
    }

    pub(super) async fn acknowledged_handover(
        &self,
        transaction: &mut SqlTx<'_>,
        id: HandoverId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        if transaction.acknowledge_handover(id, at).await? {
            return Ok(true);
        }
        let known = transaction.handover(id).await?;
        let again = known.is_some_and(|known| known.acknowledged_at.is_some());
        Ok(again && self.makes(Slip::AcknowledgesAgain))
    }

    pub(super) async fn waiting(
        &self,
        transaction: &mut SqlTx<'_>,
        office: &OfficeId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError> {
        let mut found = transaction.inbox(office, now, page).await?;
        if page.after.is_none() && self.makes(Slip::ShowsWhatWasHandedOver) {
            for number in 0..4 {
                let latest = transaction.latest_handover(case(number), office).await?;
                if latest.is_some_and(|latest| latest.office == *office) {
                    let live = transaction
                        .live_disclosures_for(case(number), office)
                        .await?;
                    let shown = live.into_iter().filter(|record| {
                        record.state == DisclosureState::Held && is_in_force(record, now)
                    });
                    found.items.extend(shown);
                }
            }
            found.items.truncate(usize::from(page.limit));
        }
        Ok(found)
    }

    pub(super) async fn redirected<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        permit: &RedirectionPermit<'tx>,
    ) -> Result<(), StoreError> {
        let held = transaction.disclosure(permit.record().id).await?;
        let waits = held.is_some_and(|held| held.state == DisclosureState::Held);
        if waits && self.makes(Slip::KeepsRecipients) {
            return Ok(());
        }
        transaction.redirect(permit).await
    }

    pub(super) async fn live_for(
        &self,
        transaction: &mut SqlTx<'_>,
        case: CaseId,
        of: &OfficeId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        let mut live = transaction.live_disclosures_for(case, of).await?;
        if self.makes(Slip::ListsMessagesForAnyOffice) {
            for other in [office(0), office(1)].iter().filter(|other| *other != of) {
                live.extend(transaction.live_disclosures_for(case, other).await?);
            }
        }
        Ok(live)
    }
}

fn is_in_force(record: &DisclosureRecord, now: Instant) -> bool {
    let mut all = (0..).zip(&GIVEN);
    let under = all.find(|(number, _)| consent(*number) == record.consent);
    under.is_some_and(|(_, given)| now < at(given.until))
}
