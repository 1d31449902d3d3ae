//! The hooks by which mistakes are made.

use std::sync::{PoisonError, atomic::Ordering};

use freigabe_domain::{
    access::{ClientChange, ClientId, RegisteredClient},
    audit::{AuditQuery, LeafRange, SealedEvent, StoredEvent},
    consent::{CaseReferences, ConsentEvent, ConsentForm, ConsentHead, Decision, LockedConsent},
    contact::{ContactCollectionPermit, ContactConsent, ContactRecord},
    contact_pair::{ContactPair, HalfContacts, HalfDates, Side},
    directory::Centre,
    disclosure::{
        CollectionPermit, Content, DisclosureRecord, DisclosureState, RedirectionPermit, SealReason,
    },
    erasure::EventOfCase,
    handover::Handover,
    ids::{
        CaseId, ConsentId, ContactDetailsId, ContactPairId, DisclosureId, EventId, HandoverId,
        InvolvementOfferId, OrganisationId, RegionalAgreementId, SecurityNoticeId,
        WithdrawalNoticeId,
    },
    instant::Instant,
    involvement::{Involvement, InvolvementOffer},
    log::{Generation, LeafPlace, LogHead, PendingLeaf, StoredCheckpoint},
    office::{Office, OfficeId, Postcode},
    regional::{AgreementStanding, Party, RegionalAgreement},
    security_notice::{NoticeDelivery, SecurityNotice, ThreatAssessment},
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

use super::{
    super::{
        security_notices::assessed,
        world::{at, centre},
    },
    Slip, Slips,
};

/// The hooks that make mistakes; of what is about no row besides.
macro_rules! hooks {
    ($( fn $name:ident($slips:ident, $tx:ident $(, $argument:ident: $type:ty)*) -> $result:ty $body:block )+) => {
        impl Hooks for Slips {
            fn pauses(&self) -> bool {
                false
            }

            async fn now(&self, _: &mut SqlTx<'_>) -> Result<Instant, StoreError> {
                Ok(Instant::from_unix_micros(self.desk.clock.load(Ordering::SeqCst)))
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

            $(async fn $name<'tx>(&self, $tx: &mut SqlTx<'tx>, $($argument: $type),*) -> Result<$result, StoreError> {
                let $slips = self;
                $body
            })+
        }
    };
}

hooks! {
    fn open_content(slips, tx, permit: &CollectionPermit<'tx>) -> Option<Content> {
        let content = tx.open_content(permit).await?;
        *slips.desk.opened.lock().unwrap_or_else(PoisonError::into_inner) = content.clone();
        Ok(content)
    }

    fn remember_request(slips, tx, request: &RequestKey, resource: Uuid, leaf: &Leaf, at: Instant) -> () {
        if slips.makes(Slip::RemembersNoRequest) {
            return Ok(());
        }
        tx.remember_request(request, resource, leaf, at).await
    }

    fn forget_requests(slips, tx, before: Instant) -> usize {
        let moment = i64::from(slips.makes(Slip::ForgetsRequestsOfTheMoment));
        let before = Instant::from_unix_micros(before.as_unix_micros() + moment);
        tx.forget_requests(before).await
    }

    fn insert_revision(slips, tx, head: &ConsentHead, decision: &Decision) -> () {
        if slips.makes(Slip::LosesRevisions) {
            return Ok(());
        }
        let mut head = head.clone();
        if slips.makes(Slip::TakesStaleRevisions)
            && let Some(now) = tx.lock_head(head.id).await?
        {
            head.revision = now.revision + 1;
        }
        tx.insert_revision(&head, decision).await
    }

    fn update_head(slips, tx, head: &ConsentHead, event: ConsentEvent) -> () {
        if slips.makes(Slip::KeepsHeads) {
            return Ok(());
        }
        tx.update_head(head, event).await
    }

    fn consent(slips, tx, id: ConsentId) -> Option<LockedConsent> {
        let mut shown = tx.consent(id).await?;
        if let Some(consent) = &mut shown
            && slips.makes(Slip::ShowsFirstDecisions)
        {
            let (mut revisions, _) = tx.consent_history(id).await?;
            consent.decision = revisions.remove(0).decision;
        }
        Ok(shown)
    }

    fn consents(slips, tx, centre: OrganisationId, page: PageRequest) -> Page<ConsentHead> {
        let found = tx.consents(centre, page).await?;
        Ok(slips.late(found, page))
    }

    fn case_for(slips, tx, centre: OrganisationId, references: &CaseReferences, fresh: CaseId, at: Instant) -> StoredCase {
        let mut references = references.clone();
        if slips.makes(Slip::MakesCasesAnew) {
            references.case_reference = Reference::parse(fresh.to_string()).expect("a reference");
        }
        tx.case_for(centre, &references, fresh, at).await
    }

    fn mark_collected(slips, tx, permit: &CollectionPermit<'tx>) -> () {
        if slips.makes(Slip::MarksNothing) {
            return Ok(());
        }
        tx.mark_collected(permit).await
    }

    fn close(slips, tx, id: DisclosureId, from: DisclosureState, to: DisclosureState, at: Instant) -> bool {
        let closed = tx.close(id, from, to, at).await?;
        Ok(closed || slips.makes(Slip::ClosesInAnyState))
    }

    fn seal(slips, tx, ids: &[DisclosureId], reason: SealReason, at: Instant) -> usize {
        let sealed = if slips.makes(Slip::SealsTheFirst) {
            ids.get(..1).unwrap_or(ids)
        } else {
            ids
        };
        tx.seal(sealed, reason, at).await
    }

    fn destroy_content(slips, tx, ids: &[DisclosureId]) -> () {
        if slips.makes(Slip::KeepsContent) {
            return Ok(());
        }
        tx.destroy_content(ids).await
    }

    fn inbox(slips, tx, office: &OfficeId, now: Instant, page: PageRequest) -> Page<DisclosureRecord> {
        let now = if slips.makes(Slip::ShowsWhatIsNotInForce) {
            at(0)
        } else {
            now
        };
        slips.waiting(tx, office, now, page).await
    }

    fn live_disclosures_of(slips, tx, consent: ConsentId) -> Vec<DisclosureRecord> {
        let mut live = tx.live_disclosures_of(consent).await?;
        if slips.makes(Slip::OverlooksTheNewest) {
            live.pop();
        }
        Ok(live)
    }

    fn insert_notices(slips, tx, notices: &[WithdrawalNotice]) -> () {
        let stored = if slips.makes(Slip::TellsTheFirst) {
            notices.get(..1).unwrap_or(notices)
        } else {
            notices
        };
        tx.insert_notices(stored).await
    }

    fn notices(slips, tx, office: &OfficeId, open_only: bool, page: PageRequest) -> Page<WithdrawalNotice> {
        let open_only = open_only && !slips.makes(Slip::ListsAnswered);
        let found = tx.notices(office, open_only, page).await?;
        Ok(slips.late(found, page))
    }

    fn answer_notice(slips, tx, id: WithdrawalNoticeId, answer: &NoticeAnswer, at: Instant) -> bool {
        let answered = tx.answer_notice(id, answer, at).await?;
        Ok(answered || slips.makes(Slip::AnswersAgain))
    }

    fn append(slips, tx, event: &SealedEvent) -> () {
        if slips.makes(Slip::LosesEvents) || slips.desk.hushed.load(Ordering::SeqCst) {
            return Ok(());
        }
        let mut event = event.clone();
        if slips.makes(Slip::ForgetsRefusalReasons) {
            event.projection.refusal_reasons.clear();
        }
        tx.append(&event).await
    }

    fn events(slips, tx, query: &AuditQuery, page: PageRequest) -> Page<StoredEvent> {
        let found = tx.events(query, page).await?;
        Ok(slips.late(found, page))
    }

    fn count_matching(slips, tx, query: &AuditQuery, population: LeafRange, after: Option<Cursor>, most: u16) -> (u64, Option<Cursor>) {
        let counted = tx.count_matching(query, population, after, most);
        let (number, next) = counted.await?;
        Ok((
            number,
            next.filter(|_| !slips.makes(Slip::CountsThePageAlone)),
        ))
    }

    fn take_pending(slips, tx, most: u16) -> Vec<PendingLeaf> {
        let mut taken = tx.take_pending(most).await?;
        if slips.makes(Slip::SkipsTheNewestInTheQueue) && taken.len() > 1 {
            taken.pop();
        }
        Ok(taken)
    }

    fn insert_log_leaves(slips, tx, first: LeafPlace, commitments: &[Commitment]) -> () {
        let place = LeafPlace {
            index: first.index + u64::from(slips.makes(Slip::NotesLeavesOneOn)),
            ..first
        };
        tx.insert_log_leaves(place, commitments).await
    }

    fn advance_log_head(slips, tx, from: &LogHead, to: &LogHead) -> () {
        if slips.makes(Slip::AdvancesWhateverIsThere) {
            let heads = tx.log_heads().await?;
            let there = heads.iter().find(|head| head.generation == from.generation);
            return tx.advance_log_head(there.unwrap_or(from), to).await;
        }
        tx.advance_log_head(from, to).await
    }

    fn lease_cosigning(slips, tx, generation: Generation, holder: Uuid, now: Instant, until: Instant) -> bool {
        let leased = tx.lease_cosigning(generation, holder, now, until).await?;
        Ok(leased || slips.makes(Slip::LeasesToEverybody))
    }

    fn published_checkpoint(slips, tx, generation: Generation) -> Option<StoredCheckpoint> {
        if slips.makes(Slip::PublishesWhatIsSigned) {
            return tx.signed_checkpoint(generation).await;
        }
        tx.published_checkpoint(generation).await
    }

    fn put_log_tiles(slips, tx, generation: Generation, tiles: &[(Tile, Vec<u8>)]) -> () {
        let mut tiles = tiles.to_vec();
        if slips.makes(Slip::KeepsOldTiles) {
            let wanted: Vec<Tile> = tiles.iter().map(|(tile, _)| *tile).collect();
            let old = tx.log_tiles(generation, &wanted).await?;
            tiles.retain(|(tile, _)| old.iter().all(|(known, _)| known != tile));
        }
        tx.put_log_tiles(generation, &tiles).await
    }

    fn insert_consent_form(slips, tx, form: &ConsentForm, at: Instant) -> bool {
        let added = tx.insert_consent_form(form, at).await?;
        Ok(added || slips.makes(Slip::AddsFormsAgain))
    }

    fn count_requests(slips, tx, requests: &[CountedRequest], minute: i64) -> Vec<Option<u32>> {
        let counted = tx.count_requests(requests, minute).await?;
        let counted = counted.into_iter().map(|number| match number {
            None if slips.makes(Slip::UsesAssertionsAgain) => Some(1),
            Some(_) if slips.makes(Slip::CountsEachRequestAsTheFirst) => Some(1),
            number => number,
        });
        Ok(counted.collect())
    }

    fn change_client(slips, tx, id: &ClientId, change: &ClientChange) -> bool {
        if slips.makes(Slip::SuspendsNobody) && *change == ClientChange::Active(false) {
            let known = tx.client(id).await?;
            return Ok(known.is_some_and(|client| client.active));
        }
        tx.change_client(id, change).await
    }

    fn clients(slips, tx, after: Option<&ClientId>, limit: u16) -> Vec<RegisteredClient> {
        let mut clients = tx.clients(after, limit).await?;
        if slips.makes(Slip::ListsOneClientLess) {
            clients.truncate(usize::from(limit));
        }
        Ok(clients)
    }

    fn remove_invitation(slips, tx, client: &ClientId) -> bool {
        if slips.makes(Slip::KeepsRevokedInvitations) {
            return Ok(true);
        }
        tx.remove_invitation(client).await
    }

    fn offices(slips, tx, query: &OfficeQuery, limit: u16) -> Vec<Office> {
        let mut query = query.clone();
        if slips.makes(Slip::ListsOfficesOfAnyKind) {
            query.kind = None;
        }
        tx.offices(&query, limit).await
    }

    fn unknown_offices(slips, tx, ids: &[OfficeId]) -> Vec<OfficeId> {
        let mut unknown = tx.unknown_offices(ids).await?;
        if slips.makes(Slip::OverlooksTheFirstUnknownOffice) && unknown.len() > 1 {
            unknown.remove(0);
        }
        Ok(unknown)
    }

    fn centres(slips, tx, query: CentreQuery, limit: u16) -> Vec<Centre> {
        let keeper = query
            .keeper
            .filter(|_| !slips.makes(Slip::ListsEntriesOfAllKeepers));
        let query = CentreQuery { keeper, ..query };
        tx.centres(query, limit).await
    }

    fn update_centre(slips, tx, centre: &Centre, before: &Centre) -> bool {
        if slips.makes(Slip::ChangesWhateverVersion)
            && let [known] = tx.centres_by_id(&[centre.id]).await?.as_slice()
        {
            return tx.update_centre(centre, known).await;
        }
        tx.update_centre(centre, before).await
    }

    fn end_contact_consent(slips, tx, consent: &ContactConsent) -> () {
        if slips.makes(Slip::KeepsContactConsents) {
            return Ok(());
        }
        tx.end_contact_consent(consent).await
    }

    fn mark_contact_collected(slips, tx, permit: &ContactCollectionPermit<'tx>) -> () {
        if slips.makes(Slip::MarksNoContact) {
            return Ok(());
        }
        tx.mark_contact_collected(permit).await
    }

    fn seal_contact(slips, tx, id: ContactDetailsId, reason: SealReason, at: Instant) -> bool {
        if slips.makes(Slip::SealsNoContact) {
            return Ok(tx.contact_details(id).await?.is_some());
        }
        tx.seal_contact(id, reason, at).await
    }

    fn ask_to_erase_contact(slips, tx, id: ContactDetailsId, at: Instant) -> bool {
        let asked = tx.ask_to_erase_contact(id, at).await?;
        Ok(asked || slips.makes(Slip::AsksToEraseAgain))
    }

    fn contact_details_for(slips, tx, centre: OrganisationId, now: Instant, page: PageRequest) -> Page<ContactRecord> {
        let late = i64::from(slips.makes(Slip::ShowsContactsPastTheirEnd));
        let now = now.plus(time::Duration::microseconds(-late));
        tx.contact_details_for(centre, now, page).await
    }

    fn insert_contact_pair(slips, tx, pair: &ContactPair) -> bool {
        let opened = tx.insert_contact_pair(pair).await?;
        Ok(opened || slips.makes(Slip::OpensPairsAgain))
    }

    fn contact_pairs(slips, tx, of: &PairsOf, page: PageRequest) -> Page<ContactPair> {
        let everybodys = slips.makes(Slip::ListsPairsOfEverybody);
        let of = if everybodys { &PairsOf::All } else { of };
        tx.contact_pairs(of, page).await
    }

    fn update_half(slips, tx, id: ContactPairId, side: Side, dates: (HalfDates, HalfDates), contacts: Option<&HalfContacts>) -> bool {
        slips.updated_half(tx, (id, side), dates, contacts).await
    }

    fn offices_without_contact(slips, tx, query: &GapQuery, limit: u16) -> Vec<Office> {
        let late = i64::from(slips.makes(Slip::CountsConfirmationsTooLong));
        let mut query = query.clone();
        query.confirmed_after = query.confirmed_after.plus(time::Duration::microseconds(-late));
        tx.offices_without_contact(&query, limit).await
    }

    fn insert_offers(slips, tx, offers: &[InvolvementOffer]) -> () {
        match offers.split_last() {
            Some((_, others)) if slips.makes(Slip::AsksAllButTheLast) => {
                tx.insert_offers(others).await
            }
            _ => tx.insert_offers(offers).await,
        }
    }

    fn update_offer(slips, tx, offer: &InvolvementOffer) -> () {
        if slips.makes(Slip::ForgetsAnswers) && offer.answered_at.is_some() {
            return Ok(());
        }
        tx.update_offer(offer).await
    }

    fn update_involvement(slips, tx, involvement: &Involvement) -> () {
        if slips.makes(Slip::KeepsInvolvements) {
            return Ok(());
        }
        tx.update_involvement(involvement).await
    }

    fn due_offers(slips, tx, now: Instant, limit: u16) -> Vec<InvolvementOfferId> {
        let early = i64::from(slips.makes(Slip::IsDueTooSoon));
        let now = now.plus(time::Duration::microseconds(early));
        tx.due_offers(now, limit).await
    }

    fn involvements(slips, tx, office: &OfficeId, page: PageRequest) -> Page<Involvement> {
        Ok(slips.late(tx.involvements(office, page).await?, page))
    }

    fn erase_events(slips, tx, events: &[EventId], years: &[u16]) -> () {
        if slips.makes(Slip::KeepsWhatIsErased) {
            return Ok(());
        }
        tx.erase_events(events, years).await
    }

    fn erase_case(slips, tx, case: CaseId) -> () {
        if slips.makes(Slip::KeepsCases) {
            return Ok(());
        }
        tx.erase_case(case).await
    }

    fn events_of_case(slips, tx, case: CaseId) -> Vec<EventOfCase> {
        let mut events = tx.events_of_case(case).await?;
        if slips.makes(Slip::OverlooksQueriesAboutCases) {
            let of_case = AuditQuery {
                case: Some(case),
                ..AuditQuery::default()
            };
            let page = PageRequest {
                after: None,
                limit: 99,
            };
            let about = tx.events(&of_case, page).await?;
            events.retain(|event| about.items.iter().any(|known| known.id == event.id));
        }
        Ok(events)
    }

    fn finish_erasure(slips, tx, intent: &Commitment, done: &Commitment, at: Instant) -> () {
        if slips.makes(Slip::RemembersWhatIsDone) {
            return Ok(());
        }
        tx.finish_erasure(intent, done, at).await
    }

    fn threat_assessment(slips, tx, id: SecurityNoticeId) -> Option<ThreatAssessment> {
        let said = tx.threat_assessment(id).await?;
        if said.is_none() && slips.makes(Slip::TellsWhatWasWithdrawn) && tx.security_notice(id).await?.is_some() {
            return Ok(Some(assessed(0)));
        }
        Ok(said)
    }

    fn end_security_notice(slips, tx, notice: &SecurityNotice) -> () {
        slips.ended_notice(tx, notice).await
    }

    fn security_notices(slips, tx, office: &OfficeId, page: PageRequest) -> Page<SecurityNotice> {
        Ok(slips.late(tx.security_notices(office, page).await?, page))
    }

    fn insert_deliveries(slips, tx, deliveries: &[NoticeDelivery]) -> () {
        match deliveries.split_last() {
            Some((_, others)) if slips.makes(Slip::AsksAllButTheLast) => tx.insert_deliveries(others).await,
            _ => tx.insert_deliveries(deliveries).await,
        }
    }

    fn update_delivery(slips, tx, delivery: &NoticeDelivery) -> () {
        slips.updated_delivery(tx, delivery).await
    }

    fn deliveries_to(slips, tx, to: OrganisationId, page: PageRequest) -> Page<NoticeDelivery> {
        let mut found = tx.deliveries_to(to, page).await?;
        if slips.makes(Slip::ListsDeliveriesOfOthers) {
            for other in [centre(0), centre(1)].into_iter().filter(|other| *other != to) {
                found.items.extend(tx.deliveries_to(other, page).await?.items);
            }
        }
        Ok(found)
    }

    fn due_deliveries(slips, tx, now: Instant, limit: u16) -> Vec<(SecurityNoticeId, OrganisationId)> {
        if slips.makes(Slip::RemindsOfWhatNoLongerHolds) {
            let mut due = Vec::new();
            for to in [centre(0), centre(1)] {
                let all = tx.deliveries_to(to, PageRequest { after: None, limit: 99 }).await?;
                due.extend(all.items.into_iter().filter(|one| one.is_to_be_reminded(now)));
            }
            due.sort_by_key(|one| (one.remind_at, one.notice, one.organisation));
            due.truncate(usize::from(limit));
            return Ok(due.iter().map(|one| (one.notice, one.organisation)).collect());
        }
        let early = i64::from(slips.makes(Slip::IsDueTooSoon));
        tx.due_deliveries(now.plus(time::Duration::microseconds(early)), limit).await
    }

    fn insert_handover(slips, tx, handover: &Handover) -> () {
        slips.inserted_handover(tx, handover).await
    }

    fn latest_handover(slips, tx, case: CaseId, office: &OfficeId) -> Option<Handover> {
        let latest = tx.latest_handover(case, office).await?;
        let came_back = latest.as_ref().is_some_and(|latest| latest.office != *office);
        if came_back && slips.makes(Slip::OverlooksWhatCameBack) {
            let made = tx.handovers_by(office, PageRequest { after: None, limit: 99 }).await?;
            return Ok(made.items.into_iter().find(|one| one.case() == case));
        }
        Ok(latest)
    }

    fn handovers_by(slips, tx, office: &OfficeId, page: PageRequest) -> Page<Handover> {
        Ok(slips.late(tx.handovers_by(office, page).await?, page))
    }

    fn acknowledge_handover(slips, tx, id: HandoverId, at: Instant) -> bool {
        slips.acknowledged_handover(tx, id, at).await
    }

    fn redirect(slips, tx, permit: &RedirectionPermit<'tx>) -> () {
        slips.redirected(tx, permit).await
    }

    fn live_disclosures_for(slips, tx, case: CaseId, office: &OfficeId) -> Vec<DisclosureRecord> {
        slips.live_for(tx, case, office).await
    }

    fn regional_agreements(slips, tx, standing: Option<AgreementStanding>, now: Instant, page: PageRequest) -> Page<RegionalAgreement> {
        slips.listed_agreements(tx, standing, now, page).await
    }

    fn confirm_regional_agreement(slips, tx, id: RegionalAgreementId, party: &Party, at: Instant) -> () {
        slips.confirmed_agreement(tx, (id, party), at).await
    }

    fn end_regional_agreement(slips, tx, id: RegionalAgreementId, by: &Party, at: Instant) -> () {
        slips.ended_agreement(tx, (id, by), at).await
    }

    fn deadlines_agreed(slips, tx, office: &OfficeId, place: Option<&Postcode>, now: Instant) -> Vec<RegionalAgreement> {
        slips.agreed_deadlines(tx, office, place, now).await
    }
}
