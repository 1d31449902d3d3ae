//! Contact consents and contact details.

use freigabe_domain::{
    consent::ConsentStatus,
    contact::{
        ContactCollectionPermit, ContactConsent, ContactContent, ContactRecord,
        ContactReleasePermit, ContactState, ContactTerms, LockedContactConsent,
    },
    disclosure::SealReason,
    ids::{
        CaseId, CentreId, ContactConsentId, ContactDetailsId, InvolvementId, InvolvementOfferId,
        OrganisationId,
    },
    instant::Instant,
    store::{ContactStore, Cursor, Lock, Page, PageRequest, StoreError},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, UpdateMany,
    sea_query::{Expr, ExprTrait as _, LockType, Query},
};
use uuid::Uuid;

use crate::{
    consent::lock_type,
    crypto::Place,
    entity::{
        contact_consent, contact_content,
        contact_details::{ActiveModel, Column, Entity, Model},
    },
    failure::{at_most_one, exactly_one, failed},
    rows::{Cell, instant, to_json, to_text},
    tx::{SqlTx, after_ascending, held},
};

fn consent_of(row: &contact_consent::Model) -> Result<ContactConsent, StoreError> {
    let cell = Cell {
        table: "contact_consents",
        row: &row.id,
    };
    Ok(ContactConsent {
        id: ContactConsentId::from_uuid(row.id),
        involvement: InvolvementId::from_uuid(row.involvement_id),
        office: cell.office("office_id", &row.office_id)?,
        case: CaseId::from_uuid(row.case_id),
        person: cell.pseudonym("person", &row.person)?,
        status: cell.code("status", ConsentStatus::from_code, &row.status)?,
        recorded_at: instant(row.recorded_at),
        withdrawn_at: row.withdrawn_at.map(instant),
        valid_from: instant(row.valid_from),
        valid_until: instant(row.valid_until),
        commitment: cell.commitment("commitment", &row.commitment)?,
    })
}

fn record_of(row: &Model) -> Result<ContactRecord, StoreError> {
    let cell = Cell {
        table: "contact_details",
        row: &row.id,
    };
    let seal_reason = row.seal_reason.as_deref();
    let seal_reason = seal_reason.map(|code| cell.code("seal_reason", SealReason::from_code, code));
    Ok(ContactRecord {
        id: ContactDetailsId::from_uuid(row.id),
        consent: ContactConsentId::from_uuid(row.consent_id),
        involvement: InvolvementId::from_uuid(row.involvement_id),
        office: cell.office("office_id", &row.office_id)?,
        case: CaseId::from_uuid(row.case_id),
        offer: InvolvementOfferId::from_uuid(row.offer_id),
        centre: CentreId::from_uuid(row.centre_id),
        organisation: OrganisationId::from_uuid(row.organisation_id),
        person: cell.pseudonym("person", &row.person)?,
        person_for_centre: cell.pseudonym("person_for_centre", &row.person_for_centre)?,
        kinds: cell.json("kinds", row.kinds.as_bytes())?,
        state: cell.code("state", ContactState::from_code, &row.state)?,
        seal_reason: seal_reason.transpose()?,
        released_at: instant(row.released_at),
        collected_at: row.collected_at.map(instant),
        closed_at: row.closed_at.map(instant),
        erasure_asked_at: row.erasure_asked_at.map(instant),
        erased_at: row.erased_at.map(instant),
    })
}

fn row_of(record: &ContactRecord) -> Result<ActiveModel, StoreError> {
    let micros = |at: Option<Instant>| at.map(Instant::as_unix_micros);
    let kinds = to_text(&record.kinds)?;
    Ok(ActiveModel {
        id: Set(record.id.as_uuid()),
        consent_id: Set(record.consent.as_uuid()),
        involvement_id: Set(record.involvement.as_uuid()),
        office_id: Set(record.office.as_str().to_owned()),
        case_id: Set(record.case.as_uuid()),
        offer_id: Set(record.offer.as_uuid()),
        centre_id: Set(record.centre.as_uuid()),
        organisation_id: Set(record.organisation.as_uuid()),
        person: Set(record.person.as_str().to_owned()),
        person_for_centre: Set(record.person_for_centre.as_str().to_owned()),
        kinds: Set(kinds),
        state: Set(record.state.code().to_owned()),
        seal_reason: Set(record.seal_reason.map(|reason| reason.code().to_owned())),
        released_at: Set(record.released_at.as_unix_micros()),
        collected_at: Set(micros(record.collected_at)),
        closed_at: Set(micros(record.closed_at)),
        erasure_asked_at: Set(micros(record.erasure_asked_at)),
        erased_at: Set(micros(record.erased_at)),
    })
}

fn position(record: &ContactRecord) -> Cursor {
    Cursor {
        at: record.released_at,
        id: record.id.as_uuid(),
    }
}

