//! Trainings and general advisories, in both directions.

use freigabe_contract::{advisory as advisories, training as wire};
use freigabe_domain::{
    advisory::{GeneralAdvisory, NewAdvisory},
    directory::{LanguageCode, WebAddress},
    gathering::{LongGeneralText, ShortGeneralText},
    office::OfficeId,
    security_notice::CountryCode,
    training::{
        Attendance, Audience, Evaluation, FileHash, Grade, Material, NewMaterial, NewTraining,
        Plan, Seats, Training, TrainingTerms,
    },
};

use super::{
    Faults,
    gathering::{costs, general, of_costs, of_participant, of_venue, participant, span, venue},
    timestamp,
    vocabulary::{Mirror, mirror_all},
};
use crate::problem::ApiError;

/// What somebody asks for, or offers.
pub(crate) fn new_training(body: wire::RequestTraining) -> Result<NewTraining, ApiError> {
    let mut faults = Faults::default();
    // What may be left out is missing at a fault as well; then there is a fault.
    let title: Option<ShortGeneralText> = general(&mut faults, "/title", body.title.into_string());
    let description: Option<LongGeneralText> = body
        .description
        .and_then(|text| general(&mut faults, "/description", text.into_string()));
    let audience = audience(&mut faults, body.audience);
    let host = body
        .host
        .and_then(|host| participant(&mut faults, "/host", &host));
    let seats = faults.keep(|| "/seats".to_owned(), Seats::new(body.seats));
    let language = LanguageCode::parse(body.language.as_str());
    let language = faults.keep(|| "/language".to_owned(), language);
    let whole = || {
        Some(NewTraining {
            terms: TrainingTerms {
                title: title?,
                description,
                topics: mirror_all(body.topics),
                audience: audience?,
                seats: seats?,
                language: language?,
                costs: costs(&body.costs),
                public: body.public,
            },
            host,
        })
    };
    faults.finish(whole())
}

fn audience(faults: &mut Faults, audience: wire::TrainingAudience) -> Option<Audience> {
    match audience {
        wire::TrainingAudience::Offices { offices } => {
            let mut read = Vec::with_capacity(offices.len());
            for (index, office) in offices.into_iter().enumerate() {
                let pointer = || format!("/audience/offices/{index}");
                read.extend(faults.keep(pointer, OfficeId::parse(office.as_str())));
            }
            Some(Audience::Offices(read))
        }
        wire::TrainingAudience::Direktion { office } => {
            let office = OfficeId::parse(office.as_str());
            faults
                .keep(|| "/audience/office".to_owned(), office)
                .map(Audience::Direktion)
        }
        wire::TrainingAudience::All {} => Some(Audience::All),
    }
}

/// When and where.
pub(crate) fn plan(body: wire::TrainingPlan) -> Result<Plan, ApiError> {
    let mut faults = Faults::default();
    let span = span(&mut faults, "", body.starts_at, body.ends_at);
    let venue = venue(&mut faults, "/venue", body.venue);
    let whole = span.zip(venue).map(|(span, venue)| Plan { span, venue });
    faults.finish(whole)
}

/// How many took part.
pub(crate) fn attendance(body: &wire::TrainingHeld) -> Result<Attendance, ApiError> {
    let mut faults = Faults::default();
    let number = Attendance::new(body.participants);
    let number = faults.keep(|| "/participants".to_owned(), number);
    faults.finish(number)
}

/// How the office found it.
pub(crate) fn evaluation(body: wire::TrainingEvaluation) -> Result<Evaluation, ApiError> {
    let mut faults = Faults::default();
    let grade = faults.keep(|| "/grade".to_owned(), Grade::new(body.grade));
    let remark = body
        .remark
        .and_then(|text| general(&mut faults, "/remark", text.into_string()));
    faults.finish(grade.map(|grade| Evaluation { grade, remark }))
}

/// A file.
pub(crate) fn material(body: wire::AddTrainingMaterial) -> Result<NewMaterial, ApiError> {
    let mut faults = Faults::default();
    let title = general(&mut faults, "/title", body.title.into_string());
    let address = WebAddress::parse(body.address.into_string());
    let address = faults.keep(|| "/address".to_owned(), address);
    let sha256 = FileHash::parse(body.sha256.into_string());
    let sha256 = faults.keep(|| "/sha256".to_owned(), sha256);
    let whole = || {
        Some(NewMaterial {
            title: title?,
            address: address?,
            sha256: sha256?,
        })
    };
    faults.finish(whole())
}

