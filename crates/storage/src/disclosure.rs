//! Disclosures and their content.

use freigabe_domain::{
    disclosure::{
        CollectionPermit, Content, DisclosureRecord, DisclosureState, RedirectionPermit,
        ReleasePermit, SealReason,
    },
    ids::{CaseId, ConsentId, DisclosureId, OrganisationId},
    instant::Instant,
    office::{CompetenceReason, Matter, OfficeId, Postcode, Task},
    store::{Cursor, DisclosureStore, Page, PageRequest, StoreError},
    vocabulary::Purpose,
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, PaginatorTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, Select,
    sea_query::{Alias, Expr, ExprTrait as _, Query, SelectStatement},
};
use uuid::Uuid;

use crate::{
    crypto::Place,
    entity::{consent, content, disclosure, handover},
    failure::{at_most_one, failed},
    rows::{Cell, instant, to_json, to_text},
    tx::{SqlTx, after_ascending, after_descending},
};

fn record_of(row: disclosure::Model) -> Result<DisclosureRecord, StoreError> {
    let cell = Cell {
        table: "disclosures",
        row: &row.id,
    };
    let handling_office = row
        .handling_office
        .as_deref()
        .map(|id| cell.office("handling_office", id))
        .transpose()?;
    let place = row.place.as_deref().map(Postcode::parse).transpose();
    let place = place.map_err(|_| cell.corrupt("place", "not a postcode"))?;
    let task = cell.code("task", Task::from_code, &row.task)?;
    Ok(DisclosureRecord {
        id: DisclosureId::from_uuid(row.id),
        centre: OrganisationId::from_uuid(row.centre_id),
        case: CaseId::from_uuid(row.case_id),
        consent: ConsentId::from_uuid(row.consent_id),
        consent_revision: cell.number("consent_revision", row.consent_revision)?,
        recipient: cell.office("recipient", &row.recipient)?,
        purpose: cell.code("purpose", Purpose::from_code, &row.purpose)?,
        onward_transfer: row.onward_transfer,
        matter: Matter::new(handling_office, place, task)
            .map_err(|_| cell.corrupt("place", "neither office nor place"))?,
        competence: cell.code("competence", CompetenceReason::from_code, &row.competence)?,
        items: cell.json("items", row.items.as_bytes())?,
        person: cell.pseudonym("person", &row.person)?,
        person_for_recipient: cell.pseudonym("person_for_recipient", &row.person_for_recipient)?,
        state: cell.code("state", DisclosureState::from_code, &row.state)?,
        seal_reason: row
            .seal_reason
            .as_deref()
            .map(|reason| cell.code("seal_reason", SealReason::from_code, reason))
            .transpose()?,
        released_at: instant(row.released_at),
        collected_at: row.collected_at.map(instant),
        closed_at: row.closed_at.map(instant),
    })
}

fn row_of(record: &DisclosureRecord) -> Result<disclosure::ActiveModel, StoreError> {
    let items = to_text(&record.items)?;
    Ok(disclosure::ActiveModel {
        id: Set(record.id.as_uuid()),
        centre_id: Set(record.centre.as_uuid()),
        case_id: Set(record.case.as_uuid()),
        consent_id: Set(record.consent.as_uuid()),
        consent_revision: Set(i64::from(record.consent_revision)),
        recipient: Set(record.recipient.as_str().to_owned()),
        purpose: Set(record.purpose.code().to_owned()),
        onward_transfer: Set(record.onward_transfer),
        handling_office: Set(record
            .matter
            .handling_office()
            .map(|id| id.as_str().to_owned())),
        place: Set(record
            .matter
            .place()
            .map(|postcode| postcode.as_str().to_owned())),
        task: Set(record.matter.task().code().to_owned()),
        competence: Set(record.competence.code().to_owned()),
        items: Set(items),
        person: Set(record.person.as_str().to_owned()),
        person_for_recipient: Set(record.person_for_recipient.as_str().to_owned()),
        state: Set(record.state.code().to_owned()),
        seal_reason: Set(record.seal_reason.map(|reason| reason.code().to_owned())),
        released_at: Set(record.released_at.as_unix_micros()),
        collected_at: Set(record.collected_at.map(Instant::as_unix_micros)),
        closed_at: Set(record.closed_at.map(Instant::as_unix_micros)),
    })
}

fn position(record: &DisclosureRecord) -> Cursor {
    Cursor {
        at: record.released_at,
        id: record.id.as_uuid(),
    }
}

fn records_of(rows: Vec<disclosure::Model>) -> Result<Vec<DisclosureRecord>, StoreError> {
    rows.into_iter().map(record_of).collect()
}

