//! Involvements and what centres were asked.

mod offers;

use freigabe_domain::{
    disclosure::Pseudonym,
    ids::{CaseId, InvolvementId, InvolvementOfferId, OrganisationId},
    instant::Instant,
    involvement::{
        ContactAgreed, ContactMode, HelpNeeded, Involvement, InvolvementOffer, InvolvementState,
    },
    office::OfficeId,
    store::{ConsentStore as _, Cursor, InvolvementStore, Page, PageRequest, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType},
};
use uuid::Uuid;

use crate::{
    crypto::Place,
    entity::{
        case,
        involvement::{ActiveModel, Column, Entity, Model},
    },
    failure::{exactly_one, failed},
    rows::{Cell, instant, to_json},
    tx::{SqlTx, after_descending, held},
};

const TABLE: &str = "involvements";

fn involvement_of(row: &Model) -> Result<Involvement, StoreError> {
    let cell = Cell {
        table: TABLE,
        row: &row.id,
    };
    let contact = match (row.contact_mode.as_deref(), row.contact_agreed_at) {
        (None, None) => None,
        (Some(mode), Some(at)) => Some(ContactAgreed {
            mode: cell.code("contact_mode", ContactMode::from_code, mode)?,
            meeting_at: row.meeting_at.map(instant),
            agreed_at: instant(at),
        }),
        _ => return Err(cell.corrupt("contact_mode", "a mode without a time, or a time alone")),
    };
    Ok(Involvement {
        id: InvolvementId::from_uuid(row.id),
        office: cell.office("office_id", &row.office_id)?,
        organisation: OrganisationId::from_uuid(row.organisation_id),
        case: CaseId::from_uuid(row.case_id),
        person: cell.pseudonym("person", &row.person)?,
        suspicion_noted_at: instant(row.suspicion_noted_at),
        opened_at: instant(row.opened_at),
        state: cell.code("state", InvolvementState::from_code, &row.state)?,
        accepted: row.accepted_offer.map(InvolvementOfferId::from_uuid),
        contact,
        closed_at: row.closed_at.map(instant),
    })
}

fn uuids(ids: &[InvolvementId]) -> impl Iterator<Item = Uuid> {
    ids.iter().map(InvolvementId::as_uuid)
}

impl SqlTx<'_> {
    async fn involvement_row(
        &mut self,
        id: InvolvementId,
        lock: Option<LockType>,
    ) -> Result<Option<Involvement>, StoreError> {
        let select = held(Entity::find_by_id(id.as_uuid()), lock);
        let row = select.one(&self.transaction).await.map_err(failed)?;
        row.as_ref().map(involvement_of).transpose()
    }

    /// Reads the rows of these cases at once, so that each need not be asked for.
    async fn read_cases(&mut self, ids: impl Iterator<Item = Uuid>) -> Result<(), StoreError> {
        let unread = ids.filter(|id| !self.cases.contains_key(id));
        let rows = case::Entity::find()
            .filter(case::Column::Id.is_in(unread))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        self.cases.extend(rows.into_iter().map(|row| (row.id, row)));
        Ok(())
    }
}

