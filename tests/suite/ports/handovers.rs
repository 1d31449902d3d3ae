//! Handovers, and which of a case is the latest that an office made or got.

use freigabe_domain::{
    handover::{Handler, Handover},
    ids::HandoverId,
    known_person::{KnownPerson, PersonBasis},
    office::Land,
    store::{Cursor, StoreError, prelude::*},
    text::ShortText,
};
use freigabe_testkit::Backend;
use proptest::{collection::vec, prelude::*, sample::select, strategy::BoxedStrategy};

use super::{
    given::{self, MESSAGES, message},
    machine::{Answer, Failure, Port, finds, holds, told},
    pair::{Pair, Transaction},
    slips::{Desk, Slip},
    world::{self, By, Place, at, case, centre, cut, office, places, thing},
};

/// Handovers that a sequence can name.
const IDS: u8 = 6;

/// Two messages of the same case are there, each for another office, and one of another case.
struct Handovers;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Made {
    id: u8,
    office: u8,
    message: u8,
    /// Another office, or a prosecution.
    to_office: bool,
    at: u8,
    turn: u8,
    acknowledged: Option<u8>,
}

impl Made {
    fn case(self) -> u8 {
        MESSAGES[usize::from(self.message)].given().case
    }

    fn centre(self) -> u8 {
        MESSAGES[usize::from(self.message)].given().centre
    }

    const fn to(self) -> Option<u8> {
        if self.to_office {
            Some(1 - self.office)
        } else {
            None
        }
    }

    fn concerns(self, office: u8) -> bool {
        self.office == office || self.to() == Some(office)
    }

    fn whole(self) -> Handover {
        let given = MESSAGES[usize::from(self.message)].given();
        Handover {
            id: id(self.id),
            office: office(self.office),
            centre: centre(given.centre),
            known: KnownPerson {
                case: case(given.case),
                person: world::in_log(given.centre, given.person),
                basis: PersonBasis::Disclosure(message(self.message)),
            },
            to: match self.to() {
                Some(other) => Handler::Office(office(other)),
                None => Handler::Prosecution {
                    land: Land::Hamburg,
                    unit: Some(ShortText::parse(format!("Abteilung {}", self.id)).unwrap()),
                },
            },
            handed_over_at: at(self.at),
            turn: u32::from(self.turn),
            acknowledged_at: self.acknowledged.map(at),
        }
    }
}

#[derive(Debug, Clone)]
enum Call {
    HandOver(Made),
    Show { id: u8 },
    MadeBy { office: u8, page: Place },
    ToldTo { centre: u8, page: Place },
    Latest { case: u8, office: u8 },
    Acknowledge { id: u8, at: u8 },
}

/// Identifiers are of one office each: who makes a handover sees whether there is one with its identifier.
const fn of_office(id: u8, office: u8) -> u8 {
    id / 2 * 2 + office
}

fn id(number: u8) -> HandoverId {
    HandoverId::from_uuid(thing(number))
}

fn position(handover: &Handover) -> Cursor {
    Cursor {
        at: handover.handed_over_at,
        id: handover.id.as_uuid(),
    }
}

#[derive(Debug, Clone, PartialEq, Default)]
struct Model(Vec<Made>);

impl Model {
    /// Those that somebody sees.
    fn seen(&self, by: By, on: Backend) -> impl Iterator<Item = Made> {
        let all = self.0.iter().copied();
        all.filter(move |made| match by {
            _ if on == Backend::Sqlite => true,
            By::Office(number) => made.concerns(number),
            By::Centre(number) => made.centre() == number,
            _ => false,
        })
    }

    fn page(&self, (by, on): (By, Backend), place: Place, wanted: impl Fn(Made) -> bool) -> Answer {
        let seen = self.seen(by, on).filter(|made| wanted(*made));
        let mut seen: Vec<Handover> = seen.map(Made::whole).collect();
        seen.sort_by_key(position);
        seen.reverse();
        let page = world::page(place, thing);
        told(cut(seen, page, true, position))
    }
}

impl Port for Handovers {
    type Model = Model;
    type Call = Call;

