//! Supplementary agreements (agreement, point 10), and who is of the network.

mod form;

use freigabe_domain::{
    access::Role,
    gathering::Participant,
    ids::{OrganisationId, SupplementaryAgreementId},
    instant::Instant,
    regional::AgreementStanding,
    store::{Cursor, Page, PageRequest, StoreError, SupplementaryStore},
    supplementary::SupplementaryAgreement,
};
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
    sea_query::{Expr, ExprTrait as _, LockType, Query, SelectStatement},
};
use uuid::Uuid;

use self::form::{agreement_of, party_rows, row_of};
use crate::{
    entity::{
        organisation,
        supplementary_agreement::{Column, Entity, Model},
        supplementary_agreement_party as party,
    },
    failure::{exactly_one, failed},
    gathering::ParticipantColumns,
    tx::{SqlTx, after_descending, held},
};

impl SqlTx<'_> {
    /// The agreements of these rows, in their order.
    async fn with_shares(
        &mut self,
        rows: Vec<Model>,
    ) -> Result<Vec<SupplementaryAgreement>, StoreError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let parties = party::Entity::find()
            .filter(party::Column::AgreementId.is_in(rows.iter().map(|row| row.id)))
            .order_by_asc(party::Column::AgreementId)
            .order_by_asc(party::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(|row| agreement_of(row, &parties)).collect()
    }

    async fn supplementary(
        &mut self,
        id: SupplementaryAgreementId,
        lock: Option<LockType>,
    ) -> Result<Option<SupplementaryAgreement>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        Ok(self.with_shares(row.into_iter().collect()).await?.pop())
    }
}

impl<'tx> SupplementaryStore<'tx> for SqlTx<'tx> {
    async fn of_network(&mut self, ids: &[OrganisationId]) -> Result<Vec<Participant>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let roles = [Role::Centre.code(), Role::Coordination.code()];
        let rows: Vec<(Uuid, String)> = organisation::Entity::find()
            .select_only()
            .column(organisation::Column::Id)
            .column(organisation::Column::Role)
            .filter(organisation::Column::Id.is_in(ids.iter().map(OrganisationId::as_uuid)))
            .filter(organisation::Column::Role.is_in(roles))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let participant = |(id, role): (Uuid, String)| {
            let id = OrganisationId::from_uuid(id);
            if role == Role::Centre.code() {
                Participant::Centre(id)
            } else {
                Participant::Coordination(id)
            }
        };
        Ok(rows.into_iter().map(participant).collect())
    }

    async fn coordination(&mut self) -> Result<Vec<OrganisationId>, StoreError> {
        let ids: Vec<Uuid> = organisation::Entity::find()
            .select_only()
            .column(organisation::Column::Id)
            .filter(organisation::Column::Role.eq(Role::Coordination.code()))
            .order_by_asc(organisation::Column::Id)
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(ids.into_iter().map(OrganisationId::from_uuid).collect())
    }

    async fn insert_supplementary_agreement(
        &mut self,
        agreement: &SupplementaryAgreement,
    ) -> Result<(), StoreError> {
        Entity::insert(row_of(agreement)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        party::Entity::insert_many(party_rows(agreement)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<Option<SupplementaryAgreement>, StoreError> {
        self.supplementary(id, None).await
    }

    async fn lock_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
    ) -> Result<Option<SupplementaryAgreement>, StoreError> {
        self.supplementary(id, Some(LockType::Update)).await
    }

    async fn supplementary_agreements(
        &mut self,
        standing: Option<AgreementStanding>,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<SupplementaryAgreement>, StoreError> {
        let mut select = Entity::find();
        if let Some(standing) = standing {
            select = select.filter(stands(standing, now.as_unix_micros()));
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
        let all = self.with_shares(rows).await?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.proposed_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn confirm_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
        by: &Participant,
        at: Instant,
    ) -> Result<(), StoreError> {
        let itself = match by {
            Participant::Office(office) => party::Column::OfficeId.eq(office.as_str()),
            Participant::Centre(centre) => party::Column::CentreOrganisation.eq(centre.as_uuid()),
            Participant::Coordination(coordination) => {
                party::Column::CoordinationOrganisation.eq(coordination.as_uuid())
            }
        };
        let changed = party::Entity::update_many()
            .col_expr(party::Column::ConfirmedAt, Expr::value(at.as_unix_micros()))
            .filter(party::Column::AgreementId.eq(id.as_uuid()))
            .filter(itself)
            .filter(party::Column::ConfirmedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("confirm_supplementary_agreement", changed.rows_affected)
    }

    async fn end_supplementary_agreement(
        &mut self,
        id: SupplementaryAgreementId,
        by: &Participant,
        at: Instant,
    ) -> Result<(), StoreError> {
        let by = ParticipantColumns::of(by);
        let changed = Entity::update_many()
            .col_expr(Column::EndedAt, Expr::value(at.as_unix_micros()))
            .col_expr(Column::EndedByOffice, Expr::value(by.office))
            .col_expr(Column::EndedByCentre, Expr::value(by.centre))
            .col_expr(Column::EndedByCoordination, Expr::value(by.coordination))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::EndedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("end_supplementary_agreement", changed.rows_affected)
    }
}

/// Those that stand so at `now`: the same as `SupplementaryAgreement::standing` says of what was read.
fn stands(standing: AgreementStanding, now: i64) -> Condition {
    // Never null, so that its opposite is its opposite.
    let ended = Column::EndedAt.is_not_null().and(Column::EndedAt.lte(now));
    let over = Condition::any().add(ended).add(Column::ValidUntil.lte(now));
    let unconfirmed = || Expr::exists(missing_party(now));
    match standing {
        AgreementStanding::Ended => over,
        AgreementStanding::Proposed => Condition::all().add(over.not()).add(unconfirmed()),
        AgreementStanding::Confirmed => Condition::all()
            .add(over.not())
            .add(unconfirmed().not())
            .add(Column::ValidFrom.gt(now)),
        AgreementStanding::InForce => Condition::all()
            .add(over.not())
            .add(unconfirmed().not())
            .add(Column::ValidFrom.lte(now)),
    }
}

/// A party that has not confirmed until then.
fn missing_party(now: i64) -> SelectStatement {
    let of = |column: party::Column| Expr::col((party::Entity, column));
    let confirmed = || of(party::Column::ConfirmedAt);
    let not_yet = confirmed().is_null().or(confirmed().gt(now));
    Query::select()
        .expr(Expr::value(1))
        .from(party::Entity)
        .and_where(of(party::Column::AgreementId).equals((Entity, Column::Id)))
        .and_where(not_yet)
        .to_owned()
}
