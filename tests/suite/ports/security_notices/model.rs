//! What is foretold of security notices and their deliveries.

use std::collections::{BTreeMap, BTreeSet};

use freigabe_domain::{
    ids::{OrganisationId, SecurityNoticeId},
    instant::Instant,
    known_person::{KnownPerson, PersonBasis},
    office::Land,
    security_notice::{
        AcknowledgingRole, AssessedStatement, Audience, CentreSubject, CountryCode, Measure,
        NoticeDelivery, PublicSubject, SecurityNotice, SecurityNoticeKind, SecurityNoticeState,
        ThreatAssessment, ThreatLevel, Urgency,
    },
    store::Cursor,
    text::LongText,
    vocabulary::{InformationGrade, SourceGrade, Statement},
};
use freigabe_testkit::Backend;

use crate::ports::{
    given::{MESSAGES, message},
    involvements::{self, Asked},
    world::{self, By, Place, at, case, centre, office, organisation, thing},
};

/// Whom a notice is addressed to, and what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// The person of this message; of the last number there is none.
    Person(u8),
    /// The family of the person for whom this office asked for help.
    Family(u8),
    Counsellors(u8),
    Centre(u8),
    Region,
    All,
}

/// A version.
#[derive(Debug, Clone, Copy)]
pub(super) struct Issued {
    pub(super) id: u8,
    pub(super) series: u8,
    pub(super) version: u8,
    pub(super) about: About,
    pub(super) at: u8,
    pub(super) until: u8,
}

/// A centre that is told.
#[derive(Debug, Clone, Copy)]
pub(super) struct Addressed {
    pub(super) notice: u8,
    pub(super) centre: u8,
    pub(super) case: Option<u8>,
    pub(super) at: u8,
}

/// What became of a notice at a centre.
#[derive(Debug, Clone, Copy)]
pub(super) enum After {
    Nothing,
    Delivered,
    Read,
    Acknowledged(AcknowledgingRole),
    Reminded,
}

#[derive(Debug, Clone)]
pub(super) enum Call {
    Centres,
    Issue(Issued),
    Show {
        id: u8,
    },
    Hold {
        id: u8,
    },
    ByIds {
        ids: Vec<u8>,
    },
    List {
        office: u8,
        page: Place,
    },
    Says {
        id: u8,
    },
    End {
        id: u8,
        to: SecurityNoticeState,
        at: u8,
    },
    Address(Vec<Addressed>),
    Of {
        ids: Vec<u8>,
    },
    HoldAt {
        id: u8,
        centre: u8,
    },
    ToldTo {
        centre: u8,
        page: Place,
    },
    Change {
        id: u8,
        centre: u8,
        to: After,
        at: u8,
    },
    Due {
        now: u8,
        limit: u16,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Kept {
    pub(super) notice: SecurityNotice,
    pub(super) says: Option<ThreatAssessment>,
}

#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Model {
    pub(super) notices: BTreeMap<u8, Kept>,
    /// By notice and centre.
    pub(super) deliveries: BTreeMap<(u8, u8), NoticeDelivery>,
}

pub(super) const IDS: u8 = 4;

pub(super) fn id(number: u8) -> SecurityNoticeId {
    SecurityNoticeId::from_uuid(thing(number))
}

pub(super) fn ids(numbers: &[u8]) -> Vec<SecurityNoticeId> {
    numbers.iter().copied().map(id).collect()
}

/// The office whose a notice is.
pub(super) const fn office_of(notice: u8) -> u8 {
    notice % 2
}

/// Each office asked the centre of its number for help.
pub(super) const fn asked(by: u8) -> Asked {
    Asked {
        id: by,
        involvement: by,
        centre: by,
        at: 0,
    }
}

/// What a version says.
pub(in crate::ports) fn assessed(number: u8) -> ThreatAssessment {
    ThreatAssessment {
        level: ThreatLevel::High,
        source: SourceGrade::B,
        information: InformationGrade::Two,
        statements: vec![AssessedStatement {
            statement: Statement::Assessment,
            observed_at: at(number),
            text: LongText::parse(format!("Kanarienvogel {number}")).unwrap(),
        }],
        measures: vec![Measure::Relocation],
    }
}

impl About {
    /// The number of the case, and of the one centre, as far as it has them.
    pub(super) fn concerns(self) -> (Option<u8>, Option<u8>) {
        match self {
            Self::Person(number) => {
                let given = known_message(number).given();
                (Some(given.case), Some(given.centre))
            }
            Self::Family(by) => (Some(involvements::case_of(by)), Some(asked(by).centre)),
            Self::Counsellors(number) | Self::Centre(number) => (None, Some(number)),
            Self::Region | Self::All => (None, None),
        }
    }

