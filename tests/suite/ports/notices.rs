//! Withdrawal notices.

use std::collections::BTreeMap;

use freigabe_domain::{
    store::{Cursor, StoreError, prelude::*},
    text::ShortText,
    withdrawal::{NoticeAnswer, NoticeCause, WithdrawalNotice},
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

use super::{
    given::{self, MESSAGES, Release, message},
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, Place, at, centre, consent, cut, notice, office, places},
};

struct Notices;

/// A notice that is to be stored.
#[derive(Debug, Clone, Copy)]
struct New {
    notice: u8,
    message: u8,
    /// Another than the message's own, which only PostgreSQL minds.
    other_consent: bool,
    answered: bool,
    at: u8,
}

#[derive(Debug, Clone)]
enum Call {
    Insert(Vec<New>),
    Show {
        notice: u8,
    },
    List {
        office: u8,
        open_only: bool,
        page: Place,
    },
    OfConsent {
        consent: u8,
    },
    Answer {
        notice: u8,
        answer: u8,
        at: u8,
    },
}

type Model = BTreeMap<u8, WithdrawalNotice>;

fn answer(number: u8) -> NoticeAnswer {
    match number {
        0 => NoticeAnswer::Erased,
        1 => NoticeAnswer::Restricted,
        _ => NoticeAnswer::Retained {
            legal_basis: ShortText::parse("§ 483 StPO").unwrap(),
        },
    }
}

impl New {
    /// The message it is about; there is none for the last number.
    fn release(self) -> Release {
        MESSAGES
            .get(usize::from(self.message))
            .copied()
            .unwrap_or(MESSAGES[0])
    }

    fn consent(self) -> u8 {
        match (self.release().consent, self.other_consent) {
            (consent, false) => consent,
            (0, true) => 1,
            (_, true) => 0,
        }
    }

    fn whole(self) -> WithdrawalNotice {
        let release = self.release();
        let given = release.given();
        WithdrawalNotice {
            id: notice(self.notice),
            disclosure: message(self.message),
            consent: consent(self.consent()),
            centre: centre(given.centre),
            office: office(release.office),
            person: world::for_office(given.centre, given.person, release.office),
            cause: NoticeCause::Withdrawn,
            issued_at: at(self.at),
            answer: self.answered.then(|| (answer(2), at(self.at))),
        }
    }
}

fn position(notice: &WithdrawalNotice) -> Cursor {
    Cursor {
        at: notice.issued_at,
        id: notice.id.as_uuid(),
    }
}

fn is_there_for(notice: &WithdrawalNotice, by: By, on: Backend) -> bool {
    let own = match by {
        By::Centre(number) => notice.centre == centre(number),
        By::Office(number) => notice.office == office(number),
        _ => false,
    };
    on == Backend::Sqlite || own
}

fn in_order(model: &Model, of: impl Fn(&WithdrawalNotice) -> bool) -> Vec<WithdrawalNotice> {
    let mut found: Vec<_> = model
        .values()
        .filter(|notice| of(notice))
        .cloned()
        .collect();
    found.sort_by_key(position);
    found
}

impl Port for Notices {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &["withdrawal_notices"];

