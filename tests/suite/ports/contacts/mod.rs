//! Contact consents and what was told under them.

mod model;

use freigabe_domain::{
    Error,
    consent::ConsentStatus,
    contact::{
        ContactAuthorizeError, ContactDetails, ContactRecord, ContactState, LockedContactConsent,
        Requested,
    },
    disclosure::SealReason,
    store::{Lock, Mode, StoreError, prelude::*, unit_of_work},
};
use freigabe_storage::SqlTx;
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

use self::model::{
    CONSENTS, Call, DETAILS, Done, Kept, Model, asked, consent_id, details_id, draft, ended, of,
    offer_of, position, recorded, released, sees,
};
use crate::ports::{
    given::Numbered,
    involvements::{self, To},
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, at, centre, cut, office, places},
};

/// Two involvements are there, one of each office. Both centres were asked in both; in each the centre of its number helps.
struct Contacts;

impl Port for Contacts {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "contact_contents",
        "contact_details",
        "contact_consents",
        "event_terms",
        "log_pending",
        "events",
    ];
    const CASES: u32 = 24;

    async fn given(pair: &Pair) {
        involvements::cases_of_offices(pair).await;
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let store = pair.store(backend);
            for number in 0..2 {
                let scope = By::Office(number).scope();
                let made = unit_of_work(&store, &scope, Mode::Write, async |tx: &mut SqlTx<'_>| {
                    let noted = involvements::noted(number, 0);
                    tx.insert_involvement(&noted, &involvements::needed(number))
                        .await?;
                    let asked = [asked(number, 0).whole(), asked(number, 1).whole()];
                    tx.insert_offers(&asked).await?;
                    let helped = To::Accepted(offer_of(number, number));
                    let helped = involvements::changed(noted, helped, at(0));
                    Ok(tx.update_involvement(&helped).await?)
                });
                made.await.expect("an involvement in which a centre helps");
            }
        }
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let offices = (0..2_u8, vec(offices_calls(), 1..4)).prop_map(|(number, mut calls)| {
            // Mostly its own.
            for call in &mut calls {
                match call {
                    Call::Record { id, until } if *until > 1 => *id = *id / 2 * 2 + number,
                    Call::Release { consent, at, .. } if *at > 0 => {
                        *consent = *consent / 2 * 2 + number;
                    }
                    _ => {}
                }
            }
            (By::Office(number), calls)
        });
        let collects = prop_oneof![
            3 => (0..DETAILS, 0..4_u8).prop_map(|(id, at)| Call::Collect { id, at }),
            3 => calls(),
        ];
        let centres =
            (0..2_u8, vec(collects, 1..4)).prop_map(|(number, calls)| (By::Centre(number), calls));
        let others = (
            select(vec![By::Upkeep, By::Upkeep, By::Auditor]),
            vec(calls(), 1..4),
        );
        prop_oneof![5 => offices, 4 => centres, 2 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        // The upkeep sees that there is a consent, and can't open it.
        let opens = on == Backend::Sqlite || matches!(by, By::Office(_) | By::Centre(_));
        let opened = |found: Option<&LockedContactConsent>| match found {
            Some(_) if !opens => Err(Failure::Corrupt("cases")),
            found => Ok(told(found.cloned())),
        };
        match *call {
            Call::Record { id, until } => {
                if on == Backend::Postgres && by != By::Office(of(id)) {
                    return Err(Failure::Corrupt("cases"));
                }
                match model.consents.insert(id, recorded(id, until)) {
                    None => Ok(told(())),
                    Some(_) => Err(Failure::Conflict),
                }
            }
            Call::Show { id } => opened(model.sees_consent(by, id, on)),
            Call::Hold { id, .. } => opened(model.holds_consent(by, id, on)),
            Call::Head { id } => {
                let found = model.holds_consent(by, id, on);
                Ok(told(found.map(|consent| consent.head.clone())))
            }
            Call::End { id, to, at } => {
                let found = model.holds_consent(by, id, on);
                let found = found.filter(|held| held.head.status != ConsentStatus::Withdrawn);
                let before = found.cloned().ok_or(Failure::Affected(0))?;
                let may = match by {
                    _ if on == Backend::Sqlite => true,
                    By::Office(_) => to == ConsentStatus::Withdrawn,
                    By::Upkeep => to == ConsentStatus::Expired,
                    _ => false,
                };
                if !may {
                    return Err(Failure::Defect);
                }
                let after = LockedContactConsent {
                    head: ended(before.head, to, at),
                    terms: before.terms,
                };
                model.consents.insert(id, after);
                Ok(told(()))
            }
            Call::PastEnd { now, limit } => {
                let numbers = 0..CONSENTS;
                let seen = numbers.filter_map(|number| model.sees_consent(by, number, on));
                let over = seen.filter(|consent| {
                    consent.head.status == ConsentStatus::Given
                        && consent.head.valid_until <= at(now)
                });
                let mut over: Vec<_> = over
                    .map(|consent| (consent.head.valid_until, consent.head.id))
                    .collect();
                over.sort_unstable();
                over.truncate(usize::from(limit));
                Ok(told(over.into_iter().map(|(_, id)| id).collect::<Vec<_>>()))
            }
            Call::Release {
                id,
                consent,
                centre,
                at: moment,
            } => {
                if model.holds_consent(by, consent, on).is_none() {
                    return Ok(told(Done::NoSuchConsent));
                }
                if !model.in_force(consent, moment) || centre != of(consent) {
                    return Ok(told(Done::Refused));
                }
                let record = released(id, consent, moment);
                let kept = Kept {
                    record: record.clone(),
                    consent,
                    has_content: true,
                };
                match model.details.insert(id, kept) {
                    None => Ok(told(Done::Recorded(Box::new(record)))),
                    Some(_) => Err(Failure::Conflict),
                }
            }
            Call::Collect { id, at: moment } => {
                let found = model.details.get(&id);
                let Some(kept) = found.filter(|kept| sees(by, &kept.record, on)) else {
                    return Ok(told(Done::Missing));
                };
                if !model.in_force(kept.consent, moment) {
                    return Ok(told(Done::Refused));
                }
                let Some(kept) = model.details.get_mut(&id).filter(|kept| kept.has_content) else {
                    return Ok(told(Done::Destroyed));
                };
                kept.record.state = ContactState::Collected;
                kept.record.collected_at.get_or_insert(at(moment));
                Ok(told(Done::Recorded(Box::new(kept.record.clone()))))
            }
            Call::Details { id } => {
                let found = model.details.get(&id);
                let seen = found.filter(|kept| sees(by, &kept.record, on));
                Ok(told(seen.map(|kept| kept.record.clone())))
            }
            Call::Under { consent } => {
                Ok(told(model.listed(by, on, |kept| kept.consent == consent)))
            }
            Call::For {
                centre: number,
                now,
                page,
            } => {
                let concerns = |kept: &Kept| {
                    kept.record.organisation == centre(number)
                        && match kept.record.state {
                            ContactState::Held => model.in_force(kept.consent, now),
                            ContactState::Collected | ContactState::Acknowledged => true,
                            ContactState::Sealed => false,
                        }
                };
                let page = world::page(page, |number| details_id(number).as_uuid());
                let all = model.listed(by, on, concerns);
                Ok(told(cut(all, page, false, position)))
            }
            Call::Seal {
                id,
                reason,
                at: moment,
            } => {
                let held = |record: &ContactRecord| record.state == ContactState::Held;
                let sealed = model.change(by, id, on, held, |record| {
                    record.state = ContactState::Sealed;
                    record.seal_reason = Some(reason);
                    record.closed_at = Some(at(moment));
                })?;
                if sealed {
                    model.destroy(id);
                }
                Ok(told(sealed))
            }
            Call::Acknowledge { id, at: moment } => {
                let collected = |record: &ContactRecord| record.state == ContactState::Collected;
                let done = model.change(by, id, on, collected, |record| {
                    record.state = ContactState::Acknowledged;
                    record.closed_at = Some(at(moment));
                })?;
                if done {
                    model.destroy(id);
                }
                Ok(told(done))
            }
            Call::AskToErase { id, at: moment } => {
                let seen = |record: &ContactRecord| {
                    record.collected_at.is_some() && record.erasure_asked_at.is_none()
                };
                let asked = model.change(by, id, on, seen, |record| {
                    record.erasure_asked_at = Some(at(moment));
                })?;
                if asked {
                    model.destroy(id);
                }
                Ok(told(asked))
            }
            Call::Erased { id, at: moment } => {
                let asked = |record: &ContactRecord| {
                    record.erasure_asked_at.is_some() && record.erased_at.is_none()
                };
                let erased = model.change(by, id, on, asked, |record| {
                    record.erased_at = Some(at(moment));
                })?;
                Ok(told(erased))
            }
        }
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        desk: &Desk,
        by: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::Record { id, until } => {
                told(tx.insert_contact_consent(&recorded(id, until)).await?)
            }
            Call::Show { id } => told(tx.contact_consent(consent_id(id)).await?),
            Call::Hold { id, lock } => told(tx.lock_contact_consent(consent_id(id), lock).await?),
            Call::Head { id } => told(tx.lock_contact_head(consent_id(id)).await?),
            Call::End { id, to, at } => {
                let head = ended(recorded(id, 1).head, to, at);
                told(tx.end_contact_consent(&head).await?)
            }
            Call::PastEnd { now, limit } => {
                told(tx.contact_consents_past_their_end(at(now), limit).await?)
            }
            Call::Release {
                id,
                consent,
                centre,
                at,
            } => {
                let draft = ContactDetails::draft(office(of(consent)), draft(consent, centre));
                told(record(tx, desk, by, draft, id, at).await?)
            }
            Call::Collect { id, at } => {
                let Some(held) = tx.contact_details(details_id(id)).await? else {
                    return Ok(told(Done::Missing));
                };
                let collection = ContactDetails::collection(held);
                told(record(tx, desk, by, collection, u8::MAX, at).await?)
            }
            Call::Details { id } => told(tx.contact_details(details_id(id)).await?),
            Call::Under { consent } => told(tx.contact_details_under(consent_id(consent)).await?),
            Call::For {
                centre: number,
                now,
                page,
            } => {
                let page = world::page(page, |number| details_id(number).as_uuid());
                let found = tx.contact_details_for(centre(number), at(now), page);
                told(found.await?)
            }
            Call::Seal {
                id,
                reason,
                at: moment,
            } => told(tx.seal_contact(details_id(id), reason, at(moment)).await?),
            Call::Acknowledge { id, at: moment } => {
                told(tx.acknowledge_contact(details_id(id), at(moment)).await?)
            }
            Call::AskToErase { id, at: moment } => {
                told(tx.ask_to_erase_contact(details_id(id), at(moment)).await?)
            }
            Call::Erased { id, at: moment } => {
                told(tx.note_contact_erased(details_id(id), at(moment)).await?)
            }
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let mut all = Vec::new();
        for number in 0..2 {
            let own = || (0..CONSENTS).filter(move |consent| of(*consent) == number);
            let mut calls: Vec<_> = own().map(|id| Call::Show { id }).collect();
            calls.extend(own().map(|consent| Call::Under { consent }));
            all.push((By::Office(number), calls));
            let page = (None, 9);
            // While all consents are in force, and when one is not any more.
            let mut calls = Vec::from([1, 3].map(|now| Call::For {
                centre: number,
                now,
                page,
            }));
            // Whether what they say is there is told by opening it.
            calls.extend((0..DETAILS).map(|id| Call::Collect { id, at: 0 }));
            all.push((By::Centre(number), calls));
        }
        all
    }
}

