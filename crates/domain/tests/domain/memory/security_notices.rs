//! Security notices.

use std::collections::BTreeSet;

use freigabe_domain::{
    ids::{OrganisationId, SecurityNoticeId},
    instant::Instant,
    office::OfficeId,
    security_notice::{NoticeDelivery, SecurityNotice, SecurityNoticeState, ThreatAssessment},
    store::{Cursor, Lock, Page, PageRequest, SecurityNoticeStore, StoreError},
};

use super::{
    MemoryTx,
    ports::{Order, affected, page},
    scope::{CENTRE, CENTRE_OFFICE, CENTRE_OFFICE_UPKEEP, CENTRE_UPKEEP, OFFICE, UPKEEP},
};

impl<'tx> SecurityNoticeStore<'tx> for MemoryTx<'tx> {
    async fn centres_taking_part(&mut self) -> Result<Vec<OrganisationId>, StoreError> {
        self.only(OFFICE, "centres_taking_part")?;
        // Nobody is registered here: whoever keeps an entry takes part.
        let all = self.state.centres.entries.values();
        let keepers: BTreeSet<_> = all.filter_map(|centre| centre.organisation).collect();
        Ok(keepers.into_iter().collect())
    }

    async fn insert_security_notice(
        &mut self,
        notice: &SecurityNotice,
        assessment: &ThreatAssessment,
    ) -> Result<(), StoreError> {
        self.only_office(&notice.office, "insert_security_notice")?;
        let row = (notice.clone(), Some(assessment.clone()));
        self.writable()?.security_notices.insert(notice.id, row);
        Ok(())
    }

    async fn security_notice(
        &mut self,
        id: SecurityNoticeId,
    ) -> Result<Option<SecurityNotice>, StoreError> {
        self.only(OFFICE, "security_notice")?;
        let found = self.state.security_notices.get(&id);
        Ok(found.map(|(notice, _)| notice.clone()))
    }

    async fn lock_security_notice(
        &mut self,
        id: SecurityNoticeId,
        _: Lock,
    ) -> Result<Option<SecurityNotice>, StoreError> {
        self.only(CENTRE_OFFICE_UPKEEP, "lock_security_notice")?;
        self.store.wait_for_row();
        let found = self.state.security_notices.get(&id);
        Ok(found.map(|(notice, _)| notice.clone()))
    }

    async fn security_notices_by_id(
        &mut self,
        ids: &[SecurityNoticeId],
    ) -> Result<Vec<SecurityNotice>, StoreError> {
        self.only(CENTRE_OFFICE, "security_notices_by_id")?;
        let all = ids
            .iter()
            .filter_map(|id| self.state.security_notices.get(id));
        Ok(all.map(|(notice, _)| notice.clone()).collect())
    }

    async fn security_notices(
        &mut self,
        office: &OfficeId,
        request: PageRequest,
    ) -> Result<Page<SecurityNotice>, StoreError> {
        self.only_office(office, "security_notices")?;
        let all = self.state.security_notices.values().map(|(one, _)| one);
        let own = all.filter(|one| one.office == *office).cloned();
        Ok(page(own.collect(), Order::NewestFirst, request, |one| {
            Cursor {
                at: one.issued_at,
                id: one.id.as_uuid(),
            }
        }))
    }

    async fn threat_assessment(
        &mut self,
        id: SecurityNoticeId,
    ) -> Result<Option<ThreatAssessment>, StoreError> {
        self.only(CENTRE, "threat_assessment")?;
        let found = self.state.security_notices.get(&id);
        Ok(found.and_then(|(_, said)| said.clone()))
    }

    async fn end_security_notice(&mut self, notice: &SecurityNotice) -> Result<(), StoreError> {
        self.only_office(&notice.office, "end_security_notice")?;
        let row = self.writable()?.security_notices.get_mut(&notice.id);
        let (held, said) = row.ok_or(affected("end_security_notice"))?;
        *held = notice.clone();
        if notice.state == SecurityNoticeState::Withdrawn {
            *said = None;
        }
        Ok(())
    }

    async fn insert_deliveries(&mut self, deliveries: &[NoticeDelivery]) -> Result<(), StoreError> {
        self.only(OFFICE, "insert_deliveries")?;
        let known = &mut self.writable()?.deliveries;
        known.extend(deliveries.iter().map(|one| (key(one), one.clone())));
        Ok(())
    }

    async fn deliveries_of(
        &mut self,
        ids: &[SecurityNoticeId],
    ) -> Result<Vec<NoticeDelivery>, StoreError> {
        self.only(OFFICE, "deliveries_of")?;
        let all = self.state.deliveries.values();
        Ok(all
            .filter(|one| ids.contains(&one.notice))
            .cloned()
            .collect())
    }

    async fn lock_delivery(
        &mut self,
        id: SecurityNoticeId,
        centre: OrganisationId,
    ) -> Result<Option<NoticeDelivery>, StoreError> {
        self.only(CENTRE_UPKEEP, "lock_delivery")?;
        self.store.wait_for_row();
        Ok(self.state.deliveries.get(&(id, centre)).cloned())
    }

    async fn deliveries_to(
        &mut self,
        centre: OrganisationId,
        request: PageRequest,
    ) -> Result<Page<NoticeDelivery>, StoreError> {
        self.only_centre(centre, "deliveries_to")?;
        let all = self.state.deliveries.values();
        let own = all.filter(|one| one.organisation == centre).cloned();
        Ok(page(own.collect(), Order::NewestFirst, request, |one| {
            Cursor {
                at: one.issued_at,
                id: one.notice.as_uuid(),
            }
        }))
    }

    async fn update_delivery(&mut self, delivery: &NoticeDelivery) -> Result<(), StoreError> {
        self.only(CENTRE_UPKEEP, "update_delivery")?;
        let row = self.writable()?.deliveries.get_mut(&key(delivery));
        *row.ok_or(affected("update_delivery"))? = delivery.clone();
        Ok(())
    }

    async fn due_deliveries(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<(SecurityNoticeId, OrganisationId)>, StoreError> {
        self.only(UPKEEP, "due_deliveries")?;
        let holds = |one: &&NoticeDelivery| {
            let of = self.state.security_notices.get(&one.notice);
            of.is_some_and(|(of, _)| of.holds_at(now))
        };
        let all = self.state.deliveries.values();
        let due = all.filter(|one| one.is_to_be_reminded(now)).filter(holds);
        let mut due: Vec<_> = due.map(|one| (one.remind_at, key(one))).collect();
        due.sort_unstable();
        due.truncate(usize::from(limit));
        Ok(due.into_iter().map(|(_, key)| key).collect())
    }
}

const fn key(delivery: &NoticeDelivery) -> (SecurityNoticeId, OrganisationId) {
    (delivery.notice, delivery.organisation)
}