    async fn given(pair: &Pair) {
        given::consents(pair).await;
        given::messages(pair).await;
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let insert = vec(news(), 0..4).prop_map(Call::Insert);
        let centres = (0..2_u8, vec(prop_oneof![3 => insert, 2 => calls()], 1..4)).prop_map(
            |(number, mut calls)| {
                // Mostly a centre's own: the messages 0 and 1 are the first centre's, 2 the other's.
                for call in &mut calls {
                    if let Call::Insert(all) = call {
                        all.iter_mut().filter(|new| new.at > 0).for_each(|new| {
                            new.message = if number == 1 { 2 } else { new.message % 2 };
                        });
                    }
                }
                (By::Centre(number), calls)
            },
        );
        let offices =
            (0..2_u8, vec(calls(), 1..4)).prop_map(|(number, calls)| (By::Office(number), calls));
        let others = (select(vec![By::Upkeep, By::Auditor]), vec(calls(), 1..3));
        prop_oneof![4 => centres, 4 => offices, 1 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        match call {
            Call::Insert(all) => {
                let mut missing = false;
                for new in all {
                    let fits = usize::from(new.message) < MESSAGES.len()
                        && !new.other_consent
                        && !new.answered;
                    let own = by == By::Centre(new.release().given().centre);
                    if on == Backend::Postgres && !(own && fits) {
                        return Err(Failure::Defect);
                    }
                    if model.insert(new.notice, new.whole()).is_some() {
                        return Err(Failure::Conflict);
                    }
                    missing |= usize::from(new.message) >= MESSAGES.len();
                }
                if missing {
                    return Err(Failure::of_missing(on));
                }
                Ok(told(()))
            }
            Call::Show { notice } => {
                let found = model
                    .get(notice)
                    .filter(|notice| is_there_for(notice, by, on));
                Ok(told(found.cloned()))
            }
            Call::List {
                office: of,
                open_only,
                page,
            } => {
                let wanted = |notice: &WithdrawalNotice| {
                    notice.office == office(*of)
                        && !(*open_only && notice.answer.is_some())
                        && is_there_for(notice, by, on)
                };
                let page = world::page(*page, |number| notice(number).as_uuid());
                Ok(told(cut(in_order(model, wanted), page, false, position)))
            }
            Call::OfConsent { consent: of } => {
                let wanted = |notice: &WithdrawalNotice| {
                    notice.consent == consent(*of) && is_there_for(notice, by, on)
                };
                Ok(told(in_order(model, wanted)))
            }
            Call::Answer {
                notice,
                answer: number,
                at: moment,
            } => {
                let reached = |notice: &&mut WithdrawalNotice| {
                    let own = matches!(by, By::Office(number) if notice.office == office(number));
                    notice.answer.is_none() && (on == Backend::Sqlite || own)
                };
                let Some(open) = model.get_mut(notice).filter(reached) else {
                    return Ok(told(false));
                };
                open.answer = Some((answer(*number), at(*moment)));
                Ok(told(true))
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
            Call::Insert(all) => {
                let all: Vec<_> = all.iter().map(|new| new.whole()).collect();
                told(tx.insert_notices(&all).await?)
            }
            Call::Show { notice: number } => told(tx.notice(notice(*number)).await?),
            Call::List {
                office: of,
                open_only,
                page,
            } => {
                let page = world::page(*page, |number| notice(number).as_uuid());
                told(tx.notices(&office(*of), *open_only, page).await?)
            }
            Call::OfConsent { consent: of } => told(tx.notices_of(consent(*of)).await?),
            Call::Answer {
                notice: number,
                answer: with,
                at: moment,
            } => told(
                tx.answer_notice(notice(*number), &answer(*with), at(*moment))
                    .await?,
            ),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let page = (None, 9);
        let mut all = Vec::new();
        for number in 0..2 {
            let of_consents = (0..3).map(|consent| Call::OfConsent { consent });
            all.push((By::Centre(number), of_consents.collect()));
            let lists = [false, true].map(|open_only| Call::List {
                office: number,
                open_only,
                page,
            });
            all.push((By::Office(number), lists.to_vec()));
        }
        all
    }
}

fn news() -> impl Strategy<Value = New> {
    let rarely = || prop_oneof![9 => Just(false), 1 => Just(true)];
    (0..5_u8, 0..4_u8, rarely(), rarely(), 0..4_u8).prop_map(
        |(notice, message, other_consent, answered, at)| New {
            notice,
            message,
            other_consent,
            answered,
            at,
        },
    )
}

fn calls() -> impl Strategy<Value = Call> {
    prop_oneof![
        3 => (0..5_u8, 0..3_u8, 0..4_u8).prop_map(|(notice, answer, at)| Call::Answer { notice, answer, at }),
        1 => (0..5_u8).prop_map(|notice| Call::Show { notice }),
        3 => (0..2_u8, any::<bool>(), places(4, 5)).prop_map(
            |(office, open_only, page)| Call::List { office, open_only, page }
        ),
        1 => (0..4_u8).prop_map(|consent| Call::OfConsent { consent }),
    ]
}

#[test]
fn notices_are_the_same_on_both_databases() {
    holds::<Notices>();
}

#[test]
fn planted_mistakes_with_notices_are_noticed() {
    finds::<Notices>(&[
        Slip::TellsTheFirst,
        Slip::AnswersAgain,
        Slip::ListsAnswered,
        Slip::SkipsAfterCursors,
    ]);
}
