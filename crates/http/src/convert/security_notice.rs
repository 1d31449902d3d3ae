//! Security notices, in both directions.

use freigabe_contract::{self as contract, security_notice as wire};
use freigabe_domain::{
    exchange::{InboxNotice, SecurityNoticeView},
    ids::CentreId,
    security_notice::{
        AcknowledgingRole, AssessedStatement, Audience, CentreSubject, CountryCode, NewAudience,
        NewSecurityNotice, NoticeDelivery, NoticeVersion, PublicSubject, ThreatAssessment,
    },
    text::LongText,
};

use super::{Faults, instant, known_person, timestamp, vocabulary::Mirror};
use crate::problem::ApiError;

/// A new notice.
pub(crate) fn new_notice(body: wire::IssueSecurityNotice) -> Result<NewSecurityNotice, ApiError> {
    let mut faults = Faults::default();
    let audience = audience(&mut faults, body.audience);
    let version = version(
        &mut faults,
        wire::ReviseSecurityNotice {
            urgency: body.urgency,
            valid_from: body.valid_from,
            valid_until: body.valid_until,
            assessment: body.assessment,
        },
    );
    let whole = || {
        Some(NewSecurityNotice {
            kind: body.kind.mirror(),
            audience: audience?,
            version: version?,
        })
    };
    faults.finish(whole())
}

/// A new version of a notice.
pub(crate) fn new_version(body: wire::ReviseSecurityNotice) -> Result<NoticeVersion, ApiError> {
    let mut faults = Faults::default();
    let version = version(&mut faults, body);
    faults.finish(version)
}

fn audience(faults: &mut Faults, audience: wire::NoticeAudience) -> Option<NewAudience> {
    Some(match audience {
        wire::NoticeAudience::Centre { subject } => match subject {
            wire::CentreSubject::Person { known_from } => {
                NewAudience::Person(known_person::from(&known_from))
            }
            wire::CentreSubject::Family { known_from } => {
                NewAudience::Family(known_person::from(&known_from))
            }
            wire::CentreSubject::Counsellors { centre_id } => {
                NewAudience::Counsellors(CentreId::from_uuid(centre_id))
            }
            wire::CentreSubject::Centre { centre_id } => {
                NewAudience::Centre(CentreId::from_uuid(centre_id))
            }
        },
        wire::NoticeAudience::Region { laender, subject } => NewAudience::Region {
            laender: laender.into_iter().map(Mirror::mirror).collect(),
            subject: public(faults, subject)?,
        },
        wire::NoticeAudience::All { subject } => NewAudience::All {
            subject: public(faults, subject)?,
        },
    })
}

fn public(faults: &mut Faults, subject: wire::PublicSubject) -> Option<PublicSubject> {
    Some(match subject {
        wire::PublicSubject::Counsellors {} => PublicSubject::Counsellors,
        wire::PublicSubject::Centres {} => PublicSubject::Centres,
        wire::PublicSubject::Country { country } => {
            let code = CountryCode::parse(country.as_str());
            let pointer = || "/audience/subject/country".to_owned();
            PublicSubject::Country(faults.keep(pointer, code)?)
        }
    })
}

fn version(faults: &mut Faults, body: wire::ReviseSecurityNotice) -> Option<NoticeVersion> {
    let valid_from = faults.keep(|| "/valid_from".to_owned(), instant(body.valid_from));
    let valid_until = faults.keep(|| "/valid_until".to_owned(), instant(body.valid_until));
    let said = body.assessment;
    let mut statements = Vec::with_capacity(said.statements.len());
    for (index, one) in said.statements.into_iter().enumerate() {
        let at = |field: &str| format!("/assessment/statements/{index}/{field}");
        let observed_at = faults.keep(|| at("observed_at"), instant(one.observed_at));
        let text = faults.keep(|| at("text"), LongText::parse(one.text.into_string()));
        if let (Some(observed_at), Some(text)) = (observed_at, text) {
            statements.push(AssessedStatement {
                statement: one.statement.mirror(),
                observed_at,
                text,
            });
        }
    }
    Some(NoticeVersion {
        urgency: body.urgency.mirror(),
        valid_from: valid_from?,
        valid_until: valid_until?,
        assessment: ThreatAssessment {
            level: said.level.mirror(),
            source: said.source.mirror(),
            information: said.information.mirror(),
            statements,
            measures: said.measures.into_iter().map(Mirror::mirror).collect(),
        },
    })
}

/// As what somebody acknowledges.
pub(crate) fn role(body: &wire::AcknowledgeSecurityNotice) -> AcknowledgingRole {
    body.role.mirror()
}

