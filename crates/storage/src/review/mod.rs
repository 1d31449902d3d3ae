//! Reviews of the agreement.

mod facts;

use std::collections::BTreeMap;

use freigabe_domain::{
    gathering::{GeneralText, Participant, Side},
    ids::{ReviewId, ReviewMeasureId},
    instant::Instant,
    review::{
        AgreementPoint, Assessment, FigureSet, GoalAttainment, Measure, NewMeasure, ReleaseRefusal,
        Review, ReviewFacts, ReviewReason, SideAssessment,
    },
    store::{Cursor, Page, PageRequest, ReviewStore, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType, OnConflict},
};
use uuid::Uuid;

use crate::{
    entity::{
        release_refusal,
        review::{ActiveModel, Column, Entity, Model},
        review_assessment as assessment, review_figure as figure, review_measure as measure,
    },
    failure::{exactly_one, failed},
    gathering::{ParticipantColumns, general},
    rows::{Cell, instant, to_text},
    tx::{SqlTx, after_descending, held},
};

impl SqlTx<'_> {
    async fn one_review(
        &mut self,
        id: ReviewId,
        lock: Option<LockType>,
    ) -> Result<Option<Review>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        Ok(self.whole_reviews(row.into_iter().collect()).await?.pop())
    }

    /// The reviews of these rows, in their order, each with what it has of other tables. Measures are few, in all years together.
    async fn whole_reviews(&mut self, rows: Vec<Model>) -> Result<Vec<Review>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let said = assessment::Entity::find()
            .filter(assessment::Column::ReviewId.is_in(ids))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let measures = measure::Entity::find()
            .order_by_asc(measure::Column::ProposedAt)
            .order_by_asc(measure::Column::Id)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let measures = measures
            .into_iter()
            .map(measure_of)
            .collect::<Result<Vec<_>, _>>()?;
        let mut assessments: BTreeMap<Uuid, Vec<SideAssessment>> = BTreeMap::new();
        for row in said {
            let review = row.review_id;
            let read = assessment_of(row)?;
            assessments.entry(review).or_default().push(read);
        }
        rows.into_iter()
            .map(|row| {
                let mut said = assessments.remove(&row.id).unwrap_or_default();
                said.sort_by_key(|one| (one.side, one.assessment.point));
                review_of(row, said, &measures)
            })
            .collect()
    }
}

fn review_of(
    row: Model,
    assessments: Vec<SideAssessment>,
    measures: &[Measure],
) -> Result<Review, StoreError> {
    let cell = Cell {
        table: "reviews",
        row: &row.id,
    };
    let asked_by = ParticipantColumns {
        office: row.asked_by_office,
        centre: row.asked_by_centre,
        coordination: row.asked_by_coordination,
    };
    let by_date =
        asked_by.office.is_none() && asked_by.centre.is_none() && asked_by.coordination.is_none();
    let asked_by = if by_date {
        None
    } else {
        Some(asked_by.read(&cell, "asked_by_office")?)
    };
    let id = ReviewId::from_uuid(row.id);
    let asked_at = instant(row.asked_at);
    let belongs = |one: &&Measure| {
        one.review == id
            || (one.agreed_at.is_some_and(|agreed| agreed <= asked_at)
                && one.completed_at.is_none_or(|done| done > asked_at))
    };
    Ok(Review {
        id,
        number: cell.number("number", i64::from(row.number))?,
        reason: cell.code("reason", ReviewReason::from_code, &row.reason)?,
        asked_by,
        asked_at,
        period_from: instant(row.period_from),
        period_until: row.period_until.map(instant),
        threshold: row
            .threshold
            .map(|threshold| cell.number("threshold", threshold))
            .transpose()?,
        concluded_by_police_at: row.concluded_by_police_at.map(instant),
        concluded_by_network_at: row.concluded_by_network_at.map(instant),
        assessments,
        measures: measures.iter().filter(belongs).cloned().collect(),
    })
}

