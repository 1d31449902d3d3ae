//! Messages and their content, and whom they wait for when a case was handed over.

mod calls;
mod model;

use freigabe_domain::{
    disclosure::{Content, Disclosure, DisclosureState, SealReason},
    store::{PageRequest, StoreError, prelude::*},
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

use self::{
    calls::{Call, MESSAGES, calls, collections, handovers, redirections, releases},
    model::{Case, Kept, Model, content, destroy, in_order, is_sound, of_centre, position},
};
use super::{
    given::{self, Done, GIVEN, Release, in_force, message},
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, at, case, centre, consent, cut, office},
};

struct Disclosures;

impl Port for Disclosures {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &[
        "handovers",
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
            vec(
                prop_oneof![3 => releases(), 1 => redirections(), 5 => calls()],
                1..4,
            ),
        )
            .prop_map(|(number, calls)| (By::Centre(number), calls));
        let offices = (
            0..2_u8,
            vec(
                prop_oneof![3 => collections(), 1 => handovers(), 5 => calls()],
                1..4,
            ),
        )
            .prop_map(|(number, mut calls)| {
                for call in &mut calls {
                    // In its own name.
                    if let Call::HandOver(made) = call {
                        made.office = number;
                    }
                }
                (By::Office(number), calls)
            });
        // One after the other: random ones seldom follow from each other.
        let moved = (0..MESSAGES, any::<bool>()).prop_map(|(message, comes_back)| {
            let to = u8::from(!comes_back);
            (By::Centre(0), vec![Call::Redirect { message, to, at: 2 }])
        });
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
        prop_oneof![4 => centres, 4 => offices, 1 => sealed, 1 => moved, 1 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        match call {
            Call::Release(release) => {
                let given = release.given();
                if on == Backend::Postgres && by != By::Centre(given.centre) {
                    return Ok(told(Done::NoSuchConsent));
                }
                let here = model.case_at(release.office, release.consent, by, on);
                if !in_force(given, release.at) || here == Case::GivenAway {
                    return Ok(told(Done::Refused));
                }
                if model.messages.contains_key(&release.message) {
                    return Err(Failure::Conflict);
                }
                let (record, consent) = (release.record(), release.consent);
                let kept = Kept {
                    record: record.clone(),
                    consent,
                    has_content: true,
                };
                model.messages.insert(release.message, kept);
                Ok(told(Done::Recorded(Box::new(record))))
            }
            Call::Collect {
                message,
                at: moment,
            } => {
                let kept = model.messages.get(message);
                let Some(kept) = kept.filter(|kept| kept.is_there_for(by, on)) else {
                    return Ok(told(None::<(Done, Option<Content>)>));
                };
                let here = model.case_at(kept.recipient(), kept.consent, by, on);
                if !in_force(&GIVEN[usize::from(kept.consent)], *moment) || here == Case::GivenAway
                {
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
                let mut kept = kept.clone();
                kept.record.state = DisclosureState::Collected;
                kept.record.collected_at.get_or_insert(at(*moment));
                let done = Done::Recorded(Box::new(kept.record.clone()));
                model.messages.insert(*message, kept);
                Ok(told(Some((done, Some(content())))))
            }
            Call::Show { message } => {
                let kept = model.messages.get(message);
                let kept = kept.filter(|kept| kept.is_there_for(by, on));
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
                        && model.case_at(*of, kept.consent, by, on) != Case::GivenAway
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
                let kept = model.messages.get_mut(message);
                let kept = kept.filter(|kept| kept.record.state == *from);
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
                for (number, kept) in &mut model.messages {
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
            Call::HandOver(made) => {
                let from = model.messages.get(&made.message);
                let knows = from.is_some_and(|kept| {
                    kept.recipient() == made.office && kept.consent == made.consent
                });
                if on == Backend::Postgres && (by != By::Office(made.office) || !knows) {
                    return Err(Failure::Defect);
                }
                let mut made_before = model.given_away.iter();
                if made_before.any(|known| known.number == made.number) {
                    return Err(Failure::Conflict);
                }
                if !model.messages.contains_key(&made.message) {
                    return Err(Failure::of_missing(on));
                }
                model.given_away.push(*made);
                Ok(told(()))
            }
            Call::Redirect {
                message,
                to,
                at: moment,
            } => {
                let kept = model.messages.get(message);
                let Some(kept) = kept.filter(|kept| kept.is_there_for(by, on)) else {
                    return Ok(told(None::<Done>));
                };
                // Only who took the case over is competent in the place of who had it.
                let there = model.case_at(*to, kept.consent, by, on);
                let may = match there {
                    Case::GivenAway => false,
                    Case::TakenOver => true,
                    Case::Untouched => kept.recipient() == *to,
                };
                if !in_force(&GIVEN[usize::from(kept.consent)], *moment) || !may {
                    return Ok(told(Some(Done::Refused)));
                }
                if kept.record.state != DisclosureState::Held {
                    return Err(Failure::Conflict);
                }
                if there == Case::Untouched && on == Backend::Postgres {
                    // Nobody took it over: the database itself says so.
                    return Err(Failure::Defect);
                }
                let release = Release {
                    message: *message,
                    consent: kept.consent,
                    office: *to,
                    at: *moment,
                };
                let record = release.record();
                let kept = Kept {
                    record: record.clone(),
                    ..kept.clone()
                };
                model.messages.insert(*message, kept);
                Ok(told(Some(Done::Recorded(Box::new(record)))))
            }
            Call::LiveFor {
                consent: of,
                office: number,
            } => {
                use DisclosureState::{Acknowledged, Collected, Held};
                let case = GIVEN[usize::from(*of)].case;
                let live = |kept: &Kept| {
                    GIVEN[usize::from(kept.consent)].case == case
                        && kept.record.recipient == office(*number)
                        && matches!(kept.record.state, Held | Collected | Acknowledged)
                        && kept.is_there_for(by, on)
                };
                Ok(told(in_order(model, live)))
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
            Call::HandOver(made) => told(tx.insert_handover(&made.whole()).await?),
            Call::Redirect {
                message: number,
                to,
                at,
            } => {
                let Some(held) = tx.disclosure(message(*number)).await? else {
                    return Ok(told(None::<Done>));
                };
                let redirection = Disclosure::redirection(held, office(*to));
                let done = given::record(tx, desk, by, redirection, u8::MAX, *at).await?;
                told(Some(done))
            }
            Call::LiveFor {
                consent: of,
                office: number,
            } => {
                let of = case(GIVEN[usize::from(*of)].case);
                told(tx.live_disclosures_for(of, &office(*number)).await?)
            }
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
            for office in 0..2 {
                calls.extend((0..3).map(|consent| Call::LiveFor { consent, office }));
            }
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
        Slip::ShowsWhatWasHandedOver,
        Slip::KeepsRecipients,
        Slip::ListsMessagesForAnyOffice,
    ]);
}
