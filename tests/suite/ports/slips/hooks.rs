//! The hooks by which mistakes are made.

use std::sync::{PoisonError, atomic::Ordering};

use freigabe_domain::{
    access::{ClientChange, ClientId, RegisteredClient},
    audit::{AuditQuery, LeafRange, SealedEvent, StoredEvent},
    consent::{CaseReferences, ConsentEvent, ConsentForm, ConsentHead, Decision, LockedConsent},
    contact::{ContactCollectionPermit, ContactConsent, ContactRecord},
    contact_pair::{ContactPair, HalfContacts, HalfDates, Side},
    directory::Centre,
    disclosure::{CollectionPermit, Content, DisclosureRecord, DisclosureState, SealReason},
    erasure::EventOfCase,
    ids::{
        CaseId, ConsentId, ContactDetailsId, ContactPairId, DisclosureId, EventId,
        InvolvementOfferId, OrganisationId, WithdrawalNoticeId,
    },
    instant::Instant,
    involvement::{Involvement, InvolvementOffer},
    log::{Generation, LeafPlace, LogHead, PendingLeaf, StoredCheckpoint},
    office::{Office, OfficeId},
    store::{
        CentreQuery, CountedRequest, Cursor, GapQuery, OfficeQuery, Page, PageRequest, PairsOf,
        RequestKey, StoreError, StoredCase, prelude::*,
    },
    text::Reference,
    withdrawal::{NoticeAnswer, WithdrawalNotice},
};
use freigabe_ledger::{Commitment, Leaf, tile::Tile};
use freigabe_testkit::over::{Hooks, SqlTx};
use uuid::Uuid;

use super::{super::world::at, Slip, Slips};

impl Hooks for Slips {
    fn pauses(&self) -> bool {
        false
    }

    async fn now(&self, _: &mut SqlTx<'_>) -> Result<Instant, StoreError> {
        Ok(Instant::from_unix_micros(
            self.desk.clock.load(Ordering::SeqCst),
        ))
    }

    async fn commit(&self, transaction: SqlTx<'_>) -> Result<(), StoreError> {
        if self.makes(Slip::LosesCommits) {
            return transaction.rollback().await;
        }
        transaction.commit().await
    }

