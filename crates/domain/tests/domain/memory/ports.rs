//! What the domain asks of a transaction about consents and messages.

use std::hash::{DefaultHasher, Hash, Hasher};

use freigabe_domain::{
    audit::LoggedAs,
    consent::{
        CaseReferences, ConsentEvent, ConsentEventKind, ConsentHead, ConsentStatus, Decision,
        LockedConsent, RevisionRecord,
    },
    disclosure::{
        CollectionPermit, Content, DisclosureRecord, DisclosureState, Pseudonym, RedirectionPermit,
        ReleasePermit, SealReason,
    },
    ids::{CaseId, ConsentId, DisclosureId, OrganisationId, WithdrawalNoticeId},
    instant::Instant,
    office::OfficeId,
    store::{
        ConsentStore, Cursor, DisclosureStore, EarlierRequest, Lock, NoticeStore, Page,
        PageRequest, RequestKey, RequestStore, Scope, StoreError, StoredCase, Tx,
    },
    withdrawal::{NoticeAnswer, WithdrawalNotice},
};
use freigabe_ledger::Leaf;
use uuid::Uuid;

use super::{
    Case, Consent, MemoryTx, Message,
    scope::{CENTRE, CENTRE_OFFICE, CENTRE_OFFICE_UPKEEP, CENTRE_UPKEEP, OFFICE, UPKEEP},
};

impl<'tx> Tx<'tx> for MemoryTx<'tx> {
    async fn now(&mut self) -> Result<Instant, StoreError> {
        Ok(self.store.now())
    }

    async fn commit(self) -> Result<(), StoreError> {
        self.finish()
    }

    async fn rollback(self) -> Result<(), StoreError> {
        Ok(())
    }
}

pub(super) const fn affected(operation: &'static str) -> StoreError {
    StoreError::Affected {
        operation,
        affected: 0,
    }
}

pub(super) fn hash_of(what: impl Hash) -> [u8; 16] {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    u128::from(hasher.finish()).to_be_bytes()
}

pub(super) enum Order {
    OldestFirst,
    NewestFirst,
}

pub(super) fn page<T>(
    mut rows: Vec<T>,
    order: Order,
    request: PageRequest,
    position: impl Fn(&T) -> Cursor,
) -> Page<T> {
    rows.sort_by_key(&position);
    if let Order::NewestFirst = order {
        rows.reverse();
    }
    if let Some(after) = request.after {
        rows.retain(|row| match order {
            Order::OldestFirst => position(row) > after,
            Order::NewestFirst => position(row) < after,
        });
    }
    rows.truncate(usize::from(request.limit) + 1);
    Page::cut(rows, request.limit, position)
}

const fn position(record: &DisclosureRecord) -> Cursor {
    Cursor {
        at: record.released_at,
        id: record.id.as_uuid(),
    }
}

impl MemoryTx<'_> {
    fn consent_row(&self, id: ConsentId) -> Option<LockedConsent> {
        let stored = self.state.consents.get(&id)?;
        Some(LockedConsent {
            head: stored.head.clone(),
            decision: stored.revisions.last()?.decision.clone(),
        })
    }

    fn records(&self) -> impl Iterator<Item = &DisclosureRecord> {
        self.state
            .disclosures
            .values()
            .map(|message| &message.record)
    }
}

