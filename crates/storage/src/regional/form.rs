//! Rows of agreements, and back.

use std::collections::BTreeMap;

use freigabe_domain::{
    ids::{CentreId, OrganisationId, RegionalAgreementId},
    instant::Instant,
    office::{Land, OfficeId, Task},
    regional::{
        AgreementArea, AgreementEnd, AgreementParty, Deviations, Hours, NoticeDeadlines,
        OfferDeadlines, Party, PostcodePrefix, Precedence, RegionalAgreement,
    },
    store::StoreError,
    text::ShortText,
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::{
    entity::{
        regional_agreement::{ActiveModel, Model},
        regional_agreement_area as area, regional_agreement_office as office,
        regional_agreement_party as party,
    },
    rows::{Cell, instant},
};

pub(super) const TABLE: &str = "regional_agreements";

/// The rows of some agreements.
pub(super) struct Rows {
    pub(super) agreements: Vec<Model>,
    pub(super) parties: Vec<party::Model>,
    pub(super) offices: Vec<office::Model>,
    pub(super) areas: Vec<area::Model>,
}

impl Rows {
    /// The agreements, in the order of their rows.
    pub(super) fn read(&self) -> Result<Vec<RegionalAgreement>, StoreError> {
        self.agreements.iter().map(|row| self.one(row)).collect()
    }

    fn one(&self, row: &Model) -> Result<RegionalAgreement, StoreError> {
        let cell = Cell {
            table: TABLE,
            row: &row.id,
        };
        let text = |column, text: &str| {
            ShortText::parse(text).map_err(|_| cell.corrupt(column, "not a text"))
        };
        let proposer = (
            row.proposed_by_office.as_deref(),
            row.proposed_by_organisation,
        );
        Ok(RegionalAgreement {
            id: RegionalAgreementId::from_uuid(row.id),
            title: text("title", &row.title)?,
            reference: row
                .reference
                .as_deref()
                .map(|reference| text("reference", reference))
                .transpose()?,
            parties: self.parties_of(row.id)?,
            area: self.area_of(row.id)?,
            valid_from: instant(row.valid_from),
            valid_until: row.valid_until.map(instant),
            precedence: cell.code("precedence", Precedence::from_code, &row.precedence)?,
            deviations: Deviations {
                competent_offices: self.offices_of(row.id)?,
                offers: offer_deadlines(&cell, row)?,
                notices: notice_deadlines(&cell, row)?,
            },
            replaces: row.replaces.map(RegionalAgreementId::from_uuid),
            proposed_by: party_of(&cell, "proposed_by_office", proposer)?,
            proposed_at: instant(row.proposed_at),
            ended: ended(&cell, row)?,
            replaced: None,
        })
    }

    fn parties_of(&self, id: Uuid) -> Result<Vec<AgreementParty>, StoreError> {
        let own = self.parties.iter().filter(|row| row.agreement_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "regional_agreement_parties",
                row: &row.agreement_id,
            };
            let named = (row.office_id.as_deref(), row.organisation_id);
            Ok(AgreementParty {
                party: party_of(&cell, "office_id", named)?,
                entry: row.centre_id.map(CentreId::from_uuid),
                confirmed_at: row.confirmed_at.map(instant),
            })
        })
        .collect()
    }

    fn offices_of(&self, id: Uuid) -> Result<BTreeMap<Task, OfficeId>, StoreError> {
        let own = self.offices.iter().filter(|row| row.agreement_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "regional_agreement_offices",
                row: &row.agreement_id,
            };
            let task = cell.code("task", Task::from_code, &row.task)?;
            Ok((task, cell.office("office_id", &row.office_id)?))
        })
        .collect()
    }

    fn area_of(&self, id: Uuid) -> Result<AgreementArea, StoreError> {
        let cell = Cell {
            table: "regional_agreement_areas",
            row: &id,
        };
        let (mut laender, mut postcodes) = (Vec::new(), Vec::new());
        for row in self.areas.iter().filter(|row| row.agreement_id == id) {
            match PostcodePrefix::parse(&row.code) {
                Ok(prefix) => postcodes.push(prefix),
                Err(_) => laender.push(cell.code("code", Land::from_code, &row.code)?),
            }
        }
        AgreementArea::new(laender, postcodes).map_err(|_| cell.corrupt("code", "no area at all"))
    }
}

fn party_of(
    cell: &Cell<'_>,
    column: &'static str,
    named: (Option<&str>, Option<Uuid>),
) -> Result<Party, StoreError> {
    match named {
        (Some(office), None) => Ok(Party::Office(cell.office(column, office)?)),
        (None, Some(centre)) => Ok(Party::Centre(OrganisationId::from_uuid(centre))),
        _ => Err(cell.corrupt(column, "neither an office alone nor a centre alone")),
    }
}

fn ended(cell: &Cell<'_>, row: &Model) -> Result<Option<AgreementEnd>, StoreError> {
    let by = (row.ended_by_office.as_deref(), row.ended_by_organisation);
    row.ended_at
        .map(|at| {
            Ok(AgreementEnd {
                by: party_of(cell, "ended_by_office", by)?,
                at: instant(at),
            })
        })
        .transpose()
}