impl SqlTx<'_> {
    async fn contact_row(
        &mut self,
        id: ContactConsentId,
        lock: Option<LockType>,
    ) -> Result<Option<contact_consent::Model>, StoreError> {
        let select = held(contact_consent::Entity::find_by_id(id.as_uuid()), lock);
        select.one(&self.transaction).await.map_err(failed)
    }

    async fn contact_under(
        &mut self,
        id: ContactConsentId,
        lock: Option<LockType>,
    ) -> Result<Option<LockedContactConsent>, StoreError> {
        let Some(row) = self.contact_row(id, lock).await? else {
            return Ok(None);
        };
        let key = self.case_key(row.case_id).await?;
        let opened = key.open(Place::ContactTerms(row.id), &row.sealed_terms)?;
        let cell = Cell {
            table: "contact_consents",
            row: &row.id,
        };
        let terms: ContactTerms = cell.json("sealed_terms", &opened)?;
        Ok(Some(LockedContactConsent {
            head: consent_of(&row)?,
            terms,
        }))
    }

    /// Whether the one row was changed; none was is no error.
    async fn changed_contact(
        &mut self,
        operation: &'static str,
        update: UpdateMany<Entity>,
    ) -> Result<bool, StoreError> {
        let changed = update.exec(&self.transaction).await.map_err(failed)?;
        at_most_one(operation, changed.rows_affected)
    }

    async fn destroy_contact(&mut self, id: ContactDetailsId) -> Result<(), StoreError> {
        contact_content::Entity::delete_many()
            .filter(contact_content::Column::DetailsId.eq(id.as_uuid()))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }
}

