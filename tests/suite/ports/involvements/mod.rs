//! Involvements, what centres were asked, and referral notices.

mod model;

use freigabe_domain::{
    involvement::{InvolvementOffer, OfferState},
    referral::ReferralNotice,
    store::{Mode, StoreError, prelude::*, unit_of_work},
};
use freigabe_storage::SqlTx;
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

pub(super) use self::model::{Asked, To, case_of, changed, needed, noted, office_of, sorted};
use self::model::{
    Call, Model, PERSONS, answered, followed, id, ids, offer_id, place_of, place_of_referral,
    position, referral, referral_id, sees_offer,
};
use crate::ports::{
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, at, case, centre, cut, office, organisation, places},
};

struct Involvements;

/// A case of each office, the same on both databases.
pub(super) async fn cases_of_offices(pair: &Pair) {
    for backend in [Backend::Sqlite, Backend::Postgres] {
        let store = pair.store(backend);
        let mut persons = Vec::new();
        for number in 0..2 {
            let scope = By::Office(number).scope();
            let made = unit_of_work(&store, &scope, Mode::Write, async |tx: &mut SqlTx<'_>| {
                let references = world::references(200, number);
                let fresh = case(case_of(number));
                let holder = organisation(2 + number);
                Ok(tx.case_for(holder, &references, fresh, at(0)).await?)
            });
            let made = made.await.expect("an office's case");
            assert_eq!(made.id, case(case_of(number)));
            persons.push(made.person);
        }
        assert_eq!(
            PERSONS.get_or_init(|| persons.clone()),
            &persons,
            "{backend:?}"
        );
    }
}

