//! A notice as a row, and back. Whom it is addressed to stands in several columns, which the table's own rules hold together.

use std::collections::BTreeSet;

use freigabe_domain::{
    ids::{CaseId, OrganisationId, SecurityNoticeId},
    known_person::KnownPerson,
    office::Land,
    security_notice::{
        Audience, CentreSubject, CountryCode, PublicSubject, SecurityNotice, SecurityNoticeKind,
        SecurityNoticeState, Urgency,
    },
    store::StoreError,
};
use sea_orm::ActiveValue::Set;

use crate::{
    entity::security_notice::{ActiveModel, Model},
    known_person::BasisColumns,
    rows::{Cell, instant, to_text},
};

pub(super) const TABLE: &str = "security_notices";

/// The notice of a row.
pub(super) fn notice_of(row: &Model) -> Result<SecurityNotice, StoreError> {
    let cell = Cell {
        table: TABLE,
        row: &row.id,
    };
    Ok(SecurityNotice {
        id: SecurityNoticeId::from_uuid(row.id),
        series: SecurityNoticeId::from_uuid(row.series),
        version: cell.number("version", row.version)?,
        office: cell.office("office_id", &row.office_id)?,
        kind: cell.code("kind", SecurityNoticeKind::from_code, &row.kind)?,
        urgency: cell.code("urgency", Urgency::from_code, &row.urgency)?,
        audience: audience_of(&cell, row)?,
        valid_from: instant(row.valid_from),
        valid_until: instant(row.valid_until),
        issued_at: instant(row.issued_at),
        state: cell.code("state", SecurityNoticeState::from_code, &row.state)?,
        ended_at: row.ended_at.map(instant),
    })
}

fn audience_of(cell: &Cell<'_>, row: &Model) -> Result<Audience, StoreError> {
    let public = || public_of(cell, row);
    match (row.audience.as_str(), row.organisation_id, &row.laender) {
        ("centre", Some(organisation), None) => Ok(Audience::Centre {
            organisation: OrganisationId::from_uuid(organisation),
            subject: match row.subject.as_str() {
                "person" => CentreSubject::Person(known_of(cell, row)?),
                "family" => CentreSubject::Family(known_of(cell, row)?),
                "counsellors" => CentreSubject::Counsellors,
                "centre" => CentreSubject::Centre,
                _ => return Err(cell.corrupt("subject", "not of one centre")),
            },
        }),
        ("region", None, Some(laender)) => {
            let laender: BTreeSet<Land> = cell.json("laender", laender.as_bytes())?;
            Ok(Audience::Region {
                laender,
                subject: public()?,
            })
        }
        ("all", None, None) => Ok(Audience::All { subject: public()? }),
        _ => Err(cell.corrupt("audience", "does not fit the columns beside it")),
    }
}

fn public_of(cell: &Cell<'_>, row: &Model) -> Result<PublicSubject, StoreError> {
    match (row.subject.as_str(), row.country.as_deref()) {
        ("counsellors", None) => Ok(PublicSubject::Counsellors),
        ("centres", None) => Ok(PublicSubject::Centres),
        ("country", Some(code)) => CountryCode::parse(code)
            .map(PublicSubject::Country)
            .map_err(|_| cell.corrupt("country", "not a country's code")),
        _ => Err(cell.corrupt("subject", "not of several centres")),
    }
}

fn known_of(cell: &Cell<'_>, row: &Model) -> Result<KnownPerson, StoreError> {
    let (Some(case), Some(person)) = (row.case_id, row.person.as_deref()) else {
        return Err(cell.corrupt("case_id", "missing"));
    };
    let basis = BasisColumns {
        disclosure_id: row.disclosure_id,
        offer_id: row.offer_id,
        person_for_centre: row.person_for_centre.clone(),
    };
    Ok(KnownPerson {
        case: CaseId::from_uuid(case),
        person: cell.pseudonym("person", person)?,
        basis: basis.read(cell)?,
    })
}

/// The row of a new notice.
pub(super) fn row_of(
    notice: &SecurityNotice,
    wrapped_key: Vec<u8>,
    sealed_assessment: Vec<u8>,
) -> Result<ActiveModel, StoreError> {
    let (audience, subject) = codes(&notice.audience);
    let known = notice.audience.known();
    let basis = BasisColumns::of(known.map(|known| &known.basis));
    Ok(ActiveModel {
        id: Set(notice.id.as_uuid()),
        series: Set(notice.series.as_uuid()),
        version: Set(notice.version.into()),
        office_id: Set(notice.office.as_str().to_owned()),
        kind: Set(notice.kind.code().to_owned()),
        urgency: Set(notice.urgency.code().to_owned()),
        audience: Set(audience.to_owned()),
        subject: Set(subject.to_owned()),
        country: Set(country(&notice.audience)),
        laender: Set(laender(&notice.audience)?),
        organisation_id: Set(notice.audience.only().map(|id| id.as_uuid())),
        case_id: Set(known.map(|known| known.case.as_uuid())),
        person: Set(known.map(|known| known.person.as_str().to_owned())),
        disclosure_id: Set(basis.disclosure_id),
        offer_id: Set(basis.offer_id),
        person_for_centre: Set(basis.person_for_centre),
        valid_from: Set(notice.valid_from.as_unix_micros()),
        valid_until: Set(notice.valid_until.as_unix_micros()),
        issued_at: Set(notice.issued_at.as_unix_micros()),
        wrapped_key: Set(Some(wrapped_key)),
        sealed_assessment: Set(Some(sealed_assessment)),
        state: Set(notice.state.code().to_owned()),
        ended_at: Set(notice.ended_at.map(|at| at.as_unix_micros())),
    })
}

const fn codes(audience: &Audience) -> (&'static str, &'static str) {
    match audience {
        Audience::Centre { subject, .. } => (
            "centre",
            match subject {
                CentreSubject::Person(_) => "person",
                CentreSubject::Family(_) => "family",
                CentreSubject::Counsellors => "counsellors",
                CentreSubject::Centre => "centre",
            },
        ),
        Audience::Region { subject, .. } => ("region", public_code(*subject)),
        Audience::All { subject } => ("all", public_code(*subject)),
    }
}

const fn public_code(subject: PublicSubject) -> &'static str {
    match subject {
        PublicSubject::Counsellors => "counsellors",
        PublicSubject::Centres => "centres",
        PublicSubject::Country(_) => "country",
    }
}

fn country(audience: &Audience) -> Option<String> {
    match audience {
        Audience::Region {
            subject: PublicSubject::Country(code),
            ..
        }
        | Audience::All {
            subject: PublicSubject::Country(code),
        } => Some(code.to_string()),
        _ => None,
    }
}

fn laender(audience: &Audience) -> Result<Option<String>, StoreError> {
    let Audience::Region { laender, .. } = audience else {
        return Ok(None);
    };
    to_text(laender).map(Some)
}
