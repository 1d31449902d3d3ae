//! Rows of trainings, and back.

use freigabe_domain::{
    directory::{LanguageCode, WebAddress},
    gathering::{CalendarEvent, Participant, Span, Venue},
    ids::{OrganisationId, TrainingId},
    instant::Instant,
    office::OfficeId,
    store::StoreError,
    training::{
        Attendance, Audience, Evaluation, FileHash, Grade, Material, NewMaterial, Plan, Seats,
        Training, TrainingState, TrainingTerms, TrainingTopic,
    },
};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use crate::{
    entity::{
        training::{ActiveModel, Model},
        training_material as material, training_office as office, training_topic as topic,
    },
    gathering::{self, ParticipantColumns, general},
    rows::{Cell, instant},
};

const TABLE: &str = "trainings";

/// The rows of some trainings.
pub(super) struct Rows {
    pub(super) trainings: Vec<Model>,
    pub(super) topics: Vec<topic::Model>,
    pub(super) offices: Vec<office::Model>,
    pub(super) materials: Vec<material::Model>,
}

impl Rows {
    /// The trainings, in the order of their rows.
    pub(super) fn read(&self) -> Result<Vec<Training>, StoreError> {
        self.trainings.iter().map(|row| self.one(row)).collect()
    }

    fn one(&self, row: &Model) -> Result<Training, StoreError> {
        let cell = Cell {
            table: TABLE,
            row: &row.id,
        };
        let description = row.description.as_deref();
        let terms = TrainingTerms {
            title: general(&cell, "title", &row.title)?,
            description: description
                .map(|text| general(&cell, "description", text))
                .transpose()?,
            topics: self.topics_of(row.id)?,
            audience: self.audience_of(&cell, row)?,
            seats: Seats::new(cell.number("seats", i64::from(row.seats))?)
                .map_err(|_| cell.corrupt("seats", "out of range"))?,
            language: LanguageCode::parse(&row.language)
                .map_err(|_| cell.corrupt("language", "not a language"))?,
            costs: gathering::costs(row.supplementary_agreement_id),
            public: row.is_public,
        };
        let opened_by = ParticipantColumns {
            office: row.opened_by_office.clone(),
            centre: row.opened_by_centre,
            coordination: row.opened_by_coordination,
        };
        let office = row.office_id.as_deref();
        Ok(Training {
            id: TrainingId::from_uuid(row.id),
            version: cell.number("version", row.version)?,
            state: cell.code("state", TrainingState::from_code, &row.state)?,
            terms,
            opened_by: opened_by.read(&cell, "opened_by_office")?,
            opened_at: instant(row.opened_at),
            changed_at: instant(row.changed_at),
            host: host(row),
            office: office
                .map(|office| cell.office("office_id", office))
                .transpose()?,
            plan: plan(&cell, row)?.map(|(span, venue)| Plan { span, venue }),
            attendance: number(&cell, "attendance", row.attendance, Attendance::new)?,
            evaluation: evaluation(&cell, row)?,
            materials: self.materials_of(row.id)?,
        })
    }

    fn topics_of(&self, id: Uuid) -> Result<Vec<TrainingTopic>, StoreError> {
        let own = self.topics.iter().filter(|row| row.training_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "training_topics",
                row: &row.training_id,
            };
            cell.code("topic", TrainingTopic::from_code, &row.topic)
        })
        .collect()
    }

    fn audience_of(&self, cell: &Cell<'_>, row: &Model) -> Result<Audience, StoreError> {
        match (row.audience.as_str(), &row.direktion_id) {
            ("offices", None) => {
                let own = self.offices.iter().filter(|one| one.training_id == row.id);
                let offices: Result<Vec<OfficeId>, StoreError> = own
                    .map(|one| cell.office("office_id", &one.office_id))
                    .collect();
                Ok(Audience::Offices(offices?))
            }
            ("direktion", Some(office)) => {
                Ok(Audience::Direktion(cell.office("direktion_id", office)?))
            }
            ("all", None) => Ok(Audience::All),
            _ => Err(cell.corrupt("audience", "unknown code")),
        }
    }

    fn materials_of(&self, id: Uuid) -> Result<Vec<Material>, StoreError> {
        let own = self.materials.iter().filter(|row| row.training_id == id);
        own.map(|row| {
            let cell = Cell {
                table: "training_materials",
                row: &row.training_id,
            };
            Ok(Material {
                file: NewMaterial {
                    title: general(&cell, "title", &row.title)?,
                    address: WebAddress::parse(row.address.as_str())
                        .map_err(|_| cell.corrupt("address", "not an address"))?,
                    sha256: FileHash::parse(row.sha256.as_str())
                        .map_err(|_| cell.corrupt("sha256", "not a hash"))?,
                },
                added_at: instant(row.added_at),
            })
        })
        .collect()
    }
}

/// As it stands in a calendar; none if nothing is agreed. Nothing but the row itself is looked at: who reads a public calendar sees no more.
pub(super) fn event(row: &Model) -> Result<Option<CalendarEvent>, StoreError> {
    let bare = Rows {
        trainings: Vec::new(),
        topics: Vec::new(),
        offices: Vec::new(),
        materials: Vec::new(),
    };
    Ok(bare.one(row)?.in_calendar())
}

fn host(row: &Model) -> Option<Participant> {
    let centre = row.host_centre.map(OrganisationId::from_uuid);
    let coordination = row.host_coordination.map(OrganisationId::from_uuid);
    centre
        .map(Participant::Centre)
        .or_else(|| coordination.map(Participant::Coordination))
}