/// A handover by which this office gave a message's case away and did not get it back.
fn handed_over(office: &OfficeId) -> SelectStatement {
    let later = Alias::new("later");
    let got_back = Query::select()
        .expr(Expr::value(1))
        .from_as(handover::Entity, later.clone())
        .and_where(
            Expr::col((later.clone(), handover::Column::CaseId))
                .equals((handover::Entity, handover::Column::CaseId)),
        )
        .and_where(Expr::col((later.clone(), handover::Column::ToOffice)).eq(office.as_str()))
        .and_where(
            Expr::tuple([
                Expr::col((later.clone(), handover::Column::HandedOverAt)),
                Expr::col((later, handover::Column::Id)),
            ])
            .gt(Expr::tuple([
                Expr::col((handover::Entity, handover::Column::HandedOverAt)),
                Expr::col((handover::Entity, handover::Column::Id)),
            ])),
        )
        .to_owned();
    Query::select()
        .expr(Expr::value(1))
        .from(handover::Entity)
        .and_where(
            Expr::col((handover::Entity, handover::Column::CaseId))
                .equals((disclosure::Entity, disclosure::Column::CaseId)),
        )
        .and_where(handover::Column::OfficeId.eq(office.as_str()))
        .and_where(Expr::exists(got_back).not())
        .to_owned()
}

fn uuids(ids: &[DisclosureId]) -> impl Iterator<Item = Uuid> {
    ids.iter().map(DisclosureId::as_uuid)
}

impl SqlTx<'_> {
    /// Those that are held, collected or acknowledged, oldest first.
    async fn live(
        &mut self,
        select: Select<disclosure::Entity>,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        let live = [
            DisclosureState::Held,
            DisclosureState::Collected,
            DisclosureState::Acknowledged,
        ];
        let rows = select
            .filter(disclosure::Column::State.is_in(live.map(DisclosureState::code)))
            .order_by_asc(disclosure::Column::ReleasedAt)
            .order_by_asc(disclosure::Column::Id)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        records_of(rows)
    }
}