impl<'tx> ConsentStore<'tx> for MemoryTx<'tx> {
    async fn case_for(
        &mut self,
        centre: OrganisationId,
        references: &CaseReferences,
        fresh: CaseId,
        _at: Instant,
    ) -> Result<StoredCase, StoreError> {
        match self.scope {
            // Whether it is the office's own, the use case knows alone.
            Scope::Office { .. } => {}
            _ => self.only_centre(centre, "case_for")?,
        }
        let state = self.writable()?;
        let found = state
            .cases
            .iter()
            .find(|(_, case)| case.centre == centre && case.references == *references);
        if let Some((id, case)) = found {
            return Ok(StoredCase {
                id: *id,
                person: case.person.clone(),
            });
        }
        let person = Pseudonym::from_bytes(hash_of(fresh));
        state.cases.insert(
            fresh,
            Case {
                centre,
                references: references.clone(),
                person: person.clone(),
            },
        );
        Ok(StoredCase { id: fresh, person })
    }

    async fn case_references(&mut self, case: CaseId) -> Result<CaseReferences, StoreError> {
        self.only(CENTRE, "case_references")?;
        let case = self.state.cases.get(&case);
        case.map(|case| case.references.clone())
            .ok_or(affected("case_references"))
    }

    async fn pseudonym(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Pseudonym, StoreError> {
        self.only(CENTRE_OFFICE, "pseudonym")?;
        Ok(Pseudonym::from_bytes(hash_of((case, office))))
    }

    async fn lock_consent(
        &mut self,
        id: ConsentId,
        _lock: Lock,
    ) -> Result<Option<LockedConsent>, StoreError> {
        self.only(CENTRE_OFFICE, "lock_consent")?;
        self.store.wait_for_row();
        Ok(self.consent_row(id))
    }

    async fn lock_head(&mut self, id: ConsentId) -> Result<Option<ConsentHead>, StoreError> {
        self.only(CENTRE_OFFICE_UPKEEP, "lock_head")?;
        Ok(self.state.consents.get(&id).map(|c| c.head.clone()))
    }

    async fn insert_consent(
        &mut self,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        self.only_centre(head.centre, "insert_consent")?;
        let consent = Consent {
            head: head.clone(),
            revisions: vec![RevisionRecord {
                number: head.revision,
                recorded_at: head.recorded_at,
                decision: decision.clone(),
            }],
            events: vec![ConsentEvent {
                kind: ConsentEventKind::Recorded,
                revision: head.revision,
                at: head.recorded_at,
            }],
        };
        self.writable()?.consents.insert(head.id, consent);
        Ok(())
    }

    async fn insert_revision(
        &mut self,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        self.only_centre(head.centre, "insert_revision")?;
        let stored = self.writable()?.consents.get_mut(&head.id);
        let stored = stored
            .filter(|stored| stored.head.revision + 1 == head.revision)
            .ok_or(affected("insert_revision"))?;
        stored.head = head.clone();
        stored.revisions.push(RevisionRecord {
            number: head.revision,
            recorded_at: head.changed_at,
            decision: decision.clone(),
        });
        stored.events.push(ConsentEvent {
            kind: ConsentEventKind::Revised,
            revision: head.revision,
            at: head.changed_at,
        });
        Ok(())
    }

    async fn update_head(
        &mut self,
        head: &ConsentHead,
        event: ConsentEvent,
    ) -> Result<(), StoreError> {
        if self.only(UPKEEP, "update_head").is_err() {
            self.only_centre(head.centre, "update_head")?;
        }
        let stored = self.writable()?.consents.get_mut(&head.id);
        let stored = stored.ok_or(affected("update_head"))?;
        stored.head = head.clone();
        stored.events.push(event);
        Ok(())
    }

    async fn consent(&mut self, id: ConsentId) -> Result<Option<LockedConsent>, StoreError> {
        self.only(CENTRE_OFFICE, "consent")?;
        Ok(self.consent_row(id))
    }

    async fn consent_history(
        &mut self,
        id: ConsentId,
    ) -> Result<(Vec<RevisionRecord>, Vec<ConsentEvent>), StoreError> {
        self.only(CENTRE, "consent_history")?;
        let stored = self.state.consents.get(&id);
        stored
            .map(|stored| (stored.revisions.clone(), stored.events.clone()))
            .ok_or(affected("consent_history"))
    }

    async fn consents(
        &mut self,
        centre: OrganisationId,
        request: PageRequest,
    ) -> Result<Page<ConsentHead>, StoreError> {
        self.only_centre(centre, "consents")?;
        let heads = self.state.consents.values().map(|stored| &stored.head);
        let own = heads
            .filter(|head| head.centre == centre)
            .cloned()
            .collect();
        Ok(page(own, Order::NewestFirst, request, |head| Cursor {
            at: head.recorded_at,
            id: head.id.as_uuid(),
        }))
    }

    async fn consents_past_their_end(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<ConsentId>, StoreError> {
        self.only(UPKEEP, "consents_past_their_end")?;
        let heads = self.state.consents.values().map(|stored| &stored.head);
        let mut past: Vec<_> = heads
            .filter(|head| {
                head.status == ConsentStatus::Given
                    && head.valid_until.is_some_and(|end| end <= now)
            })
            .map(|head| (head.valid_until, head.id))
            .collect();
        past.sort_unstable();
        past.truncate(usize::from(limit));
        Ok(past.into_iter().map(|(_, id)| id).collect())
    }
}

impl<'tx> DisclosureStore<'tx> for MemoryTx<'tx> {
    async fn hold(&mut self, permit: &ReleasePermit<'tx>) -> Result<(), StoreError> {
        self.only_centre(permit.record().centre, "hold")?;
        let message = Message {
            record: permit.record().clone(),
            content: Some(permit.content().clone()),
        };
        let id = permit.record().id;
        self.writable()?.disclosures.insert(id, message);
        Ok(())
    }

    async fn open_content(
        &mut self,
        permit: &CollectionPermit<'tx>,
    ) -> Result<Option<Content>, StoreError> {
        self.only_office(&permit.record().recipient, "open_content")?;
        let message = self.state.disclosures.get(&permit.id());
        let message = message.ok_or(affected("open_content"))?;
        Ok(message.content.clone())
    }

    async fn mark_collected(&mut self, permit: &CollectionPermit<'tx>) -> Result<(), StoreError> {
        self.only_office(&permit.record().recipient, "mark_collected")?;
        let message = self.writable()?.disclosures.get_mut(&permit.id());
        let record = &mut message.ok_or(affected("mark_collected"))?.record;
        match record.state {
            DisclosureState::Held | DisclosureState::Collected => {
                record.state = DisclosureState::Collected;
                record.collected_at.get_or_insert(permit.at());
                Ok(())
            }
            _ => Err(StoreError::Conflict),
        }
    }

    async fn redirect(&mut self, permit: &RedirectionPermit<'tx>) -> Result<(), StoreError> {
        self.only_centre(permit.record().centre, "redirect")?;
        let message = self.writable()?.disclosures.get_mut(&permit.record().id);
        let record = &mut message.ok_or(StoreError::Conflict)?.record;
        if record.state != DisclosureState::Held || record.recipient != *permit.former() {
            return Err(StoreError::Conflict);
        }
        *record = permit.record().clone();
        Ok(())
    }

    async fn disclosure(
        &mut self,
        id: DisclosureId,
    ) -> Result<Option<DisclosureRecord>, StoreError> {
        self.only(CENTRE_OFFICE, "disclosure")?;
        let message = self.state.disclosures.get(&id);
        Ok(message.map(|message| message.record.clone()))
    }

    async fn disclosures(
        &mut self,
        centre: OrganisationId,
        request: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError> {
        self.only_centre(centre, "disclosures")?;
        let own = self.records().filter(|record| record.centre == centre);
        let own = own.cloned().collect();
        Ok(page(own, Order::NewestFirst, request, position))
    }

    async fn inbox(
        &mut self,
        office: &OfficeId,
        now: Instant,
        request: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError> {
        self.only_office(office, "inbox")?;
        let in_force = |id: &ConsentId| {
            self.state.consents.get(id).is_some_and(|stored| {
                stored.head.status_at(now) == ConsentStatus::Given
                    && stored.head.valid_from.is_some_and(|from| from <= now)
            })
        };
        let waiting = self.records().filter(|record| {
            record.state == DisclosureState::Held
                && record.recipient == *office
                && in_force(&record.consent)
                && !self.was_handed_over(record.case, office)
        });
        let waiting = waiting.cloned().collect();
        Ok(page(waiting, Order::OldestFirst, request, position))
    }

    async fn live_disclosures_of(
        &mut self,
        consent: ConsentId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        self.only(CENTRE_UPKEEP, "live_disclosures_of")?;
        use DisclosureState::{Acknowledged, Collected, Held};
        let live = self.records().filter(|record| {
            record.consent == consent && matches!(record.state, Held | Collected | Acknowledged)
        });
        let mut live: Vec<_> = live.cloned().collect();
        live.sort_by_key(position);
        Ok(live)
    }

    async fn live_disclosures_for(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        self.only(CENTRE_OFFICE, "live_disclosures_for")?;
        use DisclosureState::{Acknowledged, Collected, Held};
        let live = self.records().filter(|record| {
            record.case == case
                && record.recipient == *office
                && matches!(record.state, Held | Collected | Acknowledged)
        });
        let mut live: Vec<_> = live.cloned().collect();
        live.sort_by_key(position);
        Ok(live)
    }

    async fn closed_disclosures_of(
        &mut self,
        consent: ConsentId,
        state: DisclosureState,
        reason: SealReason,
    ) -> Result<usize, StoreError> {
        self.only(CENTRE, "closed_disclosures_of")?;
        let closed = self.records().filter(|record| {
            record.consent == consent && record.state == state && record.seal_reason == Some(reason)
        });
        Ok(closed.count())
    }

    async fn close(
        &mut self,
        id: DisclosureId,
        from: DisclosureState,
        to: DisclosureState,
        at: Instant,
    ) -> Result<bool, StoreError> {
        if let Some(message) = self.state.disclosures.get(&id) {
            self.only_concerned(&message.record, "close")?;
        }
        let message = self.writable()?.disclosures.get_mut(&id);
        let Some(message) = message.filter(|message| message.record.state == from) else {
            return Ok(false);
        };
        message.record.state = to;
        message.record.closed_at = Some(at);
        message.content = None;
        Ok(true)
    }

    async fn seal(
        &mut self,
        ids: &[DisclosureId],
        reason: SealReason,
        at: Instant,
    ) -> Result<usize, StoreError> {
        let mut sealed = 0;
        for id in ids {
            let held = DisclosureState::Held;
            if self.close(*id, held, DisclosureState::Sealed, at).await? {
                sealed += 1;
                let message = self.writable()?.disclosures.get_mut(id);
                message.ok_or(affected("seal"))?.record.seal_reason = Some(reason);
            }
        }
        Ok(sealed)
    }

    async fn destroy_content(&mut self, ids: &[DisclosureId]) -> Result<(), StoreError> {
        for message in ids.iter().filter_map(|id| self.state.disclosures.get(id)) {
            self.only_concerned(&message.record, "destroy_content")?;
        }
        for (id, message) in &mut self.writable()?.disclosures {
            if ids.contains(id) && message.record.state == DisclosureState::Collected {
                message.content = None;
            }
        }
        Ok(())
    }
}

impl<'tx> NoticeStore<'tx> for MemoryTx<'tx> {
    async fn insert_notices(&mut self, notices: &[WithdrawalNotice]) -> Result<(), StoreError> {
        for notice in notices {
            self.only_centre(notice.centre, "insert_notices")?;
        }
        let stored = &mut self.writable()?.notices;
        stored.extend(notices.iter().map(|notice| (notice.id, notice.clone())));
        Ok(())
    }

    async fn notice(
        &mut self,
        id: WithdrawalNoticeId,
    ) -> Result<Option<WithdrawalNotice>, StoreError> {
        self.only(OFFICE, "notice")?;
        Ok(self.state.notices.get(&id).cloned())
    }

    async fn notices(
        &mut self,
        office: &OfficeId,
        open_only: bool,
        request: PageRequest,
    ) -> Result<Page<WithdrawalNotice>, StoreError> {
        self.only_office(office, "notices")?;
        let wanted =
            self.state.notices.values().filter(|notice| {
                notice.office == *office && !(open_only && notice.answer.is_some())
            });
        let wanted = wanted.cloned().collect();
        Ok(page(wanted, Order::OldestFirst, request, |notice| Cursor {
            at: notice.issued_at,
            id: notice.id.as_uuid(),
        }))
    }

    async fn notices_of(
        &mut self,
        consent: ConsentId,
    ) -> Result<Vec<WithdrawalNotice>, StoreError> {
        self.only(CENTRE, "notices_of")?;
        let about = self.state.notices.values();
        let about = about.filter(|notice| notice.consent == consent);
        Ok(about.cloned().collect())
    }

    async fn answer_notice(
        &mut self,
        id: WithdrawalNoticeId,
        answer: &NoticeAnswer,
        at: Instant,
    ) -> Result<bool, StoreError> {
        self.only(OFFICE, "answer_notice")?;
        let notice = self.writable()?.notices.get_mut(&id);
        let open = notice.filter(|notice| notice.answer.is_none());
        Ok(open
            .map(|notice| notice.answer = Some((answer.clone(), at)))
            .is_some())
    }
}

impl<'tx> RequestStore<'tx> for MemoryTx<'tx> {
    async fn earlier_request(
        &mut self,
        request: &RequestKey,
    ) -> Result<Option<EarlierRequest>, StoreError> {
        self.only_its_client(request)?;
        let key = (request.client.clone(), request.key.as_str().to_owned());
        Ok(self.state.requests.get(&key).cloned())
    }

    async fn remember_request(
        &mut self,
        request: &RequestKey,
        resource: Uuid,
        leaf: &Leaf,
        at: Instant,
    ) -> Result<(), StoreError> {
        self.only_its_client(request)?;
        let key = (request.client.clone(), request.key.as_str().to_owned());
        let requests = &mut self.writable()?.requests;
        if requests.contains_key(&key) {
            return Err(StoreError::Conflict);
        }
        let earlier = EarlierRequest {
            fingerprint: request.fingerprint,
            resource,
            logged_as: Some(LoggedAs { leaf: *leaf, at }),
        };
        requests.insert(key, earlier);
        Ok(())
    }

    async fn forget_requests(&mut self, before: Instant) -> Result<usize, StoreError> {
        self.only(UPKEEP, "forget_requests")?;
        let requests = &mut self.writable()?.requests;
        let all = requests.len();
        requests.retain(|_, earlier| earlier.logged_as.is_some_and(|done| done.at >= before));
        Ok(all - requests.len())
    }
}
