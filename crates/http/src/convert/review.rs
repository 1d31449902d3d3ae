//! Reviews, in both directions.

use freigabe_contract::{review as wire, vocabulary::AgreementSide};
use freigabe_domain::{
    gathering::Side,
    review::{
        FigureRow, FigureSet, FigureTable, Measure, NewAssessment, NewMeasure, Review,
        ReviewReason, SideAssessment,
    },
};

use super::{
    Faults,
    gathering::{general, of_participant},
    instant, timestamp,
    vocabulary::Mirror as _,
};
use crate::problem::ApiError;

const fn side(side: Side) -> AgreementSide {
    match side {
        Side::Police => AgreementSide::Police,
        Side::Network => AgreementSide::Network,
    }
}

/// The occasion of a review.
pub(crate) fn reason(body: &wire::OpenReview) -> ReviewReason {
    body.reason.mirror()
}

/// What a side says.
pub(crate) fn assessments(body: wire::AssessReview) -> Result<Vec<NewAssessment>, ApiError> {
    let mut faults = Faults::default();
    let mut read = Vec::with_capacity(body.assessments.len());
    for (index, one) in body.assessments.into_iter().enumerate() {
        let pointer = format!("/assessments/{index}/remark");
        read.push(NewAssessment {
            point: one.point.mirror(),
            attainment: one.attainment.mirror(),
            remark: one
                .remark
                .and_then(|remark| general(&mut faults, &pointer, remark.into_string())),
        });
    }
    faults.finish(Some(read))
}

/// What a side proposes.
pub(crate) fn measure(body: wire::ProposeMeasure) -> Result<NewMeasure, ApiError> {
    let mut faults = Faults::default();
    let title = general(&mut faults, "/title", body.title.into_string());
    let due_at = faults.keep(|| "/due_at".to_owned(), instant(body.due_at));
    let whole = || {
        Some(NewMeasure {
            point: body.point.mirror(),
            title: title?,
            by: match body.by {
                AgreementSide::Police => Side::Police,
                AgreementSide::Network => Side::Network,
            },
            due_at: due_at?,
        })
    };
    faults.finish(whole())
}

/// A review, to its readers.
pub(crate) fn review(review: &Review) -> wire::Review {
    wire::Review {
        id: review.id.as_uuid(),
        number: review.number,
        state: review.state().mirror(),
        reason: review.reason.mirror(),
        asked_by: review.asked_by.as_ref().map(of_participant),
        asked_at: timestamp(review.asked_at),
        period_from: timestamp(review.period_from),
        period_until: review.period_until.map(timestamp),
        concluded_by_police_at: review.concluded_by_police_at.map(timestamp),
        concluded_by_network_at: review.concluded_by_network_at.map(timestamp),
        assessments: review.assessments.iter().map(assessment).collect(),
        measures: review.measures.iter().map(of_measure).collect(),
    }
}

fn assessment(one: &SideAssessment) -> wire::SideAssessment {
    let said = &one.assessment;
    wire::SideAssessment {
        side: side(one.side),
        point: said.point.mirror(),
        attainment: said.attainment.mirror(),
        remark: said.remark.as_ref().map(|remark| remark.as_str().into()),
        assessed_at: timestamp(one.at),
    }
}

fn of_measure(one: &Measure) -> wire::ReviewMeasure {
    let measure = &one.measure;
    wire::ReviewMeasure {
        id: one.id.as_uuid(),
        review_id: one.review.as_uuid(),
        point: measure.point.mirror(),
        title: measure.title.as_str().into(),
        by: side(measure.by),
        due_at: timestamp(measure.due_at),
        proposed_by: side(one.proposed_by),
        proposed_at: timestamp(one.proposed_at),
        agreed_at: one.agreed_at.map(timestamp),
        completed_at: one.completed_at.map(timestamp),
    }
}

/// The figures of a review, to its readers.
pub(crate) fn figures(
    review: &Review,
    figures: &FigureSet,
) -> Result<wire::ReviewFigures, ApiError> {
    let opened = review.period_until.zip(review.threshold);
    let unopened = || ApiError::Internal("figures of a review that is not open".to_owned());
    let (period_until, threshold) = opened.ok_or_else(unopened)?;
    Ok(wire::ReviewFigures {
        review_id: review.id.as_uuid(),
        period_from: timestamp(review.period_from),
        period_until: timestamp(period_until),
        threshold,
        tables: figures.tables.iter().map(table).collect(),
    })
}

/// Labels are those of today: codes don't change.
fn table(table: &FigureTable) -> wire::FigureTable {
    let known = table.topic.categories();
    let column = |code: &String| {
        let label = known.iter().find(|one| one.code == code);
        wire::FigureColumn {
            code: code.clone(),
            label_de: label.map_or(code.as_str(), |one| one.german).to_owned(),
            label_en: label.map_or(code.as_str(), |one| one.english).to_owned(),
        }
    };
    let sum = wire::FigureColumn {
        code: "sum".to_owned(),
        label_de: "insgesamt".to_owned(),
        label_en: "in all".to_owned(),
    };
    wire::FigureTable {
        topic: table.topic.mirror(),
        columns: table.categories.iter().map(column).chain([sum]).collect(),
        rows: table.rows.iter().map(row).collect(),
    }
}

fn row(row: &FigureRow) -> wire::FigureRow {
    wire::FigureRow {
        direktion: row.direktion.as_deref().map(Into::into),
        land: row.land.clone(),
        figures: row
            .counts
            .iter()
            .map(|count| wire::Figure { count: *count })
            .collect(),
        medians: row
            .medians
            .iter()
            .map(|median| wire::MedianHours {
                span: median.kind.mirror(),
                hours: median.hours,
            })
            .collect(),
    }
}