/// A training, to its readers.
pub(crate) fn training(training: &Training) -> wire::Training {
    let terms = &training.terms;
    wire::Training {
        id: training.id.as_uuid(),
        version: training.version,
        state: training.state.mirror(),
        title: terms.title.as_str().into(),
        description: terms.description.as_ref().map(|text| text.as_str().into()),
        topics: mirror_all(terms.topics.iter().copied()),
        audience: of_audience(&terms.audience),
        opened_by: of_participant(&training.opened_by),
        opened_at: timestamp(training.opened_at),
        changed_at: timestamp(training.changed_at),
        host: training.host.as_ref().map(of_participant),
        office: training
            .office
            .as_ref()
            .map(|office| office.as_str().into()),
        seats: terms.seats.get(),
        language: terms.language.code().into(),
        costs: of_costs(terms.costs),
        public: terms.public,
        plan: training.plan.as_ref().map(of_plan),
        participants: training.attendance.map(Attendance::get),
        evaluation: training.evaluation.as_ref().map(of_evaluation),
        materials: training.materials.iter().map(of_material).collect(),
    }
}

fn of_audience(audience: &Audience) -> wire::TrainingAudience {
    match audience {
        Audience::Offices(offices) => wire::TrainingAudience::Offices {
            offices: offices
                .iter()
                .map(|office| office.as_str().into())
                .collect(),
        },
        Audience::Direktion(office) => wire::TrainingAudience::Direktion {
            office: office.as_str().into(),
        },
        Audience::All => wire::TrainingAudience::All {},
    }
}

fn of_plan(plan: &Plan) -> wire::TrainingPlan {
    wire::TrainingPlan {
        starts_at: timestamp(plan.span.starts_at()),
        ends_at: timestamp(plan.span.ends_at()),
        venue: of_venue(&plan.venue),
    }
}

fn of_evaluation(evaluation: &Evaluation) -> wire::TrainingEvaluation {
    wire::TrainingEvaluation {
        grade: evaluation.grade.get(),
        remark: evaluation.remark.as_ref().map(|text| text.as_str().into()),
    }
}

fn of_material(material: &Material) -> wire::TrainingMaterial {
    wire::TrainingMaterial {
        title: material.file.title.as_str().into(),
        address: material.file.address.as_str().into(),
        sha256: material.file.sha256.as_str().into(),
        added_at: timestamp(material.added_at),
    }
}

/// What somebody publishes.
pub(crate) fn new_advisory(body: advisories::PublishAdvisory) -> Result<NewAdvisory, ApiError> {
    let mut faults = Faults::default();
    let title = general(&mut faults, "/title", body.title.into_string());
    let text = general(&mut faults, "/text", body.text.into_string());
    let mut countries = Vec::with_capacity(body.countries.len());
    for (index, country) in body.countries.iter().enumerate() {
        let pointer = || format!("/countries/{index}");
        countries.extend(faults.keep(pointer, CountryCode::parse(country.as_str())));
    }
    let whole = || {
        Some(NewAdvisory {
            title: title?,
            text: text?,
            topics: mirror_all(body.topics),
            countries,
            exploitation_forms: mirror_all(body.exploitation_forms),
        })
    };
    faults.finish(whole())
}

/// An advisory, to its readers.
pub(crate) fn advisory(advisory: &GeneralAdvisory) -> advisories::GeneralAdvisory {
    let content = &advisory.content;
    advisories::GeneralAdvisory {
        id: advisory.id.as_uuid(),
        title: content.title.as_str().into(),
        text: content.text.as_str().into(),
        topics: mirror_all(content.topics.iter().copied()),
        countries: content
            .countries
            .iter()
            .map(|country| country.to_string().into())
            .collect(),
        exploitation_forms: mirror_all(content.exploitation_forms.iter().copied()),
        published_by: of_participant(&advisory.published_by),
        published_at: timestamp(advisory.published_at),
        withdrawn_at: advisory.withdrawn_at.map(timestamp),
    }
}
