//! Cases and consents.

mod model;

use freigabe_domain::{
    consent::{ConsentEvent, ConsentEventKind, ConsentHead, ConsentStatus, ConsentTerms, Decision},
    store::{Lock, PageRequest, StoreError, prelude::*},
};
use freigabe_testkit::{Backend, store::good_terms};
use proptest::{collection::vec, prelude::*, strategy::BoxedStrategy};

use self::model::Model;
use super::{
    machine::{Answer, Failure, Port, finds, holds, tells_shortly, told},
    pair::Transaction,
    slips::{Desk, Slip},
    world::{self, By, Place, at, case, centre, commitment, consent, office, places},
};

struct Consents;

/// What was decided, in short.
#[derive(Debug, Clone, Copy)]
enum Decided {
    Given { from: u8, until: u8 },
    Refused,
    NotAsked,
}

#[derive(Debug, Clone)]
enum Call {
    CaseFor {
        centre: u8,
        file: u8,
        person: u8,
        fresh: u8,
    },
    References {
        case: u8,
    },
    Pseudonym {
        case: u8,
        office: u8,
    },
    Record {
        consent: u8,
        decided: Decided,
        at: u8,
    },
    Revise {
        consent: u8,
        to: u32,
        decided: Decided,
        at: u8,
    },
    Withdraw {
        consent: u8,
        revision: u32,
        valid: Option<(u8, u8)>,
        at: u8,
    },
    Expire {
        consent: u8,
        revision: u32,
        valid: Option<(u8, u8)>,
        at: u8,
    },
    Lock {
        consent: u8,
        lock: Lock,
    },
    LockHead {
        consent: u8,
    },
    Show {
        consent: u8,
    },
    History {
        consent: u8,
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
    PastEnd {
        now: u8,
        limit: u16,
    },
}

/// Of which centre a consent is, and of which case: whether there is one or not.
fn belongs(consent: u8) -> (u8, u8) {
    match consent {
        0 | 3 => (0, 0),
        1 => (0, 1),
        _ => (1, 2),
    }
}

fn terms(from: u8, until: u8) -> ConsentTerms {
    ConsentTerms {
        valid_from: at(from),
        valid_until: at(until),
        ..good_terms()
    }
}

fn decision(decided: Decided) -> Decision {
    match decided {
        Decided::Given { from, until } => Decision::Given(Box::new(terms(from, until))),
        Decided::Refused => Decision::Refused,
        Decided::NotAsked => Decision::NotAsked,
    }
}

fn head(
    number: u8,
    revision: u32,
    status: ConsentStatus,
    valid: Option<(u8, u8)>,
    moment: u8,
) -> ConsentHead {
    let (of, in_case) = belongs(number);
    ConsentHead {
        id: consent(number),
        centre: centre(of),
        case: case(in_case),
        person: world::in_log(of, 0),
        status,
        revision,
        recorded_at: at(moment),
        changed_at: at(moment),
        withdrawn_at: (status == ConsentStatus::Withdrawn).then(|| at(moment)),
        valid_from: valid.map(|(from, _)| at(from)),
        valid_until: valid.map(|(_, until)| at(until)),
        commitment: commitment(moment),
    }
}

fn decided_head(number: u8, revision: u32, decided: Decided, moment: u8) -> ConsentHead {
    let valid = match decided {
        Decided::Given { from, until } => Some((from, until)),
        Decided::Refused | Decided::NotAsked => None,
    };
    head(number, revision, decision(decided).status(), valid, moment)
}

impl Port for Consents {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] =
        &["consent_events", "consent_revisions", "consents", "cases"];

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let by = prop_oneof![
            5 => Just(By::Centre(0)),
            3 => Just(By::Centre(1)),
            2 => Just(By::Upkeep),
            1 => Just(By::Auditor),
        ];
        let begun = (0..4_u8, decisions(), 0..2_u8).prop_map(|(consent, decided, at)| {
            let (centre, file) = belongs(consent);
            let (person, fresh) = (0, file);
            let case = Call::CaseFor {
                centre,
                file,
                person,
                fresh,
            };
            (
                By::Centre(centre),
                vec![
                    case,
                    Call::Record {
                        consent,
                        decided,
                        at,
                    },
                ],
            )
        });
        let revisions = prop_oneof![3 => Just(1_u32), 1 => Just(2)];
        // What mostly comes to pass: random calls mostly meet nothing.
        let goes_on =
            (0..4_u8, changes(), revisions, 0..3_u8).prop_map(|(consent, change, revision, at)| {
                let (centre, _) = belongs(consent);
                let valid = Some((0, 3));
                let call = match change {
                    Some(decided) => Call::Revise {
                        consent,
                        to: revision + 1,
                        decided,
                        at,
                    },
                    None if at == 2 => Call::Withdraw {
                        consent,
                        revision,
                        valid,
                        at: 0,
                    },
                    None => Call::Expire {
                        consent,
                        revision,
                        valid,
                        at,
                    },
                };
                (By::Centre(centre), vec![call])
            });
        prop_oneof![3 => begun, 4 => goes_on, 5 => (by, vec(calls(), 1..4))].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        model.foretell(by, call, on)
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::CaseFor {
                centre: of,
                file,
                person,
                fresh,
            } => {
                let references = world::references(file, person);
                told(
                    tx.case_for(centre(of), &references, case(fresh), at(0))
                        .await?,
                )
            }
            Call::References { case: number } => told(tx.case_references(case(number)).await?),
            Call::Pseudonym {
                case: number,
                office: to,
            } => told(tx.pseudonym(case(number), &office(to)).await?),
            Call::Record {
                consent,
                decided,
                at,
            } => {
                let head = decided_head(consent, 1, decided, at);
                told(tx.insert_consent(&head, &decision(decided)).await?)
            }
            Call::Revise {
                consent,
                to,
                decided,
                at,
            } => {
                let head = decided_head(consent, to, decided, at);
                told(tx.insert_revision(&head, &decision(decided)).await?)
            }
            Call::Withdraw {
                consent,
                revision,
                valid,
                at,
            } => {
                let head = head(consent, revision, ConsentStatus::Withdrawn, valid, at);
                let event = event(ConsentEventKind::Withdrawn, revision, at);
                told(tx.update_head(&head, event).await?)
            }
            Call::Expire {
                consent,
                revision,
                valid,
                at,
            } => {
                let head = head(consent, revision, ConsentStatus::Expired, valid, at);
                let event = event(ConsentEventKind::Expired, revision, at);
                told(tx.update_head(&head, event).await?)
            }
            Call::Lock {
                consent: number,
                lock,
            } => told(tx.lock_consent(consent(number), lock).await?),
            Call::LockHead { consent: number } => told(tx.lock_head(consent(number)).await?),
            Call::Show { consent: number } => told(tx.consent(consent(number)).await?),
            Call::History { consent: number } => told(tx.consent_history(consent(number)).await?),
            Call::List { centre: of, page } => {
                let page = world::page(page, |number| consent(number).as_uuid());
                told(tx.consents(centre(of), page).await?)
            }
            Call::Walk { centre: of, limit } => {
                let (mut all, mut after) = (Vec::new(), None);
                loop {
                    let page = tx
                        .consents(centre(of), PageRequest { after, limit })
                        .await?;
                    all.extend(page.items);
                    after = page.next;
                    if after.is_none() {
                        break told(all);
                    }
                }
            }
            Call::PastEnd { now, limit } => told(tx.consents_past_their_end(at(now), limit).await?),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let mut all = Vec::new();
        for centre in 0..2 {
            let mut calls = vec![
                Call::Walk { centre, limit: 1 },
                Call::PastEnd { now: 9, limit: 9 },
            ];
            for consent in 0..4 {
                calls.extend([Call::Show { consent }, Call::History { consent }]);
            }
            // Whether there is a case is told by whether another is made.
            for (file, person) in [(0, 0), (0, 1), (1, 0), (1, 1), (2, 0)] {
                calls.push(Call::CaseFor {
                    centre,
                    file,
                    person,
                    fresh: 50 + 2 * file + person,
                });
            }
            all.push((By::Centre(centre), calls));
        }
        all
    }
}