    fn audience(self) -> Audience {
        let to = |number, subject| Audience::Centre {
            organisation: centre(number),
            subject,
        };
        match self {
            Self::Person(number) => {
                let given = known_message(number).given();
                let known = KnownPerson {
                    case: case(given.case),
                    person: world::in_log(given.centre, given.person),
                    basis: PersonBasis::Disclosure(message(number)),
                };
                to(given.centre, CentreSubject::Person(known))
            }
            Self::Family(by) => {
                let offer = asked(by).whole();
                let known = KnownPerson {
                    case: offer.case,
                    person: involvements::noted(by, 0).person,
                    basis: PersonBasis::Offer(offer.id, offer.person_for_centre),
                };
                to(asked(by).centre, CentreSubject::Family(known))
            }
            Self::Counsellors(number) => to(number, CentreSubject::Counsellors),
            Self::Centre(number) => to(number, CentreSubject::Centre),
            Self::Region => Audience::Region {
                laender: BTreeSet::from([Land::Hamburg, Land::Bavaria]),
                subject: PublicSubject::Country(CountryCode::parse("RO").unwrap()),
            },
            Self::All => Audience::All {
                subject: PublicSubject::Centres,
            },
        }
    }

    const fn kind(self) -> SecurityNoticeKind {
        match self {
            Self::Person(_) => SecurityNoticeKind::ThreatPerson,
            Self::Family(_) => SecurityNoticeKind::ThreatFamily,
            Self::Counsellors(_) => SecurityNoticeKind::ThreatCounsellor,
            Self::Centre(_) | Self::All => SecurityNoticeKind::ThreatCentre,
            Self::Region => SecurityNoticeKind::OriginCountryChange,
        }
    }

    /// Whether this office knows the person that it is about, if it is about one.
    pub(super) fn is_known_to(self, office: u8) -> bool {
        match self {
            Self::Person(number) => self.is_known() && known_message(number).office == office,
            Self::Family(by) => involvements::office_of(by) == office,
            Self::Counsellors(_) | Self::Centre(_) | Self::Region | Self::All => true,
        }
    }

    /// The same about somebody whom this office knows.
    pub(super) fn of_office(self, office: u8) -> Self {
        match self {
            Self::Person(number) if office == 0 => Self::Person(number & 2),
            Self::Person(_) => Self::Person(1),
            Self::Family(_) => Self::Family(office),
            other => other,
        }
    }

    /// Whether what it refers to is there.
    pub(super) fn is_known(self) -> bool {
        !matches!(self, Self::Person(number) if MESSAGES.get(usize::from(number)).is_none())
    }
}

/// A message; in the place of one that is not there, the first.
fn known_message(number: u8) -> crate::ports::given::Release {
    *MESSAGES.get(usize::from(number)).unwrap_or(&MESSAGES[0])
}

impl Issued {
    pub(super) fn whole(self) -> SecurityNotice {
        SecurityNotice {
            id: id(self.id),
            series: id(self.series),
            version: self.version.into(),
            office: office(office_of(self.id)),
            kind: self.about.kind(),
            urgency: Urgency::Urgent,
            audience: self.about.audience(),
            valid_from: at(0),
            valid_until: at(self.until),
            issued_at: at(self.at),
            state: SecurityNoticeState::Current,
            ended_at: None,
        }
    }