/// Authorises and records at this moment: the only road to a permit.
async fn record<'tx>(
    tx: &mut Transaction<'tx>,
    desk: &Desk,
    by: By,
    details: ContactDetails<Requested>,
    number: u8,
    moment: u8,
) -> Result<Done, StoreError> {
    desk.set_clock(at(moment));
    let authorized = match details.authorize(tx).await {
        Ok(authorized) => authorized,
        Err(ContactAuthorizeError::Refused(_)) => return Ok(Done::Refused),
        Err(ContactAuthorizeError::NoSuchConsent) => return Ok(Done::NoSuchConsent),
        Err(ContactAuthorizeError::Store(error)) => return Err(error),
    };
    match authorized
        .record(tx, &by.caller(), &Numbered::first(number))
        .await
    {
        Ok(recorded) => Ok(Done::Recorded(Box::new(recorded.record().clone()))),
        Err(Error::NotFound) => Ok(Done::Destroyed),
        Err(Error::Store(error)) => Err(error),
        Err(other) => Err(StoreError::Defect(other.to_string())),
    }
}

fn offices_calls() -> impl Strategy<Value = Call> {
    prop_oneof![
        4 => (0..CONSENTS, 1..5_u8).prop_map(|(id, until)| Call::Record { id, until }),
        5 => (0..DETAILS, 0..CONSENTS, 0..2_u8, 0..4_u8).prop_map(
            |(id, consent, centre, at)| Call::Release { id, consent, centre, at }
        ),
        4 => calls(),
    ]
}