fn event(kind: ConsentEventKind, revision: u32, moment: u8) -> ConsentEvent {
    ConsentEvent {
        kind,
        revision,
        at: at(moment),
    }
}

fn decisions() -> impl Strategy<Value = Decided> + Clone {
    prop_oneof![
        4 => (0..2_u8, 2..4_u8).prop_map(|(from, until)| Decided::Given { from, until }),
        // Over before it begins.
        1 => (2..4_u8, 0..3_u8).prop_map(|(from, until)| Decided::Given { from, until }),
        1 => Just(Decided::Refused),
        1 => Just(Decided::NotAsked),
    ]
}

/// A further decision, or an end.
fn changes() -> impl Strategy<Value = Option<Decided>> {
    prop_oneof![1 => decisions().prop_map(Some), 1 => Just(None)]
}

fn calls() -> impl Strategy<Value = Call> {
    let (id, moment) = (|| 0..4_u8, || 0..4_u8);
    let valid = || prop_oneof![3 => Just(Some((0_u8, 3_u8))), 1 => Just(None)];
    let lock = prop_oneof![Just(Lock::Shared), Just(Lock::Exclusive)];
    let writes = prop_oneof![
        2 => (0..2_u8, 0..3_u8, 0..2_u8, 0..4_u8).prop_map(
            |(centre, file, person, fresh)| Call::CaseFor { centre, file, person, fresh }
        ),
        2 => (id(), decisions(), moment()).prop_map(|(consent, decided, at)| Call::Record { consent, decided, at }),
        4 => (id(), 1..4_u32, decisions(), moment()).prop_map(
            |(consent, to, decided, at)| Call::Revise { consent, to, decided, at }
        ),
        3 => (id(), 1..3_u32, valid(), moment()).prop_map(
            |(consent, revision, valid, at)| Call::Withdraw { consent, revision, valid, at }
        ),
        3 => (id(), 1..3_u32, valid(), moment()).prop_map(
            |(consent, revision, valid, at)| Call::Expire { consent, revision, valid, at }
        ),
    ];
    let reads = prop_oneof![
        1 => id().prop_map(|case| Call::References { case }),
        1 => (id(), 0..2_u8).prop_map(|(case, office)| Call::Pseudonym { case, office }),
        2 => (id(), lock).prop_map(|(consent, lock)| Call::Lock { consent, lock }),
        2 => id().prop_map(|consent| Call::LockHead { consent }),
        1 => id().prop_map(|consent| Call::Show { consent }),
        1 => id().prop_map(|consent| Call::History { consent }),
        2 => (0..2_u8, places(4, 5)).prop_map(|(centre, page)| Call::List { centre, page }),
        2 => (moment(), 0..3_u16).prop_map(|(now, limit)| Call::PastEnd { now, limit }),
    ];
    prop_oneof![3 => writes, 2 => reads]
}

#[test]
fn consents_are_the_same_on_both_databases() {
    holds::<Consents>();
}

#[test]
fn planted_mistakes_with_consents_are_noticed() {
    finds::<Consents>(&[
        Slip::LosesRevisions,
        Slip::TakesStaleRevisions,
        Slip::KeepsHeads,
        Slip::ShowsFirstDecisions,
        Slip::SkipsAfterCursors,
        Slip::MakesCasesAnew,
    ]);
}

#[test]
fn a_lost_revision_is_told_in_few_steps() {
    tells_shortly::<Consents>(Slip::LosesRevisions, 2);
}
