//! Trainings (agreement, point 6).

mod form;

use freigabe_domain::{
    access::Role,
    gathering::{CalendarEvent, CalendarOf, Participant},
    ids::{SupplementaryAgreementId, TrainingId},
    instant::Instant,
    office::OfficeId,
    store::{Cursor, Page, PageRequest, StoreError, TrainingStore},
    training::{Training, TrainingState},
};
use sea_orm::{
    ColumnTrait as _, Condition, ConnectionTrait as _, EntityTrait as _, PaginatorTrait as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Alias, Expr, ExprTrait as _, LockType, Query, SelectStatement},
};
use uuid::Uuid;

use self::form::{Rows, event, material_rows, office_rows, row_of, topic_rows, version};
use crate::{
    entity::{
        organisation,
        training::{ActiveModel, Column, Entity, Model},
        training_material as material, training_office as office, training_topic as topic,
    },
    failure::{exactly_one, failed},
    tx::{SqlTx, after_descending, held},
};

impl SqlTx<'_> {
    /// The trainings of these rows, in their order.
    async fn whole_trainings(&mut self, rows: Vec<Model>) -> Result<Vec<Training>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let ids = || rows.iter().map(|row| row.id);
        let topics = topic::Entity::find()
            .filter(topic::Column::TrainingId.is_in(ids()))
            .order_by_asc(topic::Column::TrainingId)
            .order_by_asc(topic::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let offices = office::Entity::find()
            .filter(office::Column::TrainingId.is_in(ids()))
            .order_by_asc(office::Column::TrainingId)
            .order_by_asc(office::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let materials = material::Entity::find()
            .filter(material::Column::TrainingId.is_in(ids()))
            .order_by_asc(material::Column::TrainingId)
            .order_by_asc(material::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let rows = Rows {
            trainings: rows,
            topics,
            offices,
            materials,
        };
        rows.read()
    }

    async fn one_training(
        &mut self,
        id: TrainingId,
        lock: Option<LockType>,
    ) -> Result<Option<Training>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        let mut whole = self.whole_trainings(row.into_iter().collect()).await?;
        Ok(whole.pop())
    }
}

impl<'tx> TrainingStore<'tx> for SqlTx<'tx> {
    async fn insert_training(&mut self, training: &Training) -> Result<(), StoreError> {
        Entity::insert(row_of(training)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        topic::Entity::insert_many(topic_rows(training)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        let offices = office_rows(training)?;
        if !offices.is_empty() {
            office::Entity::insert_many(offices)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn training(&mut self, id: TrainingId) -> Result<Option<Training>, StoreError> {
        self.one_training(id, None).await
    }

    async fn lock_training(&mut self, id: TrainingId) -> Result<Option<Training>, StoreError> {
        self.one_training(id, Some(LockType::Update)).await
    }

    async fn trainings(
        &mut self,
        state: Option<TrainingState>,
        page: PageRequest,
    ) -> Result<Page<Training>, StoreError> {
        let mut select = Entity::find();
        if let Some(state) = state {
            select = select.filter(Column::State.eq(state.code()));
        }
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::OpenedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::OpenedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = self.whole_trainings(rows).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.opened_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn update_training(
        &mut self,
        training: &Training,
        fresh: usize,
    ) -> Result<(), StoreError> {
        let row = row_of(training)?;
        let next = ActiveModel {
            version: row.version,
            state: row.state,
            changed_at: row.changed_at,
            host_centre: row.host_centre,
            host_coordination: row.host_coordination,
            office_id: row.office_id,
            starts_at: row.starts_at,
            ends_at: row.ends_at,
            place: row.place,
            online: row.online,
            attendance: row.attendance,
            grade: row.grade,
            remark: row.remark,
            ..ActiveModel::default()
        };
        let changed = Entity::update_many()
            .set(next)
            .filter(Column::Id.eq(training.id.as_uuid()))
            .filter(Column::Version.eq(version(training.version)? - 1))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update_training", changed.rows_affected)?;
        let materials = material_rows(training, fresh)?;
        if !materials.is_empty() {
            material::Entity::insert_many(materials)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn takes_part(&mut self, participant: &Participant) -> Result<bool, StoreError> {
        let (id, role) = match participant {
            Participant::Office(_) => return Ok(false),
            Participant::Centre(id) => (id, Role::Centre),
            Participant::Coordination(id) => (id, Role::Coordination),
        };
        let found = organisation::Entity::find_by_id(id.as_uuid())
            .filter(organisation::Column::Role.eq(role.code()))
            .count(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(found > 0)
    }

    async fn has_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<bool, StoreError> {
        let select = Query::select()
            .expr(Expr::value(1))
            .from(Alias::new("supplementary_agreements"))
            .and_where(Expr::col(Alias::new("id")).eq(id.as_uuid()))
            .to_owned();
        let found = self.transaction.query_one(&select).await.map_err(failed)?;
        Ok(found.is_some())
    }

    async fn trainings_in_calendar(
        &mut self,
        of: &CalendarOf,
        since: Instant,
        limit: u16,
    ) -> Result<Vec<CalendarEvent>, StoreError> {
        let rows = Entity::find()
            .filter(Column::EndsAt.gt(since.as_unix_micros()))
            .filter(takes_part_in(of))
            .order_by_asc(Column::StartsAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let events: Result<Vec<_>, StoreError> = rows.iter().map(event).collect();
        Ok(events?.into_iter().flatten().collect())
    }
}

/// Who asks, holds, or is in the audience.
fn takes_part_in(of: &CalendarOf) -> Condition {
    match of {
        CalendarOf::Public => Condition::all().add(Column::IsPublic.eq(true)),
        CalendarOf::Participant(Participant::Office(own), above) => {
            let in_line = above.iter().chain([own]).map(OfficeId::as_str);
            Condition::any()
                .add(Column::OfficeId.eq(own.as_str()))
                .add(Column::Audience.eq("all"))
                .add(Column::DirektionId.is_in(in_line))
                .add(Expr::exists(named(own)))
        }
        CalendarOf::Participant(Participant::Centre(own) | Participant::Coordination(own), _) => {
            let own: Uuid = own.as_uuid();
            Condition::any()
                .add(Column::HostCentre.eq(own))
                .add(Column::HostCoordination.eq(own))
        }
    }
}

/// That the office is named in the audience.
fn named(own: &OfficeId) -> SelectStatement {
    let of = |column: office::Column| Expr::col((office::Entity, column));
    Query::select()
        .expr(Expr::value(1))
        .from(office::Entity)
        .and_where(of(office::Column::TrainingId).equals((Entity, Column::Id)))
        .and_where(of(office::Column::OfficeId).eq(own.as_str()))
        .to_owned()
}