fn assessment_of(row: assessment::Model) -> Result<SideAssessment, StoreError> {
    let cell = Cell {
        table: "review_assessments",
        row: &row.review_id,
    };
    let remark = row.remark.as_deref();
    Ok(SideAssessment {
        side: cell.code("side", Side::from_code, &row.side)?,
        assessment: Assessment {
            point: cell.code("point", AgreementPoint::from_code, &row.point)?,
            attainment: cell.code("attainment", GoalAttainment::from_code, &row.attainment)?,
            remark: remark
                .map(|remark| general(&cell, "remark", remark))
                .transpose()?,
        },
        at: instant(row.assessed_at),
    })
}

fn measure_of(row: measure::Model) -> Result<Measure, StoreError> {
    let cell = Cell {
        table: "review_measures",
        row: &row.id,
    };
    Ok(Measure {
        id: ReviewMeasureId::from_uuid(row.id),
        review: ReviewId::from_uuid(row.review_id),
        measure: NewMeasure {
            point: cell.code("point", AgreementPoint::from_code, &row.point)?,
            title: general(&cell, "title", &row.title)?,
            by: cell.code("by_side", Side::from_code, &row.by_side)?,
            due_at: instant(row.due_at),
        },
        proposed_by: cell.code("proposed_by", Side::from_code, &row.proposed_by)?,
        proposed_at: instant(row.proposed_at),
        agreed_at: row.agreed_at.map(instant),
        completed_at: row.completed_at.map(instant),
    })
}

fn row_of(review: &Review) -> Result<ActiveModel, StoreError> {
    let asked_by = review.asked_by.as_ref().map(Participant::clone);
    let columns = asked_by.as_ref().map(ParticipantColumns::of);
    let number =
        |number: u32| i32::try_from(number).map_err(|error| StoreError::Defect(error.to_string()));
    Ok(ActiveModel {
        id: Set(review.id.as_uuid()),
        number: Set(number(review.number)?),
        number_before: Set(match review.number {
            0 | 1 => None,
            later => Some(number(later - 1)?),
        }),
        reason: Set(review.reason.code().to_owned()),
        asked_at: Set(review.asked_at.as_unix_micros()),
        asked_by_office: Set(columns.as_ref().and_then(|columns| columns.office.clone())),
        asked_by_centre: Set(columns.as_ref().and_then(|columns| columns.centre)),
        asked_by_coordination: Set(columns.as_ref().and_then(|columns| columns.coordination)),
        period_from: Set(review.period_from.as_unix_micros()),
        period_until: Set(None),
        threshold: Set(None),
        concluded_by_police_at: Set(None),
        concluded_by_network_at: Set(None),
    })
}