/// A notice, to its office.
pub(crate) fn notice(view: &SecurityNoticeView) -> wire::SecurityNotice {
    let notice = &view.notice;
    let count = |counts: fn(&NoticeDelivery) -> bool| {
        let number = view.deliveries.iter().filter(|one| counts(one)).count();
        u64::try_from(number).unwrap_or(u64::MAX)
    };
    wire::SecurityNotice {
        id: notice.id.as_uuid(),
        series_id: notice.series.as_uuid(),
        version: notice.version,
        kind: notice.kind.mirror(),
        urgency: notice.urgency.mirror(),
        state: notice.state.mirror(),
        valid_from: timestamp(notice.valid_from),
        valid_until: timestamp(notice.valid_until),
        issued_at: timestamp(notice.issued_at),
        ended_at: notice.ended_at.map(timestamp),
        counts: wire::DeliveryCounts {
            addressed: count(|_| true),
            delivered: count(|one| one.delivered_at.is_some()),
            read: count(|one| one.read_at.is_some()),
            acknowledged: count(|one| one.acknowledged.is_some()),
        },
        deliveries: view.deliveries.iter().map(delivery).collect(),
    }
}

fn delivery(delivery: &NoticeDelivery) -> wire::NoticeDelivery {
    wire::NoticeDelivery {
        organisation_id: delivery.organisation.as_uuid(),
        delivered_at: delivery.delivered_at.map(timestamp),
        read_at: delivery.read_at.map(timestamp),
        reminded_at: delivery.reminded_at.map(timestamp),
        acknowledged_at: delivery.acknowledged.map(|(at, _)| timestamp(at)),
        acknowledged_as: delivery.acknowledged.map(|(_, role)| role.mirror()),
    }
}

/// A notice in a centre's list.
pub(crate) fn listed(told: &InboxNotice) -> wire::InboxSecurityNotice {
    let (notice, here) = (&told.notice, &told.delivery);
    wire::InboxSecurityNotice {
        id: notice.id.as_uuid(),
        series_id: notice.series.as_uuid(),
        version: notice.version,
        office: notice.office.as_str().into(),
        kind: notice.kind.mirror(),
        urgency: notice.urgency.mirror(),
        state: notice.state.mirror(),
        valid_from: timestamp(notice.valid_from),
        valid_until: timestamp(notice.valid_until),
        issued_at: timestamp(notice.issued_at),
        ended_at: notice.ended_at.map(timestamp),
        read_at: here.read_at.map(timestamp),
        reminded_at: here.reminded_at.map(timestamp),
        acknowledged_at: here.acknowledged.map(|(at, _)| timestamp(at)),
        acknowledged_as: here.acknowledged.map(|(_, role)| role.mirror()),
    }
}

/// What a centre reads.
pub(crate) fn read(
    (told, said): &(InboxNotice, Option<ThreatAssessment>),
) -> wire::ReadSecurityNotice {
    let laender = match &told.notice.audience {
        Audience::Region { laender, .. } => laender.iter().map(|land| land.mirror()).collect(),
        Audience::Centre { .. } | Audience::All { .. } => Vec::new(),
    };
    wire::ReadSecurityNotice {
        notice: listed(told),
        subject: subject(&told.notice.audience),
        laender,
        assessment: said.as_ref().map(assessment),
    }
}

fn subject(audience: &Audience) -> wire::ToldSubject {
    match audience {
        Audience::Centre { subject, .. } => match subject {
            CentreSubject::Person(known) => wire::ToldSubject::Person {
                known_by: known_person::known_by(known),
            },
            CentreSubject::Family(known) => wire::ToldSubject::Family {
                known_by: known_person::known_by(known),
            },
            CentreSubject::Counsellors => wire::ToldSubject::Counsellors {},
            CentreSubject::Centre => wire::ToldSubject::Centre {},
        },
        Audience::Region { subject, .. } | Audience::All { subject } => match subject {
            PublicSubject::Counsellors => wire::ToldSubject::Counsellors {},
            PublicSubject::Centres => wire::ToldSubject::Centres {},
            PublicSubject::Country(code) => wire::ToldSubject::Country {
                country: contract::CountryCode::new(code.to_string()),
            },
        },
    }
}

fn assessment(said: &ThreatAssessment) -> wire::ThreatAssessment {
    let statement = |one: &AssessedStatement| wire::AssessedStatement {
        statement: one.statement.mirror(),
        observed_at: timestamp(one.observed_at),
        text: one.text.as_str().into(),
    };
    wire::ThreatAssessment {
        level: said.level.mirror(),
        source: said.source.mirror(),
        information: said.information.mirror(),
        statements: said.statements.iter().map(statement).collect(),
        measures: said.measures.iter().map(|one| one.mirror()).collect(),
    }
}