    /// Whom it has to be delivered to.
    pub(super) fn deliveries(self) -> Vec<Addressed> {
        let (case, only) = self.about.concerns();
        let centres = only.map_or_else(|| vec![0, 1], |only| vec![only]);
        let to = |centre| Addressed {
            notice: self.id,
            centre,
            case,
            at: self.at,
        };
        centres.into_iter().map(to).collect()
    }
}

impl Addressed {
    pub(super) fn whole(self) -> NoticeDelivery {
        NoticeDelivery {
            notice: id(self.notice),
            office: office(office_of(self.notice)),
            organisation: told(self.centre),
            case: self.case.map(case),
            issued_at: at(self.at),
            remind_at: at(self.at + 1),
            delivered_at: None,
            read_at: None,
            reminded_at: None,
            acknowledged: None,
        }
    }
}

/// Two centres; whoever else is told is not there.
pub(super) fn told(number: u8) -> OrganisationId {
    match number {
        0 | 1 => centre(number),
        _ => organisation(99),
    }
}

/// What is written over a delivery. All else of it stays as it is.
pub(super) fn changed(before: &NoticeDelivery, to: After, moment: u8) -> NoticeDelivery {
    let unseen = NoticeDelivery {
        delivered_at: None,
        read_at: None,
        reminded_at: None,
        acknowledged: None,
        ..before.clone()
    };
    let moment: Instant = at(moment);
    match to {
        After::Nothing => unseen,
        After::Delivered => unseen.delivered(moment),
        After::Read => unseen.read(moment),
        After::Acknowledged(role) => NoticeDelivery {
            acknowledged: Some((moment, role)),
            ..unseen.read(moment)
        },
        After::Reminded => NoticeDelivery {
            reminded_at: Some(moment),
            ..unseen
        },
    }
}

pub(super) fn sees_delivery(by: By, delivery: &NoticeDelivery, on: Backend) -> bool {
    match by {
        _ if on == Backend::Sqlite => true,
        By::Office(number) => delivery.office == office(number),
        By::Centre(number) => delivery.organisation == centre(number),
        By::Upkeep => delivery.acknowledged.is_none(),
        _ => false,
    }
}

/// Whether somebody may hold, and then change, this delivery.
pub(super) fn holds_delivery(by: By, delivery: &NoticeDelivery, on: Backend) -> bool {
    match by {
        _ if on == Backend::Sqlite => true,
        By::Centre(_) => sees_delivery(by, delivery, on),
        By::Upkeep => delivery.acknowledged.is_none() && delivery.reminded_at.is_none(),
        _ => false,
    }
}

impl Model {
    pub(super) fn sees(&self, by: By, number: u8, on: Backend) -> Option<&Kept> {
        let kept = self.notices.get(&number)?;
        let seen = match by {
            _ if on == Backend::Sqlite => true,
            By::Office(_) => by == By::Office(office_of(number)),
            By::Centre(_) => self
                .visible(by, on)
                .any(|delivery| delivery.notice == kept.notice.id),
            By::Upkeep => kept.notice.state == SecurityNoticeState::Current,
            _ => false,
        };
        seen.then_some(kept)
    }

    pub(super) fn visible(&self, by: By, on: Backend) -> impl Iterator<Item = &NoticeDelivery> {
        let all = self.deliveries.values();
        all.filter(move |delivery| sees_delivery(by, delivery, on))
    }

    /// Whether a delivery is of a notice that is there: with its case, and to its centre, if it is about a person.
    pub(super) fn fits(&self, of: u8, delivery: &NoticeDelivery) -> bool {
        self.notices.get(&of).is_some_and(|kept| {
            let audience = &kept.notice.audience;
            match audience.known() {
                None => delivery.case.is_none(),
                Some(known) => {
                    delivery.case == Some(known.case)
                        && audience.only() == Some(delivery.organisation)
                }
            }
        })
    }

    /// Deliveries of which a reminder is due, as far as somebody sees.
    pub(super) fn due(
        &self,
        by: By,
        on: Backend,
        now: Instant,
    ) -> Vec<(SecurityNoticeId, OrganisationId)> {
        let due = self.deliveries.iter().filter(|((notice, _), delivery)| {
            let of = self.sees(by, *notice, on);
            sees_delivery(by, delivery, on)
                && delivery.is_to_be_reminded(now)
                && of.is_some_and(|kept| kept.notice.holds_at(now))
        });
        let mut due: Vec<_> = due
            .map(|(_, one)| (one.remind_at, one.notice, one.organisation))
            .collect();
        due.sort_unstable();
        due.into_iter().map(|(_, id, to)| (id, to)).collect()
    }
}

pub(super) fn place_of(notice: &SecurityNotice) -> Cursor {
    Cursor {
        at: notice.issued_at,
        id: notice.id.as_uuid(),
    }
}

pub(super) fn position(delivery: &NoticeDelivery) -> Cursor {
    Cursor {
        at: delivery.issued_at,
        id: delivery.notice.as_uuid(),
    }
}