fn hours(cell: &Cell<'_>, column: &'static str, value: i32) -> Result<Hours, StoreError> {
    let hours = cell.number(column, i64::from(value))?;
    Hours::new(hours).map_err(|_| cell.corrupt(column, "out of range"))
}

fn offer_deadlines(cell: &Cell<'_>, row: &Model) -> Result<Option<OfferDeadlines>, StoreError> {
    match (row.offer_remind_after, row.offer_answer_within) {
        (None, None) => Ok(None),
        (Some(remind), Some(answer)) => Ok(Some(OfferDeadlines {
            remind_after: hours(cell, "offer_remind_after", remind)?,
            answer_within: hours(cell, "offer_answer_within", answer)?,
        })),
        _ => Err(cell.corrupt("offer_answer_within", "one deadline without the other")),
    }
}

fn notice_deadlines(cell: &Cell<'_>, row: &Model) -> Result<Option<NoticeDeadlines>, StoreError> {
    match (row.notice_routine, row.notice_urgent) {
        (None, None) => Ok(None),
        (Some(routine), Some(urgent)) => Ok(Some(NoticeDeadlines {
            routine: hours(cell, "notice_routine", routine)?,
            urgent: hours(cell, "notice_urgent", urgent)?,
        })),
        _ => Err(cell.corrupt("notice_urgent", "one deadline without the other")),
    }
}

/// The columns of a party: an office, or an organisation.
pub(super) fn columns(party: &Party) -> (Option<String>, Option<Uuid>) {
    let office = party.office().map(|office| office.as_str().to_owned());
    (office, party.centre().map(|centre| centre.as_uuid()))
}

pub(super) fn row_of(agreement: &RegionalAgreement) -> ActiveModel {
    let number = |hours: Hours| i32::from(hours.get());
    let (offers, notices) = (agreement.deviations.offers, agreement.deviations.notices);
    let (proposing_office, proposing_centre) = columns(&agreement.proposed_by);
    let end = agreement.ended.as_ref();
    let (ending_office, ending_centre) = end.map(|end| columns(&end.by)).unwrap_or_default();
    let micros = |at: Option<Instant>| at.map(Instant::as_unix_micros);
    ActiveModel {
        id: Set(agreement.id.as_uuid()),
        title: Set(agreement.title.as_str().to_owned()),
        reference: Set(agreement
            .reference
            .as_ref()
            .map(|reference| reference.as_str().to_owned())),
        valid_from: Set(agreement.valid_from.as_unix_micros()),
        valid_until: Set(micros(agreement.valid_until)),
        precedence: Set(agreement.precedence.code().to_owned()),
        offer_remind_after: Set(offers.map(|one| number(one.remind_after))),
        offer_answer_within: Set(offers.map(|one| number(one.answer_within))),
        notice_routine: Set(notices.map(|one| number(one.routine))),
        notice_urgent: Set(notices.map(|one| number(one.urgent))),
        replaces: Set(agreement.replaces.map(|id| id.as_uuid())),
        proposed_at: Set(agreement.proposed_at.as_unix_micros()),
        proposed_by_office: Set(proposing_office),
        proposed_by_organisation: Set(proposing_centre),
        ended_at: Set(end.map(|end| end.at.as_unix_micros())),
        ended_by_office: Set(ending_office),
        ended_by_organisation: Set(ending_centre),
    }
}

pub(super) fn party_rows(
    agreement: &RegionalAgreement,
) -> Result<Vec<party::ActiveModel>, StoreError> {
    let rows = agreement.parties.iter().enumerate().map(|(number, one)| {
        let (office, centre) = columns(&one.party);
        let number =
            i16::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))?;
        Ok(party::ActiveModel {
            agreement_id: Set(agreement.id.as_uuid()),
            number: Set(number),
            office_id: Set(office),
            organisation_id: Set(centre),
            centre_id: Set(one.entry.map(|entry| entry.as_uuid())),
            confirmed_at: Set(one.confirmed_at.map(Instant::as_unix_micros)),
        })
    });
    rows.collect()
}

pub(super) fn office_rows(agreement: &RegionalAgreement) -> Vec<office::ActiveModel> {
    let named = agreement.deviations.competent_offices.iter();
    named
        .map(|(task, id)| office::ActiveModel {
            agreement_id: Set(agreement.id.as_uuid()),
            task: Set(task.code().to_owned()),
            office_id: Set(id.as_str().to_owned()),
        })
        .collect()
}

pub(super) fn area_rows(agreement: &RegionalAgreement) -> Vec<area::ActiveModel> {
    let there = &agreement.area;
    let laender = there.laender().iter().map(|land| land.code());
    let postcodes = there.postcodes().iter().map(PostcodePrefix::as_str);
    laender
        .chain(postcodes)
        .map(|code| area::ActiveModel {
            agreement_id: Set(agreement.id.as_uuid()),
            code: Set(code.to_owned()),
        })
        .collect()
}