fn calls() -> impl Strategy<Value = Call> {
    let lock = select(vec![Lock::Shared, Lock::Exclusive]);
    let end = select(vec![ConsentStatus::Withdrawn, ConsentStatus::Expired]);
    let reason = select(SealReason::ALL);
    prop_oneof![
        1 => (0..CONSENTS).prop_map(|id| Call::Show { id }),
        1 => (0..CONSENTS, lock).prop_map(|(id, lock)| Call::Hold { id, lock }),
        1 => (0..CONSENTS).prop_map(|id| Call::Head { id }),
        2 => (0..CONSENTS, end, 0..4_u8).prop_map(|(id, to, at)| Call::End { id, to, at }),
        2 => (0..6_u8, 0..3_u16).prop_map(|(now, limit)| Call::PastEnd { now, limit }),
        1 => (0..DETAILS).prop_map(|id| Call::Details { id }),
        1 => (0..CONSENTS).prop_map(|consent| Call::Under { consent }),
        2 => (0..2_u8, 0..5_u8, places(4, DETAILS)).prop_map(
            |(centre, now, page)| Call::For { centre, now, page }
        ),
        2 => (0..DETAILS, reason, 0..4_u8).prop_map(|(id, reason, at)| Call::Seal { id, reason, at }),
        2 => (0..DETAILS, 0..4_u8).prop_map(|(id, at)| Call::Acknowledge { id, at }),
        2 => (0..DETAILS, 0..4_u8).prop_map(|(id, at)| Call::AskToErase { id, at }),
        2 => (0..DETAILS, 0..4_u8).prop_map(|(id, at)| Call::Erased { id, at }),
    ]
}

#[test]
fn contacts_are_the_same_on_both_databases() {
    holds::<Contacts>();
}

#[test]
fn mistakes_with_contacts_are_noticed() {
    finds::<Contacts>(&[
        Slip::KeepsContactConsents,
        Slip::MarksNoContact,
        Slip::SealsNoContact,
        Slip::AsksToEraseAgain,
        Slip::ShowsContactsPastTheirEnd,
    ]);
}