fn plan(cell: &Cell<'_>, row: &Model) -> Result<Option<(Span, Venue)>, StoreError> {
    let (Some(starts_at), Some(ends_at)) = (row.starts_at, row.ends_at) else {
        return Ok(None);
    };
    let span = gathering::span(cell, starts_at, ends_at)?;
    let venue = gathering::venue(cell, row.place.as_deref(), row.online.as_deref())?;
    Ok(Some((span, venue)))
}

fn number<T, E>(
    cell: &Cell<'_>,
    column: &'static str,
    value: Option<i16>,
    new: impl FnOnce(u16) -> Result<T, E>,
) -> Result<Option<T>, StoreError> {
    let Some(value) = value else {
        return Ok(None);
    };
    let value = cell.number(column, i64::from(value))?;
    let read = new(value).map_err(|_| cell.corrupt(column, "out of range"))?;
    Ok(Some(read))
}

fn evaluation(cell: &Cell<'_>, row: &Model) -> Result<Option<Evaluation>, StoreError> {
    let Some(grade) = number(cell, "grade", row.grade, Grade::new)? else {
        return Ok(None);
    };
    let remark = row.remark.as_deref();
    let remark = remark.map(|text| general(cell, "remark", text)).transpose();
    Ok(Some(Evaluation {
        grade,
        remark: remark?,
    }))
}

/// A number that fits a small column by its bounds.
fn small(number: impl TryInto<i16>) -> Result<i16, StoreError> {
    number
        .try_into()
        .map_err(|_| StoreError::Defect("a number too large for its column".to_owned()))
}

pub(super) fn row_of(training: &Training) -> Result<ActiveModel, StoreError> {
    let Training { terms, .. } = training;
    let opened_by = ParticipantColumns::of(&training.opened_by);
    let host = training.host.as_ref().map(ParticipantColumns::of);
    let (audience, direktion) = match &terms.audience {
        Audience::Offices(_) => ("offices", None),
        Audience::Direktion(office) => ("direktion", Some(office.as_str().to_owned())),
        Audience::All => ("all", None),
    };
    let (span, venue) = (
        training.plan.as_ref().map(|plan| plan.span),
        training.plan.as_ref().map(|plan| &plan.venue),
    );
    let micros = Instant::as_unix_micros;
    let evaluation = training.evaluation.as_ref();
    Ok(ActiveModel {
        id: Set(training.id.as_uuid()),
        version: Set(version(training.version)?),
        state: Set(training.state.code().to_owned()),
        title: Set(terms.title.as_str().to_owned()),
        description: Set(terms
            .description
            .as_ref()
            .map(|text| text.as_str().to_owned())),
        audience: Set(audience.to_owned()),
        direktion_id: Set(direktion),
        seats: Set(small(terms.seats.get())?),
        language: Set(terms.language.code().to_owned()),
        supplementary_agreement_id: Set(terms.costs.agreement().map(|id| id.as_uuid())),
        is_public: Set(terms.public),
        opened_at: Set(micros(training.opened_at)),
        opened_by_office: Set(opened_by.office),
        opened_by_centre: Set(opened_by.centre),
        opened_by_coordination: Set(opened_by.coordination),
        changed_at: Set(micros(training.changed_at)),
        host_centre: Set(host.as_ref().and_then(|host| host.centre)),
        host_coordination: Set(host.as_ref().and_then(|host| host.coordination)),
        office_id: Set(training
            .office
            .as_ref()
            .map(|office| office.as_str().to_owned())),
        starts_at: Set(span.map(|span| micros(span.starts_at()))),
        ends_at: Set(span.map(|span| micros(span.ends_at()))),
        place: Set(venue.and_then(|venue| Some(venue.place()?.as_str().to_owned()))),
        online: Set(venue.and_then(|venue| Some(venue.online()?.as_str().to_owned()))),
        attendance: Set(training
            .attendance
            .map(|one| small(one.get()))
            .transpose()?),
        grade: Set(evaluation.map(|one| small(one.grade.get())).transpose()?),
        remark: Set(evaluation.and_then(|one| Some(one.remark.as_ref()?.as_str().to_owned()))),
    })
}

/// A version, as it stands in its column.
pub(super) fn version(version: u64) -> Result<i64, StoreError> {
    i64::try_from(version).map_err(|error| StoreError::Defect(error.to_string()))
}

pub(super) fn topic_rows(training: &Training) -> Result<Vec<topic::ActiveModel>, StoreError> {
    let topics = training.terms.topics.iter().enumerate();
    topics
        .map(|(number, one)| {
            Ok(topic::ActiveModel {
                training_id: Set(training.id.as_uuid()),
                number: Set(small(number)?),
                topic: Set(one.code().to_owned()),
            })
        })
        .collect()
}

pub(super) fn office_rows(training: &Training) -> Result<Vec<office::ActiveModel>, StoreError> {
    let Audience::Offices(offices) = &training.terms.audience else {
        return Ok(Vec::new());
    };
    let rows = offices.iter().enumerate().map(|(number, one)| {
        Ok(office::ActiveModel {
            training_id: Set(training.id.as_uuid()),
            number: Set(small(number)?),
            office_id: Set(one.as_str().to_owned()),
        })
    });
    rows.collect()
}

/// The last `fresh` of its files.
pub(super) fn material_rows(
    training: &Training,
    fresh: usize,
) -> Result<Vec<material::ActiveModel>, StoreError> {
    let known = training.materials.len().saturating_sub(fresh);
    let added = training.materials.iter().enumerate().skip(known);
    added
        .map(|(number, one)| {
            Ok(material::ActiveModel {
                training_id: Set(training.id.as_uuid()),
                number: Set(small(number)?),
                title: Set(one.file.title.as_str().to_owned()),
                address: Set(one.file.address.as_str().to_owned()),
                sha256: Set(one.file.sha256.as_str().to_owned()),
                added_at: Set(one.added_at.as_unix_micros()),
            })
        })
        .collect()
}