impl Port for Involvements {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] =
        &["involvement_offers", "involvements", "referral_notices"];
    const CASES: u32 = 24;

    async fn given(pair: &Pair) {
        cases_of_offices(pair).await;
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let offices = (0..2_u8, vec(offices_calls(), 1..4)).prop_map(|(number, mut calls)| {
            // Mostly its own.
            for call in &mut calls {
                match call {
                    Call::Note { id, at } | Call::Change { id, at, .. } if *at > 0 => {
                        *id = *id / 2 * 2 + number;
                    }
                    Call::Ask(all) => {
                        let own = all.iter_mut().filter(|asked| asked.at > 0);
                        own.for_each(|asked| {
                            asked.involvement = asked.involvement / 2 * 2 + number;
                        });
                    }
                    Call::Refer { office, at, .. } if *at > 0 => *office = number,
                    _ => {}
                }
            }
            (By::Office(number), calls)
        });
        let answer = prop_oneof![2 => answers(), 2 => calls()];
        let centres =
            (0..2_u8, vec(answer, 1..4)).prop_map(|(number, calls)| (By::Centre(number), calls));
        let upkeep = vec(prop_oneof![3 => follow_ups(), 1 => calls()], 1..4)
            .prop_map(|calls| (By::Upkeep, calls));
        let others = (
            select(vec![By::Coordination, By::Coordination, By::Auditor]),
            vec(calls(), 1..3),
        );
        prop_oneof![5 => offices, 4 => centres, 2 => upkeep, 1 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        let own = |number: u8| on == Backend::Sqlite || by == By::Office(number);
        match call {
            Call::Note { id, .. } if !own(office_of(*id)) => Err(Failure::Corrupt("cases")),
            Call::Note { id, at } => match model.involvements.insert(*id, noted(*id, *at)) {
                None => Ok(told(())),
                Some(_) => Err(Failure::Conflict),
            },
            Call::Change { id, to, at: moment } => {
                let found = model.involvements.get(id);
                let held = found.filter(|of| model.holds(by, of, on)).cloned();
                let before = held.ok_or(Failure::Affected(0))?;
                let after = changed(before, *to, at(*moment));
                if !model.may_leave(by, &after, on) {
                    return Err(Failure::Defect);
                }
                model.involvements.insert(*id, after);
                Ok(told(()))
            }
            Call::Show { id } => {
                let found = model.involvements.get(id);
                Ok(told(found.filter(|of| model.sees(by, of, on)).cloned()))
            }
            Call::Hold { id } => {
                let found = model.involvements.get(id);
                Ok(told(found.filter(|of| model.holds(by, of, on)).cloned()))
            }
            Call::ByIds { ids } => {
                let all = ids.iter().filter_map(|id| model.involvements.get(id));
                let seen = all.filter(|of| model.sees(by, of, on)).cloned();
                let mut seen: Vec<_> = seen.collect();
                seen.sort_by_key(|of| of.id);
                seen.dedup();
                Ok(told(seen))
            }
            Call::Needed { ids } => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                ids.dedup();
                ids.retain(|id| {
                    let of = model.involvements.get(id);
                    of.is_some_and(|of| model.sees(by, of, on))
                });
                // The upkeep and the coordination see that there is something, and can't open it.
                let opens = matches!(by, By::Office(_) | By::Centre(_));
                if on == Backend::Postgres && !opens && !ids.is_empty() {
                    return Err(Failure::Corrupt("cases"));
                }
                Ok(told(
                    ids.iter()
                        .map(|number| (id(*number), needed(*number)))
                        .collect::<Vec<_>>(),
                ))
            }
            Call::List { office: of, page } => {
                let page = world::page(*page, |number| id(number).as_uuid());
                let all = model.involvements.values();
                let all = all.filter(|one| one.office == office(*of) && model.sees(by, one, on));
                Ok(told(cut(
                    sorted(all.cloned(), true, place_of),
                    page,
                    true,
                    place_of,
                )))
            }
            Call::Ask(all) => {
                let mut missing = false;
                for asked in all {
                    if !own(office_of(asked.involvement)) {
                        return Err(Failure::Defect);
                    }
                    let new = asked.whole();
                    let twice = model.offers.values().any(|offer| {
                        (offer.involvement, offer.centre) == (new.involvement, new.centre)
                    });
                    if twice || model.offers.contains_key(&asked.id) {
                        return Err(Failure::Conflict);
                    }
                    model.offers.insert(asked.id, new);
                    missing |= !model.involvements.contains_key(&asked.involvement);
                }
                if missing {
                    return Err(Failure::of_missing(on));
                }
                Ok(told(()))
            }
            Call::Answer { id, state, at } => {
                let known = model.offers.get(id).cloned();
                let before = known.ok_or(Failure::Affected(0))?;
                let after = answered(&before, *state, *at);
                update(model, by, *id, before, after, on)
            }
            Call::FollowUp { id, escalates, at } => {
                let known = model.offers.get(id).cloned();
                let before = known.ok_or(Failure::Affected(0))?;
                let after = followed(&before, *escalates, *at);
                update(model, by, *id, before, after, on)
            }
            Call::Offer { id } => {
                let found = model.offers.get(id);
                Ok(told(
                    found.filter(|offer| sees_offer(by, offer, on)).cloned(),
                ))
            }
            Call::Within { ids: numbers } => {
                let wanted = ids(numbers);
                let within = model
                    .visible(by, on)
                    .filter(|offer| wanted.contains(&offer.involvement));
                Ok(told(sorted(within.cloned(), false, position)))
            }
            Call::AskedOf { centre: of, page } => {
                let page = world::page(*page, |number| offer_id(number).as_uuid());
                let all = model
                    .visible(by, on)
                    .filter(|offer| offer.organisation == centre(*of));
                Ok(told(cut(
                    sorted(all.cloned(), true, position),
                    page,
                    true,
                    position,
                )))
            }
            Call::Due { now, limit } => {
                let now = at(*now);
                let due = model.waiting(by, on);
                let due = due
                    .filter(|offer| offer.is_to_be_reminded(now) || offer.is_to_be_escalated(now));
                let mut due: Vec<_> = due.map(|offer| (offer.remind_at, offer.id)).collect();
                due.sort_unstable();
                due.truncate(usize::from(*limit));
                Ok(told(due.into_iter().map(|(_, id)| id).collect::<Vec<_>>()))
            }
            Call::Unanswered { page } => {
                let page = world::page(*page, |number| offer_id(number).as_uuid());
                let all = model
                    .waiting(by, on)
                    .filter(|offer| offer.escalated_at.is_some());
                Ok(told(cut(
                    sorted(all.cloned(), false, position),
                    page,
                    false,
                    position,
                )))
            }
            Call::Refer { office, .. } if !own(*office) => Err(Failure::Defect),
            Call::Refer { id, office, at } => {
                match model.referrals.insert(*id, referral(*id, *office, *at)) {
                    None => Ok(told(())),
                    Some(_) => Err(Failure::Conflict),
                }
            }
            Call::Referral { id } => {
                let found = model.referrals.get(id);
                let seen =
                    |notice: &&ReferralNotice| (0..2).any(|n| notice.office == office(n) && own(n));
                Ok(told(found.filter(seen).cloned()))
            }
            Call::Referrals { office: of, page } => {
                let page = world::page(*page, |number| referral_id(number).as_uuid());
                let all = model.referrals.values();
                let all = all.filter(|notice| notice.office == office(*of) && own(*of));
                let rows = sorted(all.cloned(), true, place_of_referral);
                Ok(told(cut(rows, page, true, place_of_referral)))
            }
        }
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match call {
            Call::Note { id, at } => told(
                tx.insert_involvement(&noted(*id, *at), &needed(*id))
                    .await?,
            ),
            Call::Change {
                id: number,
                to,
                at: moment,
            } => {
                // Written over whatever somebody sees, or does not.
                let before = tx.involvement(id(*number)).await?;
                let before = before.unwrap_or_else(|| noted(*number, 0));
                let after = changed(before, *to, at(*moment));
                told(tx.update_involvement(&after).await?)
            }
            Call::Show { id: number } => told(tx.involvement(id(*number)).await?),
            Call::Hold { id: number } => told(tx.lock_involvement(id(*number)).await?),
            Call::ByIds { ids: numbers } => {
                let mut found = tx.involvements_by_id(&ids(numbers)).await?;
                found.sort_by_key(|of| of.id);
                told(found)
            }
            Call::Needed { ids: numbers } => {
                let mut found = tx.help_needed(&ids(numbers)).await?;
                found.sort_by_key(|(id, _)| *id);
                told(found)
            }
            Call::List { office: of, page } => {
                let page = world::page(*page, |number| id(number).as_uuid());
                told(tx.involvements(&office(*of), page).await?)
            }
            Call::Ask(all) => {
                let all: Vec<_> = all.iter().map(|asked| asked.whole()).collect();
                told(tx.insert_offers(&all).await?)
            }
            Call::Answer { id, state, at } => {
                let before = known(tx, *id).await?;
                told(tx.update_offer(&answered(&before, *state, *at)).await?)
            }
            Call::FollowUp { id, escalates, at } => {
                let before = known(tx, *id).await?;
                told(tx.update_offer(&followed(&before, *escalates, *at)).await?)
            }
            Call::Offer { id } => told(tx.offer(offer_id(*id)).await?),
            Call::Within { ids: numbers } => told(tx.offers_within(&ids(numbers)).await?),
            Call::AskedOf { centre: of, page } => {
                let page = world::page(*page, |number| offer_id(number).as_uuid());
                told(tx.offers_to(centre(*of), page).await?)
            }
            Call::Due { now, limit } => told(tx.due_offers(at(*now), *limit).await?),
            Call::Unanswered { page } => {
                let page = world::page(*page, |number| offer_id(number).as_uuid());
                told(tx.unanswered_offers(page).await?)
            }
            Call::Refer { id, office, at } => {
                told(tx.insert_referral(&referral(*id, *office, *at)).await?)
            }
            Call::Referral { id } => told(tx.referral(referral_id(*id)).await?),
            Call::Referrals { office: of, page } => {
                let page = world::page(*page, |number| referral_id(number).as_uuid());
                told(tx.referrals(&office(*of), page).await?)
            }
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let page = (None, 9);
        let ids: Vec<u8> = (0..IDS).collect();
        let mut all = vec![
            (
                By::Upkeep,
                vec![
                    Call::ByIds { ids: ids.clone() },
                    Call::Due { now: 9, limit: 9 },
                ],
            ),
            (By::Coordination, vec![Call::Unanswered { page }]),
        ];
        for number in 0..2 {
            all.push((
                By::Office(number),
                vec![
                    Call::List {
                        office: number,
                        page,
                    },
                    Call::Within { ids: ids.clone() },
                    Call::Needed { ids: ids.clone() },
                    Call::Referrals {
                        office: number,
                        page,
                    },
                ],
            ));
            let asked = Call::AskedOf {
                centre: number,
                page,
            };
            all.push((
                By::Centre(number),
                vec![asked, Call::Needed { ids: ids.clone() }],
            ));
        }
        all
    }
}