impl<'tx> ReviewStore<'tx> for SqlTx<'tx> {
    async fn insert_review(&mut self, review: &Review) -> Result<(), StoreError> {
        Entity::insert(row_of(review)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn latest_review(&mut self) -> Result<Option<Review>, StoreError> {
        let row = Entity::find()
            .order_by_desc(Column::Number)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(self.whole_reviews(row.into_iter().collect()).await?.pop())
    }

    async fn review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        self.one_review(id, None).await
    }

    async fn lock_review(&mut self, id: ReviewId) -> Result<Option<Review>, StoreError> {
        self.one_review(id, Some(LockType::Update)).await
    }

    async fn reviews(&mut self, page: PageRequest) -> Result<Page<Review>, StoreError> {
        let mut select = Entity::find();
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::AskedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::AskedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = self.whole_reviews(rows).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.asked_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn open_review(
        &mut self,
        id: ReviewId,
        at: Instant,
        threshold: u64,
        figures: &FigureSet,
    ) -> Result<(), StoreError> {
        let threshold =
            i64::try_from(threshold).map_err(|error| StoreError::Defect(error.to_string()))?;
        let changed = Entity::update_many()
            .col_expr(Column::PeriodUntil, Expr::value(at.as_unix_micros()))
            .col_expr(Column::Threshold, Expr::value(threshold))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::PeriodUntil.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("open_review", changed.rows_affected)?;
        let row = figure::ActiveModel {
            review_id: Set(id.as_uuid()),
            figures: Set(to_text(figures)?),
        };
        figure::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn conclude_review(
        &mut self,
        id: ReviewId,
        side: Side,
        at: Instant,
    ) -> Result<(), StoreError> {
        let column = match side {
            Side::Police => Column::ConcludedByPoliceAt,
            Side::Network => Column::ConcludedByNetworkAt,
        };
        let changed = Entity::update_many()
            .col_expr(column, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::PeriodUntil.is_not_null())
            .filter(column.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("conclude_review", changed.rows_affected)
    }

    async fn assess_review(
        &mut self,
        id: ReviewId,
        side: Side,
        assessments: &[Assessment],
        at: Instant,
    ) -> Result<(), StoreError> {
        use assessment::Column;
        let rows = assessments.iter().map(|one| assessment::ActiveModel {
            review_id: Set(id.as_uuid()),
            side: Set(side.code().to_owned()),
            point: Set(one.point.code().to_owned()),
            attainment: Set(one.attainment.code().to_owned()),
            remark: Set(one.remark.as_ref().map(|text| text.as_str().to_owned())),
            assessed_at: Set(at.as_unix_micros()),
        });
        let again = OnConflict::columns([Column::ReviewId, Column::Side, Column::Point])
            .update_columns([Column::Attainment, Column::Remark, Column::AssessedAt])
            .to_owned();
        assessment::Entity::insert_many(rows)
            .on_conflict(again)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn insert_measure(&mut self, one: &Measure) -> Result<(), StoreError> {
        let row = measure::ActiveModel {
            id: Set(one.id.as_uuid()),
            review_id: Set(one.review.as_uuid()),
            point: Set(one.measure.point.code().to_owned()),
            title: Set(GeneralText::as_str(&one.measure.title).to_owned()),
            by_side: Set(one.measure.by.code().to_owned()),
            due_at: Set(one.measure.due_at.as_unix_micros()),
            proposed_by: Set(one.proposed_by.code().to_owned()),
            proposed_at: Set(one.proposed_at.as_unix_micros()),
            agreed_at: Set(None),
            completed_at: Set(None),
        };
        measure::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn review_of_measure(
        &mut self,
        id: ReviewMeasureId,
    ) -> Result<Option<ReviewId>, StoreError> {
        let row = measure::Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(row.map(|row| ReviewId::from_uuid(row.review_id)))
    }

    async fn agree_measure(&mut self, id: ReviewMeasureId, at: Instant) -> Result<(), StoreError> {
        let changed = measure::Entity::update_many()
            .col_expr(measure::Column::AgreedAt, Expr::value(at.as_unix_micros()))
            .filter(measure::Column::Id.eq(id.as_uuid()))
            .filter(measure::Column::AgreedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("agree_measure", changed.rows_affected)
    }

    async fn complete_measure(
        &mut self,
        id: ReviewMeasureId,
        at: Instant,
    ) -> Result<(), StoreError> {
        let changed = measure::Entity::update_many()
            .col_expr(
                measure::Column::CompletedAt,
                Expr::value(at.as_unix_micros()),
            )
            .filter(measure::Column::Id.eq(id.as_uuid()))
            .filter(measure::Column::AgreedAt.is_not_null())
            .filter(measure::Column::CompletedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("complete_measure", changed.rows_affected)
    }

    async fn review_figures(&mut self, id: ReviewId) -> Result<Option<FigureSet>, StoreError> {
        let row = figure::Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(|row| {
            let cell = Cell {
                table: "review_figures",
                row: &row.review_id,
            };
            cell.json("figures", row.figures.as_bytes())
        })
        .transpose()
    }

    async fn review_facts(
        &mut self,
        from: Instant,
        until: Instant,
        confirmed_since: Instant,
    ) -> Result<ReviewFacts, StoreError> {
        self.facts(from, until, confirmed_since).await
    }

    async fn insert_release_refusal(&mut self, refusal: &ReleaseRefusal) -> Result<(), StoreError> {
        let row = release_refusal::ActiveModel {
            id: Set(refusal.id),
            refused_at: Set(refusal.refused_at.as_unix_micros()),
            recipient: Set(refusal.recipient.as_str().to_owned()),
            reasons: Set(to_text(&refusal.reasons)?),
        };
        release_refusal::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }
}
