//! Regional agreements (agreement, point 9).

mod competent;
mod form;
mod standing;

use freigabe_domain::{
    ids::RegionalAgreementId,
    instant::Instant,
    office::{OfficeId, Postcode},
    regional::{AgreementStanding, Party, PostcodePrefix, RegionalAgreement},
    store::{Cursor, Page, PageRequest, RegionalStore, StoreError},
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, LockType, Query, SelectStatement},
};
use uuid::Uuid;

pub(crate) use self::competent::Named;
use self::form::{Rows, area_rows, columns, office_rows, party_rows, row_of};
use crate::{
    entity::{
        postcode,
        regional_agreement::{Column, Entity, Model},
        regional_agreement_area as area, regional_agreement_office as office,
        regional_agreement_party as party,
    },
    failure::{exactly_one, failed},
    tx::{SqlTx, after_descending, held},
};

impl SqlTx<'_> {
    /// The agreements of these rows, in their order, each with what replaces it.
    async fn whole(&mut self, rows: Vec<Model>) -> Result<Vec<RegionalAgreement>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let wanted = rows.len();
        let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
        let mut agreements = rows;
        let later = Entity::find().filter(Column::Replaces.is_in(ids.iter().copied()));
        let later = later.all(&self.transaction).await.map_err(failed)?;
        // Of one page, an agreement and what replaces it.
        agreements.extend(later.into_iter().filter(|row| !ids.contains(&row.id)));
        let rows = self.with_parts(agreements).await?;
        let mut read = rows.read()?;
        let all = read.clone();
        read.truncate(wanted);
        Ok(read.into_iter().map(|one| one.replaced_by(&all)).collect())
    }

    async fn with_parts(&mut self, agreements: Vec<Model>) -> Result<Rows, StoreError> {
        let ids = || agreements.iter().map(|row| row.id);
        let parties = party::Entity::find()
            .filter(party::Column::AgreementId.is_in(ids()))
            .order_by_asc(party::Column::AgreementId)
            .order_by_asc(party::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let offices = office::Entity::find()
            .filter(office::Column::AgreementId.is_in(ids()))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let areas = area::Entity::find()
            .filter(area::Column::AgreementId.is_in(ids()))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(Rows {
            agreements,
            parties,
            offices,
            areas,
        })
    }

    async fn agreement(
        &mut self,
        id: RegionalAgreementId,
        lock: Option<LockType>,
    ) -> Result<Option<RegionalAgreement>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        Ok(self.whole(row.into_iter().collect()).await?.pop())
    }
}

impl<'tx> RegionalStore<'tx> for SqlTx<'tx> {
    async fn insert_regional_agreement(
        &mut self,
        agreement: &RegionalAgreement,
    ) -> Result<(), StoreError> {
        Entity::insert(row_of(agreement))
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        party::Entity::insert_many(party_rows(agreement)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        area::Entity::insert_many(area_rows(agreement))
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        let offices = office_rows(agreement);
        if !offices.is_empty() {
            office::Entity::insert_many(offices)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn regional_agreement(
        &mut self,
        id: RegionalAgreementId,
    ) -> Result<Option<RegionalAgreement>, StoreError> {
        self.agreement(id, None).await
    }

    async fn lock_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
    ) -> Result<Option<RegionalAgreement>, StoreError> {
        self.agreement(id, Some(LockType::Update)).await
    }

    async fn regional_agreements(
        &mut self,
        standing: Option<AgreementStanding>,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<RegionalAgreement>, StoreError> {
        let mut select = Entity::find();
        if let Some(standing) = standing {
            select = select.filter(standing::standing(standing, now.as_unix_micros()));
        }
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::ProposedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::ProposedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let all = self.whole(rows).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.proposed_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn confirm_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
        by: &Party,
        at: Instant,
    ) -> Result<(), StoreError> {
        let itself = match by {
            Party::Office(office) => party::Column::OfficeId.eq(office.as_str()),
            Party::Centre(centre) => party::Column::OrganisationId.eq(centre.as_uuid()),
        };
        let changed = party::Entity::update_many()
            .col_expr(party::Column::ConfirmedAt, Expr::value(at.as_unix_micros()))
            .filter(party::Column::AgreementId.eq(id.as_uuid()))
            .filter(itself)
            .filter(party::Column::ConfirmedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("confirm_regional_agreement", changed.rows_affected)
    }

    async fn end_regional_agreement(
        &mut self,
        id: RegionalAgreementId,
        by: &Party,
        at: Instant,
    ) -> Result<(), StoreError> {
        let (office, centre) = columns(by);
        let changed = Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(at.as_unix_micros()))
            .col_expr(Column::EndedByOffice, Expr::value(office))
            .col_expr(Column::EndedByOrganisation, Expr::value(centre))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::EndedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("end_regional_agreement", changed.rows_affected)
    }

    async fn deadlines_agreed(
        &mut self,
        office: &OfficeId,
        place: Option<&Postcode>,
        now: Instant,
    ) -> Result<Vec<RegionalAgreement>, StoreError> {
        let says = Condition::any()
            .add(Column::OfferAnswerWithin.is_not_null())
            .add(Column::NoticeRoutine.is_not_null());
        let mut select = Entity::find()
            .filter(Expr::exists(with_office(office)))
            .filter(says)
            .filter(standing::in_force(now.as_unix_micros()));
        if let Some(place) = place {
            select = select.filter(Expr::exists(around(place)));
        }
        let rows = select.all(&self.transaction).await.map_err(failed)?;
        self.whole(rows).await
    }
}

/// That the office is a party.
fn with_office(office: &OfficeId) -> SelectStatement {
    let of = |column: party::Column| Expr::col((party::Entity, column));
    Query::select()
        .expr(Expr::value(1))
        .from(party::Entity)
        .and_where(of(party::Column::AgreementId).equals((Entity, Column::Id)))
        .and_where(of(party::Column::OfficeId).eq(office.as_str()))
        .to_owned()
}

/// A part of the area in which the place lies: by how its postcode begins, or by its Land if the directory knows it.
fn around(place: &Postcode) -> SelectStatement {
    let land = Query::select()
        .column(postcode::Column::Land)
        .from(postcode::Entity)
        .and_where(Expr::col(postcode::Column::Postcode).eq(place.as_str()))
        .to_owned();
    let digits: Vec<String> = digits_of(place);
    let of = |column: area::Column| Expr::col((area::Entity, column));
    let here = of(area::Column::Code)
        .is_in(digits)
        .or(of(area::Column::Code).in_subquery(land));
    Query::select()
        .expr(Expr::value(1))
        .from(area::Entity)
        .and_where(of(area::Column::AgreementId).equals((Entity, Column::Id)))
        .and_where(here)
        .to_owned()
}

/// All beginnings of a postcode.
fn digits_of(place: &Postcode) -> Vec<String> {
    let all = PostcodePrefix::all_of(place);
    all.map(|prefix| prefix.as_str().to_owned()).collect()
}