    const TABLES: &'static [&'static str] = &["handovers"];
    const CASES: u32 = 24;

    async fn given(pair: &Pair) {
        given::consents(pair).await;
        given::messages(pair).await;
    }

    fn works() -> BoxedStrategy<(By, Vec<Call>)> {
        let offices = (0..2_u8, vec(calls(), 1..5)).prop_map(|(number, mut calls)| {
            for call in &mut calls {
                // Mostly in its own name.
                if let Call::HandOver(made) = call
                    && made.at > 0
                {
                    made.office = number;
                    made.id = of_office(made.id, number);
                    // And of somebody whom it knows.
                    made.message = if number == 0 { made.message & 2 } else { 1 };
                }
            }
            (By::Office(number), calls)
        });
        let centres =
            (0..2_u8, vec(calls(), 1..4)).prop_map(|(number, calls)| (By::Centre(number), calls));
        let others = (
            select(vec![By::Coordination, By::Auditor, By::Upkeep]),
            vec(calls(), 1..3),
        );
        prop_oneof![6 => offices, 4 => centres, 1 => others].boxed()
    }

    fn foretell(model: &mut Model, by: By, call: &Call, on: Backend) -> Result<Answer, Failure> {
        match *call {
            Call::HandOver(made) => {
                let knows = MESSAGES[usize::from(made.message)].office == made.office;
                if on == Backend::Postgres && (by != By::Office(made.office) || !knows) {
                    return Err(Failure::Defect);
                }
                let taken = |known: &Made| {
                    let place = |made: &Made| (made.case(), made.office, made.turn);
                    known.id == made.id || place(known) == place(&made)
                };
                if model.0.iter().any(taken) {
                    return Err(Failure::Conflict);
                }
                model.0.push(made);
                Ok(told(()))
            }
            Call::Show { id } => {
                let found = model.seen(by, on).find(|made| made.id == id);
                Ok(told(found.map(Made::whole)))
            }
            Call::MadeBy { office, page } => {
                Ok(model.page((by, on), page, |made| made.office == office))
            }
            Call::ToldTo { centre, page } => {
                Ok(model.page((by, on), page, |made| made.centre() == centre))
            }
            Call::Latest { case, office } => {
                let seen = model.seen(by, on);
                let of_case = seen.filter(|made| made.case() == case && made.concerns(office));
                let latest = of_case.max_by_key(|made| (made.at, made.id));
                Ok(told(latest.map(Made::whole)))
            }
            Call::Acknowledge { id, at } => {
                let may = |made: &Made| on == Backend::Sqlite || by == By::Centre(made.centre());
                let mut all = model.0.iter_mut();
                let open = all.find(|made| made.id == id && made.acknowledged.is_none());
                match open.filter(|made| may(made)) {
                    Some(made) if at < made.at => Err(Failure::Defect),
                    Some(made) => {
                        made.acknowledged = Some(at);
                        Ok(told(true))
                    }
                    None => Ok(told(false)),
                }
            }
        }
    }

    async fn carry_out<'tx>(
        tx: &mut Transaction<'tx>,
        _: &Desk,
        _: By,
        call: &Call,
    ) -> Result<Answer, StoreError> {
        Ok(match *call {
            Call::HandOver(made) => told(tx.insert_handover(&made.whole()).await?),
            Call::Show { id: number } => told(tx.handover(id(number)).await?),
            Call::MadeBy { office: by, page } => {
                let page = world::page(page, thing);
                told(tx.handovers_by(&office(by), page).await?)
            }
            Call::ToldTo { centre: to, page } => {
                let page = world::page(page, thing);
                told(tx.handovers_told_to(centre(to), page).await?)
            }
            Call::Latest {
                case: of,
                office: by,
            } => told(tx.latest_handover(case(of), &office(by)).await?),
            Call::Acknowledge {
                id: number,
                at: moment,
            } => told(tx.acknowledge_handover(id(number), at(moment)).await?),
        })
    }

    fn everything() -> Vec<(By, Vec<Call>)> {
        let own = |number: u8| {
            let page = (None, 9);
            let mut calls = vec![Call::MadeBy {
                office: number,
                page,
            }];
            calls.extend((0..4).map(|case| Call::Latest {
                case,
                office: number,
            }));
            (By::Office(number), calls)
        };
        let told = |number: u8| {
            let page = (None, 9);
            let calls = vec![Call::ToldTo {
                centre: number,
                page,
            }];
            (By::Centre(number), calls)
        };
        vec![own(0), own(1), told(0), told(1)]
    }
}

fn calls() -> impl Strategy<Value = Call> {
    let made = (
        0..IDS,
        0..2_u8,
        0..MESSAGES.len() as u8,
        prop::bool::weighted(0.7),
        0..4_u8,
        1..4_u8,
    );
    let made = made.prop_map(|(id, office, message, to_office, at, turn)| Made {
        id: of_office(id, office),
        office,
        message,
        to_office,
        at,
        turn,
        acknowledged: None,
    });
    prop_oneof![
        5 => made.prop_map(Call::HandOver),
        1 => (0..IDS).prop_map(|id| Call::Show { id }),
        2 => (0..2_u8, places(4, IDS)).prop_map(|(office, page)| Call::MadeBy { office, page }),
        2 => (0..2_u8, places(4, IDS)).prop_map(|(centre, page)| Call::ToldTo { centre, page }),
        3 => (0..4_u8, 0..2_u8).prop_map(|(case, office)| Call::Latest { case, office }),
        3 => (0..IDS, 0..5_u8).prop_map(|(id, at)| Call::Acknowledge { id, at }),
    ]
}

#[test]
fn handovers_are_the_same_on_both_databases() {
    holds::<Handovers>();
}

#[test]
fn mistakes_with_handovers_are_noticed() {
    finds::<Handovers>(&[
        Slip::LosesHandovers,
        Slip::OverlooksWhatCameBack,
        Slip::AcknowledgesAgain,
        Slip::SkipsAfterCursors,
    ]);
}