impl<'tx> ContactStore<'tx> for SqlTx<'tx> {
    async fn insert_contact_consent(
        &mut self,
        consent: &LockedContactConsent,
    ) -> Result<(), StoreError> {
        let head = &consent.head;
        let id = head.id.as_uuid();
        let key = self.case_key(head.case.as_uuid()).await?;
        let terms = to_json(&consent.terms)?;
        let sealed = key.seal(Place::ContactTerms(id), &terms, self.entropy.as_ref())?;
        let row = contact_consent::ActiveModel {
            id: Set(id),
            involvement_id: Set(head.involvement.as_uuid()),
            office_id: Set(head.office.as_str().to_owned()),
            case_id: Set(head.case.as_uuid()),
            person: Set(head.person.as_str().to_owned()),
            status: Set(head.status.code().to_owned()),
            recorded_at: Set(head.recorded_at.as_unix_micros()),
            withdrawn_at: Set(head.withdrawn_at.map(Instant::as_unix_micros)),
            valid_from: Set(head.valid_from.as_unix_micros()),
            valid_until: Set(head.valid_until.as_unix_micros()),
            sealed_terms: Set(sealed),
            commitment: Set(head.commitment.as_bytes().to_vec()),
        };
        contact_consent::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn lock_contact_consent(
        &mut self,
        id: ContactConsentId,
        lock: Lock,
    ) -> Result<Option<LockedContactConsent>, StoreError> {
        self.contact_under(id, Some(lock_type(lock))).await
    }

    async fn lock_contact_head(
        &mut self,
        id: ContactConsentId,
    ) -> Result<Option<ContactConsent>, StoreError> {
        let lock = Some(lock_type(Lock::Exclusive));
        let row = self.contact_row(id, lock).await?;
        row.as_ref().map(consent_of).transpose()
    }

    async fn contact_consent(
        &mut self,
        id: ContactConsentId,
    ) -> Result<Option<LockedContactConsent>, StoreError> {
        self.contact_under(id, None).await
    }

    async fn end_contact_consent(&mut self, consent: &ContactConsent) -> Result<(), StoreError> {
        use contact_consent::Column;
        // A consent that has expired can still be withdrawn.
        let before = [ConsentStatus::Given, ConsentStatus::Expired].map(ConsentStatus::code);
        let changed = contact_consent::Entity::update_many()
            .col_expr(Column::Status, Expr::value(consent.status.code()))
            .col_expr(
                Column::WithdrawnAt,
                Expr::value(consent.withdrawn_at.map(Instant::as_unix_micros)),
            )
            .col_expr(
                Column::Commitment,
                Expr::value(consent.commitment.as_bytes().to_vec()),
            )
            .filter(Column::Id.eq(consent.id.as_uuid()))
            .filter(Column::Status.is_in(before))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("end_contact_consent", changed.rows_affected)
    }

    async fn contact_consents_past_their_end(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<ContactConsentId>, StoreError> {
        use contact_consent::Column;
        let ids: Vec<Uuid> = contact_consent::Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Status.eq(ConsentStatus::Given.code()))
            .filter(Column::ValidUntil.lte(now.as_unix_micros()))
            .order_by_asc(Column::ValidUntil)
            .order_by_asc(Column::Id)
            .limit(u64::from(limit))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(ids.into_iter().map(ContactConsentId::from_uuid).collect())
    }

    async fn hold_contact(&mut self, permit: &ContactReleasePermit<'tx>) -> Result<(), StoreError> {
        let record = permit.record();
        let id = record.id.as_uuid();
        let key = self.case_key(record.case.as_uuid()).await?;
        let content = to_json(permit.content())?;
        let sealed = key.seal(Place::Contact(id), &content, self.entropy.as_ref())?;
        Entity::insert(row_of(record)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        let row = contact_content::ActiveModel {
            details_id: Set(id),
            sealed: Set(sealed),
        };
        contact_content::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn open_contact(
        &mut self,
        permit: &ContactCollectionPermit<'tx>,
    ) -> Result<Option<ContactContent>, StoreError> {
        let id = permit.record().id.as_uuid();
        let row = contact_content::Entity::find_by_id(id)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let key = self.case_key(permit.record().case.as_uuid()).await?;
        let opened = key.open(Place::Contact(id), &row.sealed)?;
        let cell = Cell {
            table: "contact_contents",
            row: &id,
        };
        cell.json("sealed", &opened).map(Some)
    }

    async fn mark_contact_collected(
        &mut self,
        permit: &ContactCollectionPermit<'tx>,
    ) -> Result<(), StoreError> {
        let first = Expr::col(Column::CollectedAt).if_null(permit.at().as_unix_micros());
        let states = [ContactState::Held, ContactState::Collected].map(ContactState::code);
        let update = Entity::update_many()
            .col_expr(Column::State, Expr::value(ContactState::Collected.code()))
            .col_expr(Column::CollectedAt, first)
            .filter(Column::Id.eq(permit.record().id.as_uuid()))
            .filter(Column::State.is_in(states));
        match self
            .changed_contact("mark_contact_collected", update)
            .await?
        {
            true => Ok(()),
            false => Err(StoreError::Conflict),
        }
    }

    async fn contact_details(
        &mut self,
        id: ContactDetailsId,
    ) -> Result<Option<ContactRecord>, StoreError> {
        let row = Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.as_ref().map(record_of).transpose()
    }

    async fn contact_details_under(
        &mut self,
        consent: ContactConsentId,
    ) -> Result<Vec<ContactRecord>, StoreError> {
        let rows = Entity::find()
            .filter(Column::ConsentId.eq(consent.as_uuid()))
            .order_by_asc(Column::ReleasedAt)
            .order_by_asc(Column::Id)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(record_of).collect()
    }

    async fn contact_details_for(
        &mut self,
        centre: OrganisationId,
        now: Instant,
        page: PageRequest,
    ) -> Result<Page<ContactRecord>, StoreError> {
        let now = now.as_unix_micros();
        let in_force = Query::select()
            .expr(Expr::value(1))
            .from(contact_consent::Entity)
            .and_where(
                Expr::col((contact_consent::Entity, contact_consent::Column::Id))
                    .equals((Entity, Column::ConsentId)),
            )
            .and_where(
                Expr::col((contact_consent::Entity, contact_consent::Column::Status))
                    .eq(ConsentStatus::Given.code()),
            )
            .and_where(contact_consent::Column::ValidFrom.lte(now))
            .and_where(contact_consent::Column::ValidUntil.gt(now))
            .to_owned();
        let seen = [ContactState::Collected, ContactState::Acknowledged].map(ContactState::code);
        let concerns = Condition::any().add(Column::State.is_in(seen)).add(
            Column::State
                .eq(ContactState::Held.code())
                .and(Expr::exists(in_force)),
        );
        let mut select = Entity::find()
            .filter(Column::OrganisationId.eq(centre.as_uuid()))
            .filter(concerns);
        if let Some(after) = page.after {
            select = select.filter(after_ascending(Column::ReleasedAt, Column::Id, after));
        }
        let rows = select
            .order_by_asc(Column::ReleasedAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let records = rows.iter().map(record_of).collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(records, page.limit, position))
    }

    async fn seal_contact(
        &mut self,
        id: ContactDetailsId,
        reason: SealReason,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let update = Entity::update_many()
            .col_expr(Column::State, Expr::value(ContactState::Sealed.code()))
            .col_expr(Column::SealReason, Expr::value(reason.code()))
            .col_expr(Column::ClosedAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::State.eq(ContactState::Held.code()));
        let sealed = self.changed_contact("seal_contact", update).await?;
        if sealed {
            self.destroy_contact(id).await?;
        }
        Ok(sealed)
    }

    async fn acknowledge_contact(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let update = Entity::update_many()
            .col_expr(
                Column::State,
                Expr::value(ContactState::Acknowledged.code()),
            )
            .col_expr(Column::ClosedAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::State.eq(ContactState::Collected.code()));
        let acknowledged = self.changed_contact("acknowledge_contact", update).await?;
        if acknowledged {
            self.destroy_contact(id).await?;
        }
        Ok(acknowledged)
    }

    async fn ask_to_erase_contact(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let seen = [ContactState::Collected, ContactState::Acknowledged].map(ContactState::code);
        let update = Entity::update_many()
            .col_expr(Column::ErasureAskedAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::State.is_in(seen))
            .filter(Column::ErasureAskedAt.is_null());
        let asked = self.changed_contact("ask_to_erase_contact", update).await?;
        if asked {
            self.destroy_contact(id).await?;
        }
        Ok(asked)
    }

    async fn note_contact_erased(
        &mut self,
        id: ContactDetailsId,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let update = Entity::update_many()
            .col_expr(Column::ErasedAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::ErasureAskedAt.is_not_null())
            .filter(Column::ErasedAt.is_null());
        self.changed_contact("note_contact_erased", update).await
    }
}