/// An offer as it is written over another: PostgreSQL lets a centre answer, and the upkeep follow up.
fn update(
    model: &mut Model,
    by: By,
    id: u8,
    before: InvolvementOffer,
    after: InvolvementOffer,
    on: Backend,
) -> Result<Answer, Failure> {
    let reached = match by {
        _ if on == Backend::Sqlite => true,
        By::Centre(number) => {
            let open = matches!(before.state, OfferState::Open | OfferState::Accepted);
            before.organisation == centre(number) && open
        }
        By::Upkeep => before.state == OfferState::Open,
        _ => false,
    };
    if !reached {
        return Err(Failure::Affected(0));
    }
    let left = match by {
        _ if on == Backend::Sqlite => true,
        By::Centre(_) => after.state != OfferState::Open,
        _ => after.state == OfferState::Open,
    };
    if !left {
        return Err(Failure::Defect);
    }
    model.offers.insert(id, after);
    Ok(told(()))
}

/// The offer as it is, whoever asks; where it is not seen, something that no row will be.
async fn known<'tx>(tx: &mut Transaction<'tx>, id: u8) -> Result<InvolvementOffer, StoreError> {
    let found = tx.offer(offer_id(id)).await?;
    let unseen = Asked {
        id,
        involvement: 0,
        centre: 0,
        at: 0,
    };
    Ok(found.unwrap_or_else(|| unseen.whole()))
}

