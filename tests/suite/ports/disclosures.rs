//! Messages and their content.

use std::collections::BTreeMap;

use freigabe_domain::{
    disclosure::{Content, Disclosure, DisclosureRecord, DisclosureState, SealReason},
    store::{Cursor, PageRequest, StoreError, prelude::*},
};
use freigabe_testkit::{Backend, store::good_draft};
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

use super::{
    given::{self, Done, GIVEN, Release, in_force, message},
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, Place, at, centre, consent, cut, office, places},
};

struct Disclosures;

#[derive(Debug, Clone)]
enum Call {
    Release(Release),
    Collect {
        message: u8,
        at: u8,
    },
    Show {
        message: u8,
    },
    List {
        centre: u8,
        page: Place,
    },
    /// All pages one after the other.
    Walk {
        centre: u8,
        limit: u16,
    },
    Inbox {
        office: u8,
        now: u8,
        page: Place,
    },
    Live {
        consent: u8,
    },
    Closed {
        consent: u8,
        state: DisclosureState,
        reason: SealReason,
    },
    Close {
        message: u8,
        from: DisclosureState,
        to: DisclosureState,
        at: u8,
    },
    Seal {
        messages: Vec<u8>,
        reason: SealReason,
        at: u8,
    },
    Destroy {
        messages: Vec<u8>,
    },
}

#[derive(Debug, Clone, PartialEq)]
struct Kept {
    record: DisclosureRecord,
    consent: u8,
    has_content: bool,
}

type Model = BTreeMap<u8, Kept>;

fn content() -> Content {
    Content::new(good_draft(consent(0)).items)
}

fn position(record: &DisclosureRecord) -> Cursor {
    Cursor {
        at: record.released_at,
        id: record.id.as_uuid(),
    }
}

impl Kept {
    fn is_there_for(&self, by: By, on: Backend) -> bool {
        let own = match by {
            By::Centre(number) => self.record.centre == centre(number),
            By::Office(number) => self.record.recipient == office(number),
            By::Upkeep => true,
            _ => false,
        };
        on == Backend::Sqlite || own
    }

    /// Whether its state may be changed to another for this reason: none if it is out of reach.
    fn may_become(
        &self,
        to: DisclosureState,
        reason: Option<SealReason>,
        by: By,
        on: Backend,
    ) -> Option<bool> {
        use DisclosureState::{Acknowledged, Collected, Held, Recalled, Sealed};
        let state = self.record.state;
        let reached = self.is_there_for(by, on).then_some(true);
        if on == Backend::Sqlite {
            return reached;
        }
        match by {
            By::Centre(_) if state == Held => reached.map(|_| matches!(to, Recalled | Sealed)),
            By::Office(_) if matches!(state, Held | Collected) => {
                reached.map(|_| matches!(to, Collected | Acknowledged | Sealed))
            }
            By::Upkeep if state == Held => {
                reached.map(|_| to == Sealed && reason == Some(SealReason::Expired))
            }
            _ => None,
        }
    }
}

/// What the tables ask of a record.
fn is_sound(record: &DisclosureRecord) -> bool {
    use DisclosureState::{Acknowledged, Collected, Recalled, Sealed};
    let state = record.state;
    (state == Sealed) == record.seal_reason.is_some()
        && matches!(state, Collected | Acknowledged) == record.collected_at.is_some()
        && matches!(state, Acknowledged | Recalled | Sealed) == record.closed_at.is_some()
}

fn in_order(model: &Model, of: impl Fn(&Kept) -> bool) -> Vec<DisclosureRecord> {
    let found = model.values().filter(|kept| of(kept));
    let mut records: Vec<_> = found.map(|kept| kept.record.clone()).collect();
    records.sort_by_key(position);
    records
}

fn of_centre(model: &Model, number: u8, by: By, on: Backend) -> Vec<DisclosureRecord> {
    let own = |kept: &Kept| kept.record.centre == centre(number) && kept.is_there_for(by, on);
    let mut records = in_order(model, own);
    records.reverse();
    records
}

