//! General advisories (agreement, point 6).

use freigabe_domain::{
    advisory::{GeneralAdvisory, NewAdvisory},
    directory::ExploitationForm,
    ids::AdvisoryId,
    instant::Instant,
    security_notice::CountryCode,
    store::{AdvisoryStore, Cursor, Page, PageRequest, StoreError},
    training::TrainingTopic,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use crate::{
    entity::{
        advisory::{ActiveModel, Column, Entity, Model},
        advisory_subject as subject,
    },
    failure::{exactly_one, failed},
    gathering::{ParticipantColumns, general},
    rows::{Cell, instant},
    tx::{SqlTx, after_descending, held},
};

const TOPIC: &str = "topic";
const COUNTRY: &str = "country";
const FORM: &str = "exploitation_form";

impl SqlTx<'_> {
    /// The advisories of these rows, in their order.
    async fn whole_advisories(
        &mut self,
        rows: Vec<Model>,
    ) -> Result<Vec<GeneralAdvisory>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let subjects = subject::Entity::find()
            .filter(subject::Column::AdvisoryId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(subject::Column::AdvisoryId)
            .order_by_asc(subject::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(|row| read(row, &subjects)).collect()
    }

    async fn one_advisory(
        &mut self,
        id: AdvisoryId,
        lock: Option<LockType>,
    ) -> Result<Option<GeneralAdvisory>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        let mut whole = self.whole_advisories(row.into_iter().collect()).await?;
        Ok(whole.pop())
    }
}

impl<'tx> AdvisoryStore<'tx> for SqlTx<'tx> {
    async fn insert_advisory(&mut self, advisory: &GeneralAdvisory) -> Result<(), StoreError> {
        let by = ParticipantColumns::of(&advisory.published_by);
        let row = ActiveModel {
            id: Set(advisory.id.as_uuid()),
            title: Set(advisory.content.title.as_str().to_owned()),
            body: Set(advisory.content.text.as_str().to_owned()),
            published_at: Set(advisory.published_at.as_unix_micros()),
            published_by_office: Set(by.office),
            published_by_centre: Set(by.centre),
            published_by_coordination: Set(by.coordination),
            withdrawn_at: Set(advisory.withdrawn_at.map(Instant::as_unix_micros)),
        };
        Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        subject::Entity::insert_many(subject_rows(advisory)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn advisory(&mut self, id: AdvisoryId) -> Result<Option<GeneralAdvisory>, StoreError> {
        self.one_advisory(id, None).await
    }

    async fn lock_advisory(
        &mut self,
        id: AdvisoryId,
    ) -> Result<Option<GeneralAdvisory>, StoreError> {
        self.one_advisory(id, Some(LockType::Update)).await
    }

    async fn advisories(&mut self, page: PageRequest) -> Result<Page<GeneralAdvisory>, StoreError> {
        let mut select = Entity::find().filter(Column::WithdrawnAt.is_null());
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::PublishedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::PublishedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = self.whole_advisories(rows).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.published_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn withdraw_advisory(&mut self, id: AdvisoryId, at: Instant) -> Result<(), StoreError> {
        let changed = Entity::update_many()
            .col_expr(Column::WithdrawnAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::WithdrawnAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("withdraw_advisory", changed.rows_affected)
    }
}

fn read(row: &Model, subjects: &[subject::Model]) -> Result<GeneralAdvisory, StoreError> {
    let cell = Cell {
        table: "advisories",
        row: &row.id,
    };
    let by = ParticipantColumns {
        office: row.published_by_office.clone(),
        centre: row.published_by_centre,
        coordination: row.published_by_coordination,
    };
    let about = |kind: &'static str| {
        let own = subjects.iter().filter(move |one| one.advisory_id == row.id);
        own.filter(move |one| one.kind == kind)
            .map(|one| one.code.as_str())
    };
    let topics = about(TOPIC).map(|code| cell.code("code", TrainingTopic::from_code, code));
    let countries = about(COUNTRY).map(|code| {
        CountryCode::parse(code).map_err(|_| cell.corrupt("code", "not a country's code"))
    });
    let forms = about(FORM).map(|code| cell.code("code", ExploitationForm::from_code, code));
    Ok(GeneralAdvisory {
        id: AdvisoryId::from_uuid(row.id),
        content: NewAdvisory {
            title: general(&cell, "title", &row.title)?,
            text: general(&cell, "body", &row.body)?,
            topics: topics.collect::<Result<_, _>>()?,
            countries: countries.collect::<Result<_, _>>()?,
            exploitation_forms: forms.collect::<Result<_, _>>()?,
        },
        published_by: by.read(&cell, "published_by_office")?,
        published_at: instant(row.published_at),
        withdrawn_at: row.withdrawn_at.map(instant),
    })
}

fn subject_rows(advisory: &GeneralAdvisory) -> Result<Vec<subject::ActiveModel>, StoreError> {
    let content = &advisory.content;
    let topics = content.topics.iter().map(|one| one.code().to_owned());
    let countries = content.countries.iter().map(CountryCode::to_string);
    let forms = content.exploitation_forms.iter();
    let forms = forms.map(|one| one.code().to_owned());
    let mut rows = numbered(advisory.id.as_uuid(), TOPIC, topics)?;
    rows.extend(numbered(advisory.id.as_uuid(), COUNTRY, countries)?);
    rows.extend(numbered(advisory.id.as_uuid(), FORM, forms)?);
    Ok(rows)
}

fn numbered(
    advisory: Uuid,
    kind: &str,
    codes: impl Iterator<Item = String>,
) -> Result<Vec<subject::ActiveModel>, StoreError> {
    codes
        .enumerate()
        .map(|(number, code)| {
            let number =
                i16::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))?;
            Ok(subject::ActiveModel {
                advisory_id: Set(advisory),
                kind: Set(kind.to_owned()),
                number: Set(number),
                code: Set(code),
            })
        })
        .collect()
}