const IDS: u8 = 4;

fn offices_calls() -> impl Strategy<Value = Call> {
    let to = prop_oneof![
        1 => Just(To::Offered),
        1 => (0..IDS).prop_map(To::Agreed),
        1 => Just(To::Closed),
    ];
    let asked =
        (0..5_u8, 0..IDS, 0..2_u8, 0..3_u8).prop_map(|(id, involvement, centre, at)| Asked {
            id,
            involvement,
            centre,
            at,
        });
    prop_oneof![
        4 => (0..IDS, 0..3_u8).prop_map(|(id, at)| Call::Note { id, at }),
        2 => (0..IDS, to, 0..3_u8).prop_map(|(id, to, at)| Call::Change { id, to, at }),
        5 => vec(asked, 0..3).prop_map(Call::Ask),
        1 => (0..IDS, 0..2_u8, 0..3_u8).prop_map(|(id, office, at)| Call::Refer { id, office, at }),
        3 => calls(),
    ]
}

fn answers() -> impl Strategy<Value = Call> {
    let state = select(OfferState::ALL.to_vec());
    let to = prop_oneof![
        2 => (0..5_u8).prop_map(To::Accepted),
        1 => Just(To::Offered),
        1 => (0..5_u8).prop_map(To::Agreed),
        1 => Just(To::Closed),
    ];
    prop_oneof![
        3 => (0..5_u8, state, 0..3_u8).prop_map(|(id, state, at)| Call::Answer { id, state, at }),
        2 => (0..IDS, to, 0..3_u8).prop_map(|(id, to, at)| Call::Change { id, to, at }),
    ]
}

fn follow_ups() -> impl Strategy<Value = Call> {
    (0..5_u8, any::<bool>(), 0..3_u8).prop_map(|(id, escalates, at)| Call::FollowUp {
        id,
        escalates,
        at,
    })
}

fn calls() -> impl Strategy<Value = Call> {
    let some = || vec(0..IDS, 0..4);
    prop_oneof![
        2 => (0..IDS).prop_map(|id| Call::Show { id }),
        2 => (0..IDS).prop_map(|id| Call::Hold { id }),
        1 => some().prop_map(|ids| Call::ByIds { ids }),
        1 => some().prop_map(|ids| Call::Needed { ids }),
        2 => (0..2_u8, places(3, IDS)).prop_map(|(office, page)| Call::List { office, page }),
        1 => (0..5_u8).prop_map(|id| Call::Offer { id }),
        1 => some().prop_map(|ids| Call::Within { ids }),
        2 => (0..2_u8, places(3, 5)).prop_map(|(centre, page)| Call::AskedOf { centre, page }),
        2 => (0..5_u8, 0..4_u16).prop_map(|(now, limit)| Call::Due { now, limit }),
        2 => places(3, 5).prop_map(|page| Call::Unanswered { page }),
        1 => (0..IDS).prop_map(|id| Call::Referral { id }),
        1 => (0..2_u8, places(3, IDS)).prop_map(|(office, page)| Call::Referrals { office, page }),
    ]
}

#[test]
fn involvements_are_the_same_on_both_databases() {
    holds::<Involvements>();
}

#[test]
fn planted_mistakes_with_involvements_are_noticed() {
    finds::<Involvements>(&[
        Slip::AsksAllButTheLast,
        Slip::ForgetsAnswers,
        Slip::KeepsInvolvements,
        Slip::IsDueTooSoon,
        Slip::SkipsAfterCursors,
    ]);
}
