//! Security notices, and what became of them at each centre.

mod model;

use freigabe_domain::{
    security_notice::{AcknowledgingRole, SecurityNoticeState},
    store::{Lock, Mode, StoreError, prelude::*, unit_of_work},
};
use freigabe_storage::SqlTx;
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

pub(super) use self::model::assessed;
use self::model::{
    About, Addressed, After, Call, IDS, Issued, Kept, Model, asked, changed, holds_delivery, id,
    ids, office_of, place_of, position, told as told_centre,
};
use crate::ports::{
    given,
    involvements::{self, sorted},
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, at, centre, cut, office, places},
};

/// Messages are there from which offices know persons, and each office has asked one centre for help.
struct SecurityNotices;

impl Port for SecurityNotices {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &["security_notice_deliveries", "security_notices"];
    const CASES: u32 = 24;

    async fn given(pair: &Pair) {
        given::consents(pair).await;
        given::messages(pair).await;
        involvements::cases_of_offices(pair).await;
        for backend in [Backend::Sqlite, Backend::Postgres] {
            let store = pair.store(backend);
            for by in 0..2 {
                let scope = By::Office(by).scope();
                let made = unit_of_work(&store, &scope, Mode::Write, async |tx: &mut SqlTx<'_>| {
                    let noted = involvements::noted(by, 0);
                    tx.insert_involvement(&noted, &involvements::needed(by))
                        .await?;
                    Ok(tx.insert_offers(&[asked(by).whole()]).await?)
                });
                made.await.expect("an involvement");
            }
        }
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let offices = (0..2_u8, vec(offices_deeds(), 1..4)).prop_map(|(number, deeds)| {
            let all = deeds.into_iter().flat_map(|deed| deed.calls(number));
            (By::Office(number), all.collect())
        });
        let changes = || prop_oneof![3 => changes(), 2 => calls()];
        let centres =
            (0..2_u8, vec(changes(), 1..4)).prop_map(|(number, calls)| (By::Centre(number), calls));
        let upkeep = vec(changes(), 1..4).prop_map(|calls| (By::Upkeep, calls));
        let others = (
            select(vec![By::Coordination, By::Auditor]),
            vec(calls(), 1..3),
        );
        prop_oneof![6 => offices, 4 => centres, 2 => upkeep, 1 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        let own = |notice: u8| on == Backend::Sqlite || by == By::Office(office_of(notice));
        match call {
            Call::Centres => {
                let seen = (0..2_u8).filter(|number| match by {
                    _ if on == Backend::Sqlite => true,
                    By::Office(_) | By::Coordination => true,
                    By::Centre(own) => own == *number,
                    _ => false,
                });
                Ok(told(seen.map(centre).collect::<Vec<_>>()))
            }
            Call::Issue(new) => {
                let begins = new.series == new.id;
                // PostgreSQL looks whether the office knows whom it names.
                let knows = on == Backend::Sqlite || new.about.is_known_to(office_of(new.id));
                if !own(new.id) || !knows || begins != (new.version == 1) {
                    return Err(Failure::Defect);
                }
                let twice = model.notices.values().any(|kept| {
                    let version = u32::from(new.version);
                    (kept.notice.series, kept.notice.version) == (id(new.series), version)
                });
                if twice || model.notices.contains_key(&new.id) {
                    return Err(Failure::Conflict);
                }
                if !new.about.is_known() {
                    return Err(Failure::of_missing(on));
                }
                let kept = Kept {
                    notice: new.whole(),
                    says: Some(assessed(new.id)),
                };
                model.notices.insert(new.id, kept);
                Ok(told(()))
            }
            // Whoever sees one may hold it.
            Call::Show { id } | Call::Hold { id } => {
                let found = model.sees(by, *id, on);
                Ok(told(found.map(|kept| kept.notice.clone())))
            }
            Call::ByIds { ids } => {
                let mut ids = ids.clone();
                ids.sort_unstable();
                ids.dedup();
                let seen = ids.iter().filter_map(|id| model.sees(by, *id, on));
                Ok(told(
                    seen.map(|kept| kept.notice.clone()).collect::<Vec<_>>(),
                ))
            }
            Call::List { office: of, page } => {
                let page = world::page(*page, |number| id(number).as_uuid());
                let seen = (0..IDS).filter_map(|id| model.sees(by, id, on));
                let all = seen.map(|kept| kept.notice.clone());
                let all = all.filter(|notice| notice.office == office(*of));
                Ok(told(cut(sorted(all, true, place_of), page, true, place_of)))
            }
            Call::Says { id } => {
                let found = model.sees(by, *id, on);
                Ok(told(found.and_then(|kept| kept.says.clone())))
            }
            Call::End { id, to, at: moment } => {
                let held = model.sees(by, *id, on).cloned();
                let before = held.ok_or(Failure::Affected(0))?;
                let withdrawn = *to == SecurityNoticeState::Withdrawn;
                let may = on == Backend::Sqlite || matches!(by, By::Office(_));
                if !may || before.says.is_none() && !withdrawn {
                    return Err(Failure::Defect);
                }
                let after = Kept {
                    notice: before.notice.ended(*to, at(*moment)),
                    says: before.says.filter(|_| !withdrawn),
                };
                model.notices.insert(*id, after);
                Ok(told(()))
            }
            Call::Address(all) => {
                let mut missing = false;
                for one in all {
                    if !own(one.notice) {
                        return Err(Failure::Defect);
                    }
                    let new = one.whole();
                    let at = (one.notice, one.centre);
                    if model.deliveries.contains_key(&at) {
                        return Err(Failure::Conflict);
                    }
                    missing |= !model.fits(one.notice, &new) || one.centre > 1;
                    model.deliveries.insert(at, new);
                }
                if missing {
                    return Err(Failure::of_missing(on));
                }
                Ok(told(()))
            }
            Call::Of { ids: numbers } => {
                let wanted = ids(numbers);
                let seen = model.visible(by, on);
                let of = seen.filter(|delivery| wanted.contains(&delivery.notice));
                Ok(told(of.cloned().collect::<Vec<_>>()))
            }
            Call::HoldAt { id, centre } => {
                let found = model.deliveries.get(&(*id, *centre));
                let held = found.filter(|delivery| holds_delivery(by, delivery, on));
                Ok(told(held.cloned()))
            }
            Call::ToldTo { centre: to, page } => {
                let page = world::page(*page, |number| id(number).as_uuid());
                let all = model.visible(by, on);
                let all = all.filter(|delivery| delivery.organisation == centre(*to));
                let rows = sorted(all.cloned(), true, position);
                Ok(told(cut(rows, page, true, position)))
            }
            Call::Change { id, centre, to, at } => {
                let found = model.deliveries.get(&(*id, *centre));
                let held = found.filter(|delivery| holds_delivery(by, delivery, on));
                let after = changed(held.ok_or(Failure::Affected(0))?, *to, *at);
                let left = match by {
                    _ if on == Backend::Sqlite => true,
                    By::Centre(_) => after.delivered_at.is_some(),
                    _ => after.acknowledged.is_none(),
                };
                if !left {
                    return Err(Failure::Defect);
                }
                model.deliveries.insert((*id, *centre), after);
                Ok(told(()))
            }
            Call::Due { now, limit } => {
                let mut due = model.due(by, on, at(*now));
                due.truncate(usize::from(*limit));
                Ok(told(due))
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
            Call::Centres => told(tx.centres_taking_part().await?),
            Call::Issue(new) => {
                let says = assessed(new.id);
                told(tx.insert_security_notice(&new.whole(), &says).await?)
            }
            Call::Show { id: number } => told(tx.security_notice(id(*number)).await?),
            Call::Hold { id: number } => {
                told(tx.lock_security_notice(id(*number), Lock::Shared).await?)
            }
            Call::ByIds { ids: numbers } => {
                let mut found = tx.security_notices_by_id(&ids(numbers)).await?;
                found.sort_by_key(|notice| notice.id);
                told(found)
            }
            Call::List { office: of, page } => {
                let page = world::page(*page, |number| id(number).as_uuid());
                told(tx.security_notices(&office(*of), page).await?)
            }
            Call::Says { id: number } => told(tx.threat_assessment(id(*number)).await?),
            Call::End { id, to, at: moment } => {
                // Of another audience: what is said of that is not written.
                let notice = Issued {
                    id: *id,
                    series: *id,
                    version: 1,
                    about: About::All,
                    at: 0,
                    until: 1,
                };
                let notice = notice.whole().ended(*to, at(*moment));
                told(tx.end_security_notice(&notice).await?)
            }
            Call::Address(all) => {
                let all: Vec<_> = all.iter().map(|one| one.whole()).collect();
                told(tx.insert_deliveries(&all).await?)
            }
            Call::Of { ids: numbers } => told(tx.deliveries_of(&ids(numbers)).await?),
            Call::HoldAt { id: number, centre } => {
                told(tx.lock_delivery(id(*number), told_centre(*centre)).await?)
            }
            Call::ToldTo { centre: to, page } => {
                let page = world::page(*page, |number| id(number).as_uuid());
                told(tx.deliveries_to(centre(*to), page).await?)
            }
            Call::Change { id, centre, to, at } => {
                // Of another case and another time: what is said of these is not written.
                let before = Addressed {
                    notice: *id,
                    centre: *centre,
                    case: None,
                    at: 200,
                };
                told(
                    tx.update_delivery(&changed(&before.whole(), *to, *at))
                        .await?,
                )
            }
            Call::Due { now, limit } => told(tx.due_deliveries(at(*now), *limit).await?),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let page = (None, 9);
        let says = || (0..IDS).map(|id| Call::Says { id });
        let mut all = vec![(By::Upkeep, vec![Call::Due { now: 9, limit: 9 }])];
        for number in 0..2 {
            let list = Call::List {
                office: number,
                page,
            };
            let of = Call::Of {
                ids: (0..IDS).collect(),
            };
            all.push((
                By::Office(number),
                says().chain([Call::Centres, list, of]).collect(),
            ));
            let told = Call::ToldTo {
                centre: number,
                page,
            };
            all.push((By::Centre(number), says().chain([told]).collect()));
        }
        all
    }
}

/// What an office does.
#[derive(Debug, Clone)]
enum Deed {
    /// It tells the centres of a new notice, or of a version after one of this series.
    Tell {
        issued: Issued,
        after: Option<u8>,
    },
    Call(Call),
}

impl Deed {
    /// Mostly with its own notices.
    fn calls(self, number: u8) -> Vec<Call> {
        match self {
            Self::Tell { issued, after } => {
                let own = |id: u8| id / 2 * 2 + number;
                let id = own(issued.id);
                let series = after.map_or(id, own);
                let issued = Issued {
                    id,
                    series,
                    ..issued
                };
                vec![Call::Issue(issued), Call::Address(issued.deliveries())]
            }
            Self::Call(call) => vec![call],
        }
    }
}

fn issued() -> impl Strategy<Value = Issued> {
    let about = prop_oneof![
        3 => (0..4_u8).prop_map(About::Person),
        2 => (0..2_u8).prop_map(About::Family),
        1 => (0..2_u8).prop_map(About::Counsellors),
        1 => (0..2_u8).prop_map(About::Centre),
        2 => Just(About::Region),
        3 => Just(About::All),
    ];
    let fits = prop::bool::weighted(0.8);
    let all = (0..IDS, about, fits, 0..3_u8, 1..5_u8);
    all.prop_map(|(id, about, fits, at, until)| Issued {
        id,
        series: id,
        version: 1,
        about: if fits {
            about.of_office(office_of(id))
        } else {
            about
        },
        at,
        until,
    })
}

fn offices_deeds() -> impl Strategy<Value = Deed> {
    let first = issued().prop_map(|issued| Deed::Tell {
        issued,
        after: None,
    });
    let later = (issued(), 0..IDS, 2..4_u8).prop_map(|(issued, series, version)| Deed::Tell {
        issued: Issued { version, ..issued },
        after: Some(series),
    });
    let case = prop_oneof![Just(None), select(vec![0, 2, 50, 51]).prop_map(Some)];
    let addressed =
        (0..IDS, 0..3_u8, case, 0..3_u8).prop_map(|(notice, centre, case, at)| Addressed {
            notice,
            centre,
            case,
            at,
        });
    let to = select(vec![
        SecurityNoticeState::Superseded,
        SecurityNoticeState::Withdrawn,
    ]);
    let others = prop_oneof![
        1 => issued().prop_map(Call::Issue),
        2 => vec(addressed, 0..3).prop_map(Call::Address),
        4 => (0..IDS, to, 0..3_u8).prop_map(|(id, to, at)| Call::End { id, to, at }),
        1 => changes(),
        3 => calls(),
    ];
    prop_oneof![5 => first, 1 => later, 6 => others.prop_map(Deed::Call)]
}

fn changes() -> impl Strategy<Value = Call> {
    let to = prop_oneof![
        1 => Just(After::Nothing),
        2 => Just(After::Delivered),
        2 => Just(After::Read),
        2 => select(AcknowledgingRole::ALL.to_vec()).prop_map(After::Acknowledged),
        2 => Just(After::Reminded),
    ];
    (0..IDS, 0..2_u8, to, 0..4_u8).prop_map(|(id, centre, to, at)| Call::Change {
        id,
        centre,
        to,
        at,
    })
}

fn calls() -> impl Strategy<Value = Call> {
    let some = || vec(0..IDS, 0..4);
    prop_oneof![
        1 => Just(Call::Centres),
        1 => (0..IDS).prop_map(|id| Call::Show { id }),
        2 => (0..IDS).prop_map(|id| Call::Hold { id }),
        1 => some().prop_map(|ids| Call::ByIds { ids }),
        2 => (0..2_u8, places(3, IDS)).prop_map(|(office, page)| Call::List { office, page }),
        1 => (0..IDS).prop_map(|id| Call::Says { id }),
        1 => some().prop_map(|ids| Call::Of { ids }),
        2 => (0..IDS, 0..3_u8).prop_map(|(id, centre)| Call::HoldAt { id, centre }),
        2 => (0..2_u8, places(3, IDS)).prop_map(|(centre, page)| Call::ToldTo { centre, page }),
        2 => (0..6_u8, 0..4_u16).prop_map(|(now, limit)| Call::Due { now, limit }),
    ]
}

#[test]
fn security_notices_are_the_same_on_both_databases() {
    holds::<SecurityNotices>();
}

#[test]
fn planted_mistakes_with_security_notices_are_noticed() {
    finds::<SecurityNotices>(&[
        Slip::TellsWhatWasWithdrawn,
        Slip::KeepsSuperseded,
        Slip::AsksAllButTheLast,
        Slip::ForgetsDeliveries,
        Slip::ListsDeliveriesOfOthers,
        Slip::RemindsOfWhatNoLongerHolds,
        Slip::IsDueTooSoon,
        Slip::SkipsAfterCursors,
    ]);
}