impl<'tx> DisclosureStore<'tx> for SqlTx<'tx> {
    async fn hold(&mut self, permit: &ReleasePermit<'tx>) -> Result<(), StoreError> {
        let record = permit.record();
        let id = record.id.as_uuid();
        let key = self.case_key(record.case.as_uuid()).await?;
        let content = to_json(permit.content())?;
        let sealed = key.seal(Place::Content(id), &content, self.entropy.as_ref())?;
        disclosure::Entity::insert(row_of(record)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        let row = content::ActiveModel {
            disclosure_id: Set(id),
            sealed: Set(sealed),
        };
        content::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn open_content(
        &mut self,
        permit: &CollectionPermit<'tx>,
    ) -> Result<Option<Content>, StoreError> {
        let id = permit.id();
        let row = content::Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let key = self.case_key(permit.record().case.as_uuid()).await?;
        let opened = key.open(Place::Content(id.as_uuid()), &row.sealed)?;
        let cell = Cell {
            table: "contents",
            row: &id,
        };
        cell.json("sealed", &opened).map(Some)
    }

    async fn mark_collected(&mut self, permit: &CollectionPermit<'tx>) -> Result<(), StoreError> {
        let at = permit.at().as_unix_micros();
        let first = Expr::col(disclosure::Column::CollectedAt).if_null(at);
        let states = [
            DisclosureState::Held.code(),
            DisclosureState::Collected.code(),
        ];
        let changed = disclosure::Entity::update_many()
            .col_expr(
                disclosure::Column::State,
                Expr::value(DisclosureState::Collected.code()),
            )
            .col_expr(disclosure::Column::CollectedAt, first)
            .filter(disclosure::Column::Id.eq(permit.id().as_uuid()))
            .filter(disclosure::Column::State.is_in(states))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        match changed.rows_affected {
            0 => Err(StoreError::Conflict),
            1 => Ok(()),
            affected => Err(StoreError::Affected {
                operation: "mark_collected",
                affected,
            }),
        }
    }

    async fn redirect(&mut self, permit: &RedirectionPermit<'tx>) -> Result<(), StoreError> {
        use disclosure::Column;
        let record = permit.record();
        let handling = record.matter.handling_office().map(OfficeId::as_str);
        let changed = disclosure::Entity::update_many()
            .col_expr(Column::Recipient, Expr::value(record.recipient.as_str()))
            .col_expr(Column::HandlingOffice, Expr::value(handling))
            .col_expr(Column::Competence, Expr::value(record.competence.code()))
            .col_expr(
                Column::ConsentRevision,
                Expr::value(i64::from(record.consent_revision)),
            )
            .col_expr(
                Column::PersonForRecipient,
                Expr::value(record.person_for_recipient.as_str()),
            )
            .col_expr(
                Column::ReleasedAt,
                Expr::value(record.released_at.as_unix_micros()),
            )
            .filter(Column::Id.eq(record.id.as_uuid()))
            .filter(Column::Recipient.eq(permit.former().as_str()))
            .filter(Column::State.eq(DisclosureState::Held.code()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        if at_most_one("redirect", changed.rows_affected)? {
            Ok(())
        } else {
            Err(StoreError::Conflict)
        }
    }

    async fn disclosure(
        &mut self,
        id: DisclosureId,
    ) -> Result<Option<DisclosureRecord>, StoreError> {
        let row = disclosure::Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(record_of).transpose()
    }

    async fn disclosures(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError> {
        let mut select =
            disclosure::Entity::find().filter(disclosure::Column::CentreId.eq(centre.as_uuid()));
        if let Some(after) = page.after {
            select = select.filter(after_descending(
                disclosure::Column::ReleasedAt,
                disclosure::Column::Id,
                after,
            ));
        }
        let rows = select
            .order_by_desc(disclosure::Column::ReleasedAt)
            .order_by_desc(disclosure::Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(Page::cut(records_of(rows)?, page.limit, position))
    }

    async fn inbox(
        &mut self,
        office: &OfficeId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<DisclosureRecord>, StoreError> {
        let now = now.as_unix_micros();
        let in_force = Query::select()
            .expr(Expr::value(1))
            .from(consent::Entity)
            .and_where(
                Expr::col((consent::Entity, consent::Column::Id))
                    .equals((disclosure::Entity, disclosure::Column::ConsentId)),
            )
            .and_where(consent::Column::Status.eq("given"))
            .and_where(consent::Column::ValidFrom.lte(now))
            .and_where(consent::Column::ValidUntil.gt(now))
            .to_owned();
        let mut select = disclosure::Entity::find()
            .filter(disclosure::Column::Recipient.eq(office.as_str()))
            .filter(disclosure::Column::State.eq(DisclosureState::Held.code()))
            .filter(Expr::exists(in_force))
            .filter(Expr::exists(handed_over(office)).not());
        if let Some(after) = page.after {
            select = select.filter(after_ascending(
                disclosure::Column::ReleasedAt,
                disclosure::Column::Id,
                after,
            ));
        }
        let rows = select
            .order_by_asc(disclosure::Column::ReleasedAt)
            .order_by_asc(disclosure::Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(Page::cut(records_of(rows)?, page.limit, position))
    }

    async fn live_disclosures_of(
        &mut self,
        consent: ConsentId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        let of_consent = disclosure::Column::ConsentId.eq(consent.as_uuid());
        self.live(disclosure::Entity::find().filter(of_consent))
            .await
    }

    async fn live_disclosures_for(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Vec<DisclosureRecord>, StoreError> {
        let select = disclosure::Entity::find()
            .filter(disclosure::Column::CaseId.eq(case.as_uuid()))
            .filter(disclosure::Column::Recipient.eq(office.as_str()));
        self.live(select).await
    }

    async fn closed_disclosures_of(
        &mut self,
        consent: ConsentId,
        state: DisclosureState,
        reason: SealReason,
    ) -> Result<usize, StoreError> {
        let count = disclosure::Entity::find()
            .filter(disclosure::Column::ConsentId.eq(consent.as_uuid()))
            .filter(disclosure::Column::State.eq(state.code()))
            .filter(disclosure::Column::SealReason.eq(reason.code()))
            .count(&self.transaction)
            .await
            .map_err(failed)?;
        usize::try_from(count).map_err(|error| StoreError::Defect(error.to_string()))
    }

    async fn close(
        &mut self,
        id: DisclosureId,
        from: DisclosureState,
        to: DisclosureState,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let changed = disclosure::Entity::update_many()
            .col_expr(disclosure::Column::State, Expr::value(to.code()))
            .col_expr(
                disclosure::Column::ClosedAt,
                Expr::value(at.as_unix_micros()),
            )
            .filter(disclosure::Column::Id.eq(id.as_uuid()))
            .filter(disclosure::Column::State.eq(from.code()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        match changed.rows_affected {
            0 => Ok(false),
            1 => {
                self.destroy_content(&[id]).await?;
                Ok(true)
            }
            affected => Err(StoreError::Affected {
                operation: "close",
                affected,
            }),
        }
    }

    async fn seal(
        &mut self,
        ids: &[DisclosureId],
        reason: SealReason,
        at: Instant,
    ) -> Result<usize, StoreError> {
        let mut sealed = 0;
        for batch in ids.chunks(1_000) {
            let changed = disclosure::Entity::update_many()
                .col_expr(
                    disclosure::Column::State,
                    Expr::value(DisclosureState::Sealed.code()),
                )
                .col_expr(disclosure::Column::SealReason, Expr::value(reason.code()))
                .col_expr(
                    disclosure::Column::ClosedAt,
                    Expr::value(at.as_unix_micros()),
                )
                .filter(disclosure::Column::Id.is_in(uuids(batch)))
                .filter(disclosure::Column::State.eq(DisclosureState::Held.code()))
                .exec(&self.transaction)
                .await
                .map_err(failed)?;
            sealed += changed.rows_affected;
        }
        self.destroy_content(ids).await?;
        usize::try_from(sealed).map_err(|error| StoreError::Defect(error.to_string()))
    }

    async fn destroy_content(&mut self, ids: &[DisclosureId]) -> Result<(), StoreError> {
        for batch in ids.chunks(1_000) {
            content::Entity::delete_many()
                .filter(content::Column::DisclosureId.is_in(uuids(batch)))
                .exec(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }
}