impl<'tx> InvolvementStore<'tx> for SqlTx<'tx> {
    async fn pseudonym_for_centre(
        &mut self,
        case: CaseId,
        centre: OrganisationId,
    ) -> Result<Pseudonym, StoreError> {
        let references = self.case_references(case).await?;
        let holder = self.case(case.as_uuid()).await?.centre_id;
        let person = references.pii_principal_id.as_str();
        // No office's id has a colon, so no office is ever told the same pseudonym.
        let audience = format!("centre:{centre}");
        Ok(self.keys.pseudonym(holder, person, &audience))
    }

    async fn insert_involvement(
        &mut self,
        involvement: &Involvement,
        needed: &HelpNeeded,
    ) -> Result<(), StoreError> {
        let id = involvement.id.as_uuid();
        let key = self.case_key(involvement.case.as_uuid()).await?;
        let sealed = key.seal(Place::Need(id), &to_json(needed)?, self.entropy.as_ref())?;
        let micros = |at: Option<Instant>| at.map(Instant::as_unix_micros);
        let contact = involvement.contact;
        let row = ActiveModel {
            id: Set(id),
            office_id: Set(involvement.office.as_str().to_owned()),
            organisation_id: Set(involvement.organisation.as_uuid()),
            case_id: Set(involvement.case.as_uuid()),
            person: Set(involvement.person.as_str().to_owned()),
            suspicion_noted_at: Set(involvement.suspicion_noted_at.as_unix_micros()),
            opened_at: Set(involvement.opened_at.as_unix_micros()),
            sealed_need: Set(sealed),
            state: Set(involvement.state.code().to_owned()),
            accepted_offer: Set(involvement.accepted.map(|offer| offer.as_uuid())),
            contact_mode: Set(contact.map(|contact| contact.mode.code().to_owned())),
            meeting_at: Set(contact.and_then(|contact| micros(contact.meeting_at))),
            contact_agreed_at: Set(micros(contact.map(|contact| contact.agreed_at))),
            closed_at: Set(micros(involvement.closed_at)),
        };
        Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn help_needed(
        &mut self,
        ids: &[InvolvementId],
    ) -> Result<Vec<(InvolvementId, HelpNeeded)>, StoreError> {
        let rows: Vec<(Uuid, Uuid, Vec<u8>)> = Entity::find()
            .select_only()
            .column(Column::Id)
            .column(Column::CaseId)
            .column(Column::SealedNeed)
            .filter(Column::Id.is_in(uuids(ids)))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        self.read_cases(rows.iter().map(|(_, case, _)| *case))
            .await?;
        let mut needed = Vec::with_capacity(rows.len());
        for (id, case, sealed) in rows {
            let key = self.case_key(case).await?;
            let opened = key.open(Place::Need(id), &sealed)?;
            let cell = Cell {
                table: TABLE,
                row: &id,
            };
            needed.push((
                InvolvementId::from_uuid(id),
                cell.json("sealed_need", &opened)?,
            ));
        }
        Ok(needed)
    }

    async fn involvement(&mut self, id: InvolvementId) -> Result<Option<Involvement>, StoreError> {
        self.involvement_row(id, None).await
    }

    async fn involvements_by_id(
        &mut self,
        ids: &[InvolvementId],
    ) -> Result<Vec<Involvement>, StoreError> {
        let rows = Entity::find()
            .filter(Column::Id.is_in(uuids(ids)))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(involvement_of).collect()
    }

    async fn lock_involvement(
        &mut self,
        id: InvolvementId,
    ) -> Result<Option<Involvement>, StoreError> {
        self.involvement_row(id, Some(LockType::Update)).await
    }

    async fn involvements(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<Involvement>, StoreError> {
        let mut select = Entity::find().filter(Column::OfficeId.eq(office.as_str()));
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
        let all = rows
            .iter()
            .map(involvement_of)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(all, page.limit, |one| Cursor {
            at: one.opened_at,
            id: one.id.as_uuid(),
        }))
    }

    async fn update_involvement(&mut self, involvement: &Involvement) -> Result<(), StoreError> {
        let micros = |at: Option<Instant>| Expr::value(at.map(Instant::as_unix_micros));
        let contact = involvement.contact;
        let mode = contact.map(|contact| contact.mode.code());
        let accepted = involvement.accepted.map(|offer| offer.as_uuid());
        let changed = Entity::update_many()
            .col_expr(Column::State, Expr::value(involvement.state.code()))
            .col_expr(Column::AcceptedOffer, Expr::value(accepted))
            .col_expr(Column::ContactMode, Expr::value(mode))
            .col_expr(
                Column::MeetingAt,
                micros(contact.and_then(|contact| contact.meeting_at)),
            )
            .col_expr(
                Column::ContactAgreedAt,
                micros(contact.map(|contact| contact.agreed_at)),
            )
            .col_expr(Column::ClosedAt, micros(involvement.closed_at))
            .filter(Column::Id.eq(involvement.id.as_uuid()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update_involvement", changed.rows_affected)
    }

    async fn insert_offers(&mut self, offers: &[InvolvementOffer]) -> Result<(), StoreError> {
        self.insert_offer_rows(offers).await
    }

    async fn offer(
        &mut self,
        id: InvolvementOfferId,
    ) -> Result<Option<InvolvementOffer>, StoreError> {
        self.offer_row(id).await
    }

    async fn offers_within(
        &mut self,
        involvements: &[InvolvementId],
    ) -> Result<Vec<InvolvementOffer>, StoreError> {
        self.offer_rows_within(uuids(involvements)).await
    }

    async fn offers_to(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError> {
        self.offer_rows_to(centre, page).await
    }

    async fn update_offer(&mut self, offer: &InvolvementOffer) -> Result<(), StoreError> {
        self.update_offer_row(offer).await
    }

    async fn due_offers(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<InvolvementOfferId>, StoreError> {
        self.due_offer_rows(now, limit).await
    }

    async fn unanswered_offers(
        &mut self,
        page: PageRequest,
    ) -> Result<Page<InvolvementOffer>, StoreError> {
        self.unanswered_offer_rows(page).await
    }
}