    async fn rollback(&self, transaction: SqlTx<'_>) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsWhatIsGivenUp) {
            return transaction.commit().await;
        }
        transaction.rollback().await
    }

    async fn open_content<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        permit: &CollectionPermit<'tx>,
    ) -> Result<Option<Content>, StoreError> {
        let content = transaction.open_content(permit).await?;
        *self
            .desk
            .opened
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = content.clone();
        Ok(content)
    }

    async fn remember_request<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        request: &RequestKey,
        resource: Uuid,
        leaf: &Leaf,
        at: Instant,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::RemembersNoRequest) {
            return Ok(());
        }
        transaction
            .remember_request(request, resource, leaf, at)
            .await
    }

    async fn forget_requests<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        before: Instant,
    ) -> Result<usize, StoreError> {
        let moment = i64::from(self.makes(Slip::ForgetsRequestsOfTheMoment));
        let before = Instant::from_unix_micros(before.as_unix_micros() + moment);
        transaction.forget_requests(before).await
    }

    async fn insert_revision<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::LosesRevisions) {
            return Ok(());
        }
        let mut head = head.clone();
        if self.makes(Slip::TakesStaleRevisions)
            && let Some(now) = transaction.lock_head(head.id).await?
        {
            head.revision = now.revision + 1;
        }
        transaction.insert_revision(&head, decision).await
    }

    async fn update_head<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        head: &ConsentHead,
        event: ConsentEvent,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsHeads) {
            return Ok(());
        }
        transaction.update_head(head, event).await
    }

    async fn consent<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: ConsentId,
    ) -> Result<Option<LockedConsent>, StoreError> {
        let mut shown = transaction.consent(id).await?;
        if let Some(consent) = &mut shown
            && self.makes(Slip::ShowsFirstDecisions)
        {
            let (mut revisions, _) = transaction.consent_history(id).await?;
            consent.decision = revisions.remove(0).decision;
        }
        Ok(shown)
    }

    async fn consents<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<ConsentHead>, StoreError> {
        let found = transaction.consents(centre, page).await?;
        Ok(self.late(found, page))
    }

    async fn case_for<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        centre: OrganisationId,
        references: &CaseReferences,
        fresh: CaseId,
        at: Instant,
    ) -> Result<StoredCase, StoreError> {
        let mut references = references.clone();
        if self.makes(Slip::MakesCasesAnew) {
            references.case_reference = Reference::parse(fresh.to_string()).expect("a reference");
        }
        transaction.case_for(centre, &references, fresh, at).await
    }

    async fn mark_collected<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        permit: &CollectionPermit<'tx>,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::MarksNothing) {
            return Ok(());
        }
        transaction.mark_collected(permit).await
    }

    async fn close<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: DisclosureId,
        from: DisclosureState,
        to: DisclosureState,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let closed = transaction.close(id, from, to, at).await?;
        Ok(closed || self.makes(Slip::ClosesInAnyState))
    }

    async fn seal<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        ids: &[DisclosureId],
        reason: SealReason,
        at: Instant,
    ) -> Result<usize, StoreError> {
        let sealed = if self.makes(Slip::SealsTheFirst) {
            ids.get(..1).unwrap_or(ids)
        } else {
            ids
        };
        transaction.seal(sealed, reason, at).await
    }

    async fn destroy_content<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        ids: &[DisclosureId],
    ) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsContent) {
            return Ok(());
        }
        transaction.destroy_content(ids).await
    }

    async fn inbox<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        office: &OfficeId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError> {
        let now = if self.makes(Slip::ShowsWhatIsNotInForce) {
            at(0)
        } else {
            now
        };
        transaction.inbox(office, now, page).await
    }

    async fn live_disclosures_of<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        consent: ConsentId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        let mut live = transaction.live_disclosures_of(consent).await?;
        if self.makes(Slip::OverlooksTheNewest) {
            live.pop();
        }
        Ok(live)
    }

    async fn insert_notices<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        notices: &[WithdrawalNotice],
    ) -> Result<(), StoreError> {
        let stored = if self.makes(Slip::TellsTheFirst) {
            notices.get(..1).unwrap_or(notices)
        } else {
            notices
        };
        transaction.insert_notices(stored).await
    }

    async fn notices<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        office: &OfficeId,
        open_only: bool,
        page: PageRequest,
    ) -> Result<Page<WithdrawalNotice>, StoreError> {
        let open_only = open_only && !self.makes(Slip::ListsAnswered);
        let found = transaction.notices(office, open_only, page).await?;
        Ok(self.late(found, page))
    }

    async fn answer_notice<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: WithdrawalNoticeId,
        answer: &NoticeAnswer,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let answered = transaction.answer_notice(id, answer, at).await?;
        Ok(answered || self.makes(Slip::AnswersAgain))
    }

    async fn append<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        event: &SealedEvent,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::LosesEvents) || self.desk.hushed.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut event = event.clone();
        if self.makes(Slip::ForgetsRefusalReasons) {
            event.projection.refusal_reasons.clear();
        }
        transaction.append(&event).await
    }

    async fn events<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        query: &AuditQuery,
        page: PageRequest,
    ) -> Result<Page<StoredEvent>, StoreError> {
        let found = transaction.events(query, page).await?;
        Ok(self.late(found, page))
    }

    async fn count_matching<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        query: &AuditQuery,
        population: LeafRange,
        after: Option<Cursor>,
        most: u16,
    ) -> Result<(u64, Option<Cursor>), StoreError> {
        let counted = transaction.count_matching(query, population, after, most);
        let (number, next) = counted.await?;
        Ok((
            number,
            next.filter(|_| !self.makes(Slip::CountsThePageAlone)),
        ))
    }

    async fn take_pending<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        most: u16,
    ) -> Result<Vec<PendingLeaf>, StoreError> {
        let mut taken = transaction.take_pending(most).await?;
        if self.makes(Slip::SkipsTheNewestInTheQueue) && taken.len() > 1 {
            taken.pop();
        }
        Ok(taken)
    }

    async fn insert_log_leaves<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        first: LeafPlace,
        commitments: &[Commitment],
    ) -> Result<(), StoreError> {
        let place = LeafPlace {
            index: first.index + u64::from(self.makes(Slip::NotesLeavesOneOn)),
            ..first
        };
        transaction.insert_log_leaves(place, commitments).await
    }

    async fn advance_log_head<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        from: &LogHead,
        to: &LogHead,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::AdvancesWhateverIsThere) {
            let heads = transaction.log_heads().await?;
            let there = heads.iter().find(|head| head.generation == from.generation);
            return transaction
                .advance_log_head(there.unwrap_or(from), to)
                .await;
        }
        transaction.advance_log_head(from, to).await
    }

    async fn lease_cosigning<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        generation: Generation,
        holder: Uuid,
        now: Instant,
        until: Instant,
    ) -> Result<bool, StoreError> {
        let leased = transaction
            .lease_cosigning(generation, holder, now, until)
            .await?;
        Ok(leased || self.makes(Slip::LeasesToEverybody))
    }

    async fn published_checkpoint<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        generation: Generation,
    ) -> Result<Option<StoredCheckpoint>, StoreError> {
        if self.makes(Slip::PublishesWhatIsSigned) {
            return transaction.signed_checkpoint(generation).await;
        }
        transaction.published_checkpoint(generation).await
    }

    async fn put_log_tiles<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        generation: Generation,
        tiles: &[(Tile, Vec<u8>)],
    ) -> Result<(), StoreError> {
        let mut tiles = tiles.to_vec();
        if self.makes(Slip::KeepsOldTiles) {
            let wanted: Vec<Tile> = tiles.iter().map(|(tile, _)| *tile).collect();
            let old = transaction.log_tiles(generation, &wanted).await?;
            tiles.retain(|(tile, _)| old.iter().all(|(known, _)| known != tile));
        }
        transaction.put_log_tiles(generation, &tiles).await
    }

    async fn insert_consent_form<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        form: &ConsentForm,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let added = transaction.insert_consent_form(form, at).await?;
        Ok(added || self.makes(Slip::AddsFormsAgain))
    }

    async fn count_requests<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        requests: &[CountedRequest],
        minute: i64,
    ) -> Result<Vec<Option<u32>>, StoreError> {
        let counted = transaction.count_requests(requests, minute).await?;
        let counted = counted.into_iter().map(|number| match number {
            None if self.makes(Slip::UsesAssertionsAgain) => Some(1),
            Some(_) if self.makes(Slip::CountsEachRequestAsTheFirst) => Some(1),
            number => number,
        });
        Ok(counted.collect())
    }

    async fn change_client<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: &ClientId,
        change: &ClientChange,
    ) -> Result<bool, StoreError> {
        if self.makes(Slip::SuspendsNobody) && *change == ClientChange::Active(false) {
            let known = transaction.client(id).await?;
            return Ok(known.is_some_and(|client| client.active));
        }
        transaction.change_client(id, change).await
    }

    async fn clients<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        after: Option<&ClientId>,
        limit: u16,
    ) -> Result<Vec<RegisteredClient>, StoreError> {
        let mut clients = transaction.clients(after, limit).await?;
        if self.makes(Slip::ListsOneClientLess) {
            clients.truncate(usize::from(limit));
        }
        Ok(clients)
    }

    async fn remove_invitation<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        if self.makes(Slip::KeepsRevokedInvitations) {
            return Ok(true);
        }
        transaction.remove_invitation(client).await
    }

    async fn offices<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        query: &OfficeQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError> {
        let mut query = query.clone();
        if self.makes(Slip::ListsOfficesOfAnyKind) {
            query.kind = None;
        }
        transaction.offices(&query, limit).await
    }

    async fn unknown_offices<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        ids: &[OfficeId],
    ) -> Result<Vec<OfficeId>, StoreError> {
        let mut unknown = transaction.unknown_offices(ids).await?;
        if self.makes(Slip::OverlooksTheFirstUnknownOffice) && unknown.len() > 1 {
            unknown.remove(0);
        }
        Ok(unknown)
    }

    async fn centres<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        query: CentreQuery,
        limit: u16,
    ) -> Result<Vec<Centre>, StoreError> {
        let keeper = query
            .keeper
            .filter(|_| !self.makes(Slip::ListsEntriesOfAllKeepers));
        let query = CentreQuery { keeper, ..query };
        transaction.centres(query, limit).await
    }

    async fn update_centre<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        centre: &Centre,
        before: &Centre,
    ) -> Result<bool, StoreError> {
        if self.makes(Slip::ChangesWhateverVersion)
            && let [known] = transaction.centres_by_id(&[centre.id]).await?.as_slice()
        {
            return transaction.update_centre(centre, known).await;
        }
        transaction.update_centre(centre, before).await
    }

    async fn end_contact_consent<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        consent: &ContactConsent,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsContactConsents) {
            return Ok(());
        }
        transaction.end_contact_consent(consent).await
    }

    async fn mark_contact_collected<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        permit: &ContactCollectionPermit<'tx>,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::MarksNoContact) {
            return Ok(());
        }
        transaction.mark_contact_collected(permit).await
    }

    async fn seal_contact<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: ContactDetailsId,
        reason: SealReason,
        at: Instant,
    ) -> Result<bool, StoreError> {
        if self.makes(Slip::SealsNoContact) {
            return Ok(transaction.contact_details(id).await?.is_some());
        }
        transaction.seal_contact(id, reason, at).await
    }

    async fn ask_to_erase_contact<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let asked = transaction.ask_to_erase_contact(id, at).await?;
        Ok(asked || self.makes(Slip::AsksToEraseAgain))
    }

    async fn contact_details_for<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        centre: OrganisationId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<ContactRecord>, StoreError> {
        let late = i64::from(self.makes(Slip::ShowsContactsPastTheirEnd));
        let now = now.plus(time::Duration::microseconds(-late));
        transaction.contact_details_for(centre, now, page).await
    }

    async fn insert_contact_pair<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        pair: &ContactPair,
    ) -> Result<bool, StoreError> {
        let opened = transaction.insert_contact_pair(pair).await?;
        Ok(opened || self.makes(Slip::OpensPairsAgain))
    }

    async fn contact_pairs<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        of: &PairsOf,
        page: PageRequest,
    ) -> Result<Page<ContactPair>, StoreError> {
        let everybodys = self.makes(Slip::ListsPairsOfEverybody);
        let of = if everybodys { &PairsOf::All } else { of };
        transaction.contact_pairs(of, page).await
    }

    async fn update_half<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        id: ContactPairId,
        side: Side,
        dates: (HalfDates, HalfDates),
        contacts: Option<&HalfContacts>,
    ) -> Result<bool, StoreError> {
        self.updated_half(transaction, (id, side), dates, contacts)
            .await
    }

    async fn offices_without_contact<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        query: &GapQuery,
        limit: u16,
    ) -> Result<Vec<Office>, StoreError> {
        let late = i64::from(self.makes(Slip::CountsConfirmationsTooLong));
        let mut query = query.clone();
        query.confirmed_after = query
            .confirmed_after
            .plus(time::Duration::microseconds(-late));
        transaction.offices_without_contact(&query, limit).await
    }

    async fn insert_offers<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        offers: &[InvolvementOffer],
    ) -> Result<(), StoreError> {
        match offers.split_last() {
            Some((_, others)) if self.makes(Slip::AsksAllButTheLast) => {
                transaction.insert_offers(others).await
            }
            _ => transaction.insert_offers(offers).await,
        }
    }

    async fn update_offer<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        offer: &InvolvementOffer,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::ForgetsAnswers) && offer.answered_at.is_some() {
            return Ok(());
        }
        transaction.update_offer(offer).await
    }

    async fn update_involvement<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        involvement: &Involvement,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsInvolvements) {
            return Ok(());
        }
        transaction.update_involvement(involvement).await
    }

    async fn due_offers<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<InvolvementOfferId>, StoreError> {
        let early = i64::from(self.makes(Slip::IsDueTooSoon));
        let now = now.plus(time::Duration::microseconds(early));
        transaction.due_offers(now, limit).await
    }

    async fn involvements<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<Involvement>, StoreError> {
        Ok(self.late(transaction.involvements(office, page).await?, page))
    }

    async fn erase_events<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        events: &[EventId],
        years: &[u16],
    ) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsWhatIsErased) {
            return Ok(());
        }
        transaction.erase_events(events, years).await
    }

    async fn erase_case<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        case: CaseId,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::KeepsCases) {
            return Ok(());
        }
        transaction.erase_case(case).await
    }

    async fn events_of_case<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        case: CaseId,
    ) -> Result<Vec<EventOfCase>, StoreError> {
        let mut events = transaction.events_of_case(case).await?;
        if self.makes(Slip::OverlooksQueriesAboutCases) {
            let of_case = AuditQuery {
                case: Some(case),
                ..AuditQuery::default()
            };
            let page = PageRequest {
                after: None,
                limit: 99,
            };
            let about = transaction.events(&of_case, page).await?;
            events.retain(|event| about.items.iter().any(|known| known.id == event.id));
        }
        Ok(events)
    }

    async fn finish_erasure<'tx>(
        &self,
        transaction: &mut SqlTx<'tx>,
        intent: &Commitment,
        done: &Commitment,
        at: Instant,
    ) -> Result<(), StoreError> {
        if self.makes(Slip::RemembersWhatIsDone) {
            return Ok(());
        }
        transaction.finish_erasure(intent, done, at).await
    }
}