/// Destroys content of what can be reached.
fn destroy(model: &mut Model, messages: &[u8], by: By, on: Backend) {
    for number in messages {
        if let Some(kept) = model
            .get_mut(number)
            .filter(|kept| kept.is_there_for(by, on))
        {
            kept.has_content = false;
        }
    }
}

impl Port for Disclosures {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "contents",
        "disclosures",
        "event_terms",
        "log_pending",
        "events",
    ];

    async fn given(pair: &Pair) {
        given::consents(pair).await;
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let centres = (
            0..2_u8,
            vec(prop_oneof![3 => releases(), 5 => calls()], 1..4),
        )
            .prop_map(|(number, calls)| (By::Centre(number), calls));
        let offices = (
            0..2_u8,
            vec(prop_oneof![3 => collections(), 5 => calls()], 1..4),
        )
            .prop_map(|(number, calls)| (By::Office(number), calls));
        let others = (select(vec![By::Upkeep, By::Auditor]), vec(calls(), 1..4));
        // Several at once: random ones are seldom all there.
        let sealed =
            (0..MESSAGES, 0..MESSAGES, select(SealReason::ALL)).prop_map(|(one, other, reason)| {
                let release = |message| {
                    Call::Release(Release {
                        message,
                        consent: 0,
                        office: 0,
                        at: 0,
                    })
                };
                let messages = vec![one, other];
                (
                    By::Centre(0),
                    vec![
                        release(one),
                        release(other),
                        Call::Seal {
                            messages,
                            reason,
                            at: 1,
                        },
                    ],
                )
            });
        prop_oneof![4 => centres, 4 => offices, 1 => sealed, 1 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        match call {
            Call::Release(release) => {
                let given = release.given();
                if on == Backend::Postgres && by != By::Centre(given.centre) {
                    return Ok(told(Done::NoSuchConsent));
                }
                if !in_force(given, release.at) {
                    return Ok(told(Done::Refused));
                }
                if model.contains_key(&release.message) {
                    return Err(Failure::Conflict);
                }
                let (record, consent) = (release.record(), release.consent);
                let kept = Kept {
                    record: record.clone(),
                    consent,
                    has_content: true,
                };
                model.insert(release.message, kept);
                Ok(told(Done::Recorded(Box::new(record))))
            }
            Call::Collect {
                message,
                at: moment,
            } => {
                let kept = model
                    .get_mut(message)
                    .filter(|kept| kept.is_there_for(by, on));
                let Some(kept) = kept else {
                    return Ok(told(None::<(Done, Option<Content>)>));
                };
                if !in_force(&GIVEN[usize::from(kept.consent)], *moment) {
                    return Ok(told(Some((Done::Refused, None::<Content>))));
                }
                if !kept.has_content {
                    return Ok(told(Some((Done::Destroyed, None::<Content>))));
                }
                if !matches!(
                    kept.record.state,
                    DisclosureState::Held | DisclosureState::Collected
                ) {
                    return Err(Failure::Conflict);
                }
                kept.record.state = DisclosureState::Collected;
                kept.record.collected_at.get_or_insert(at(*moment));
                let done = Done::Recorded(Box::new(kept.record.clone()));
                Ok(told(Some((done, Some(content())))))
            }
            Call::Show { message } => {
                let kept = model.get(message).filter(|kept| kept.is_there_for(by, on));
                Ok(told(kept.map(|kept| kept.record.clone())))
            }
            Call::List { centre, page } => {
                let page = world::page(*page, |number| message(number).as_uuid());
                Ok(told(cut(
                    of_centre(model, *centre, by, on),
                    page,
                    true,
                    position,
                )))
            }
            Call::Walk { centre, .. } => Ok(told(of_centre(model, *centre, by, on))),
            Call::Inbox {
                office: of,
                now,
                page,
            } => {
                let waiting = |kept: &Kept| {
                    kept.record.recipient == office(*of)
                        && kept.record.state == DisclosureState::Held
                        && in_force(&GIVEN[usize::from(kept.consent)], *now)
                        && kept.is_there_for(by, on)
                };
                let page = world::page(*page, |number| message(number).as_uuid());
                Ok(told(cut(in_order(model, waiting), page, false, position)))
            }
            Call::Live { consent } => {
                use DisclosureState::{Acknowledged, Collected, Held};
                let live = |kept: &Kept| {
                    kept.consent == *consent
                        && matches!(kept.record.state, Held | Collected | Acknowledged)
                        && kept.is_there_for(by, on)
                };
                Ok(told(in_order(model, live)))
            }
            Call::Closed {
                consent,
                state,
                reason,
            } => {
                let closed = |kept: &Kept| {
                    kept.consent == *consent
                        && kept.record.state == *state
                        && kept.record.seal_reason == Some(*reason)
                        && kept.is_there_for(by, on)
                };
                Ok(told(in_order(model, closed).len()))
            }
            Call::Close {
                message,
                from,
                to,
                at: moment,
            } => {
                let kept = model
                    .get_mut(message)
                    .filter(|kept| kept.record.state == *from);
                let Some((kept, allowed)) =
                    kept.and_then(|kept| kept.may_become(*to, None, by, on).map(|may| (kept, may)))
                else {
                    return Ok(told(false));
                };
                kept.record.state = *to;
                kept.record.closed_at = Some(at(*moment));
                if !allowed || !is_sound(&kept.record) {
                    return Err(Failure::Defect);
                }
                destroy(model, &[*message], by, on);
                Ok(told(true))
            }
            Call::Seal {
                messages,
                reason,
                at: moment,
            } => {
                let mut sealed = 0_usize;
                for (number, kept) in model.iter_mut() {
                    let held =
                        kept.record.state == DisclosureState::Held && messages.contains(number);
                    let may = kept.may_become(DisclosureState::Sealed, Some(*reason), by, on);
                    match may.filter(|_| held) {
                        None => {}
                        Some(false) => return Err(Failure::Defect),
                        Some(true) => {
                            kept.record.state = DisclosureState::Sealed;
                            kept.record.seal_reason = Some(*reason);
                            kept.record.closed_at = Some(at(*moment));
                            sealed += 1;
                        }
                    }
                }
                destroy(model, messages, by, on);
                Ok(told(sealed))
            }
            Call::Destroy { messages } => {
                destroy(model, messages, by, on);
                Ok(told(()))
            }
        }
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        desk: &Desk,
        by: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        let ids = |messages: &[u8]| {
            messages
                .iter()
                .map(|number| message(*number))
                .collect::<Vec<_>>()
        };
        Ok(match call {
            Call::Release(release) => told(release.carry_out(tx, desk, by).await?),
            Call::Collect {
                message: number,
                at,
            } => {
                let Some(held) = tx.disclosure(message(*number)).await? else {
                    return Ok(told(None::<(Done, Option<Content>)>));
                };
                let collection = Disclosure::collection(held);
                let done = given::record(tx, desk, by, collection, u8::MAX, *at).await?;
                told(Some((done, desk.opened())))
            }
            Call::Show { message: number } => told(tx.disclosure(message(*number)).await?),
            Call::List { centre: of, page } => {
                let page = world::page(*page, |number| message(number).as_uuid());
                told(tx.disclosures(centre(*of), page).await?)
            }
            Call::Walk { centre: of, limit } => {
                let (mut all, mut after) = (Vec::new(), None);
                loop {
                    let request = PageRequest {
                        after,
                        limit: *limit,
                    };
                    let page = tx.disclosures(centre(*of), request).await?;
                    all.extend(page.items);
                    after = page.next;
                    if after.is_none() {
                        break told(all);
                    }
                }
            }
            Call::Inbox {
                office: of,
                now,
                page,
            } => {
                let page = world::page(*page, |number| message(number).as_uuid());
                told(tx.inbox(&office(*of), at(*now), page).await?)
            }
            Call::Live { consent: of } => told(tx.live_disclosures_of(consent(*of)).await?),
            Call::Closed {
                consent: of,
                state,
                reason,
            } => told(
                tx.closed_disclosures_of(consent(*of), *state, *reason)
                    .await?,
            ),
            Call::Close {
                message: number,
                from,
                to,
                at: moment,
            } => told(tx.close(message(*number), *from, *to, at(*moment)).await?),
            Call::Seal {
                messages,
                reason,
                at: moment,
            } => told(tx.seal(&ids(messages), *reason, at(*moment)).await?),
            Call::Destroy { messages } => told(tx.destroy_content(&ids(messages)).await?),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let mut all = Vec::new();
        for number in 0..2 {
            let mut calls = vec![Call::Walk {
                centre: number,
                limit: 1,
            }];
            calls.extend((0..3).map(|consent| Call::Live { consent }));
            all.push((By::Centre(number), calls));
            let page = (None, 9);
            // While all consents are in force, and when one is not any more.
            let mut calls = Vec::from([1, 5].map(|now| Call::Inbox {
                office: number,
                now,
                page,
            }));
            // Whether content is there is told by opening it.
            calls.extend((0..MESSAGES).map(|message| Call::Collect { message, at: 1 }));
            all.push((By::Office(number), calls));
        }
        all
    }
}

const MESSAGES: u8 = 4;

fn releases() -> impl Strategy<Value = Call> {
    (0..MESSAGES, 0..3_u8, 0..2_u8, 0..4_u8).prop_map(|(message, consent, office, at)| {
        Call::Release(Release {
            message,
            consent,
            office,
            at,
        })
    })
}

fn collections() -> impl Strategy<Value = Call> {
    (0..MESSAGES, 0..4_u8).prop_map(|(message, at)| Call::Collect { message, at })
}

fn calls() -> impl Strategy<Value = Call> {
    use DisclosureState::{Acknowledged, Collected, Held, Recalled};
    let some = || vec(0..MESSAGES, 0..3);
    let state = || select(DisclosureState::ALL);
    let reason = || select(SealReason::ALL);
    let steps = prop_oneof![
        2 => Just((Held, Recalled)),
        2 => Just((Collected, Acknowledged)),
        1 => (state(), state()),
    ];
    prop_oneof![
        4 => (0..MESSAGES, steps, 0..4_u8).prop_map(
            |(message, (from, to), at)| Call::Close { message, from, to, at }
        ),
        2 => (some(), reason(), 0..4_u8).prop_map(|(messages, reason, at)| Call::Seal { messages, reason, at }),
        1 => some().prop_map(|messages| Call::Destroy { messages }),
        1 => (0..MESSAGES).prop_map(|message| Call::Show { message }),
        2 => (0..2_u8, places(4, MESSAGES)).prop_map(|(centre, page)| Call::List { centre, page }),
        2 => (0..2_u8, 0..5_u8, places(4, MESSAGES)).prop_map(
            |(office, now, page)| Call::Inbox { office, now, page }
        ),
        1 => (0..4_u8).prop_map(|consent| Call::Live { consent }),
        1 => (0..4_u8, state(), reason()).prop_map(
            |(consent, state, reason)| Call::Closed { consent, state, reason }
        ),
    ]
}

#[test]
fn disclosures_are_the_same_on_both_databases() {
    holds::<Disclosures>();
}

#[test]
fn planted_mistakes_with_disclosures_are_noticed() {
    finds::<Disclosures>(&[
        Slip::MarksNothing,
        Slip::ClosesInAnyState,
        Slip::SealsTheFirst,
        Slip::KeepsContent,
        Slip::ShowsWhatIsNotInForce,
        Slip::OverlooksTheNewest,
    ]);
}
