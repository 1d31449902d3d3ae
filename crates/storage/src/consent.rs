//! Cases and consents.

use freigabe_domain::{
    consent::{
        CaseReferences, ConsentEvent, ConsentEventKind, ConsentHead, ConsentStatus, Decision,
        LockedConsent, RevisionRecord,
    },
    disclosure::Pseudonym,
    ids::{CaseId, ConsentId, OrganisationId},
    instant::Instant,
    office::OfficeId,
    store::{ConsentStore, Cursor, Lock, Page, PageRequest, StoreError, StoredCase},
};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _, QuerySelect as _,
    sea_query::{Expr, LockType, OnConflict},
};
use uuid::Uuid;

use crate::{
    crypto::{Place, SealingKey},
    entity::{case, consent, consent_event, consent_revision},
    failure::{exactly_one, failed},
    rows::{Cell, instant, to_json},
    tx::{SqlTx, after_descending, held},
};

/// What the log calls the audience of its own pseudonyms; no office id has a colon.
const LOG: &str = "log:";

fn head_of(row: consent::Model) -> Result<ConsentHead, StoreError> {
    let cell = Cell {
        table: "consents",
        row: &row.id,
    };
    Ok(ConsentHead {
        id: ConsentId::from_uuid(row.id),
        centre: OrganisationId::from_uuid(row.centre_id),
        case: CaseId::from_uuid(row.case_id),
        person: cell.pseudonym("person", &row.person)?,
        status: cell.code("status", ConsentStatus::from_code, &row.status)?,
        revision: cell.number("revision", row.revision)?,
        recorded_at: instant(row.recorded_at),
        changed_at: instant(row.changed_at),
        withdrawn_at: row.withdrawn_at.map(instant),
        valid_from: row.valid_from.map(instant),
        valid_until: row.valid_until.map(instant),
        commitment: cell.commitment("commitment", &row.commitment)?,
    })
}

impl SqlTx<'_> {
    /// A case's row, read once in a transaction.
    pub(crate) async fn case(&mut self, id: Uuid) -> Result<case::Model, StoreError> {
        if let Some(row) = self.cases.get(&id) {
            return Ok(row.clone());
        }
        let row = case::Entity::find_by_id(id)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let row = row.ok_or_else(|| {
            Cell {
                table: "cases",
                row: &id,
            }
            .corrupt("id", "missing")
        })?;
        self.cases.insert(id, row.clone());
        Ok(row)
    }

    /// A case's key, unwrapped.
    pub(crate) async fn case_key(&mut self, id: Uuid) -> Result<SealingKey, StoreError> {
        let row = self.case(id).await?;
        self.keys.wrapping.unwrap(id, &row.wrapped_key)
    }

    async fn decision(
        &mut self,
        case: Uuid,
        row: &consent_revision::Model,
    ) -> Result<Decision, StoreError> {
        let cell = Cell {
            table: "consent_revisions",
            row: &row.consent_id,
        };
        let status = cell.code("status", ConsentStatus::from_code, &row.status)?;
        match (status, &row.sealed_terms) {
            (ConsentStatus::Refused, None) => Ok(Decision::Refused),
            (ConsentStatus::NotAsked, None) => Ok(Decision::NotAsked),
            (ConsentStatus::Given, Some(sealed)) => {
                let number = cell.number("number", row.number)?;
                let opened = self
                    .case_key(case)
                    .await?
                    .open(Place::Terms(row.consent_id, number), sealed)?;
                Ok(Decision::Given(Box::new(
                    cell.json("sealed_terms", &opened)?,
                )))
            }
            _ => Err(cell.corrupt("sealed_terms", "terms and status contradict each other")),
        }
    }

    /// The row of a consent and its latest revision. The row comes first: on PostgreSQL a join with the locked row
    /// would still show the revision from before the wait for the lock.
    async fn consent_under(
        &mut self,
        id: ConsentId,
        lock: Option<LockType>,
    ) -> Result<Option<LockedConsent>, StoreError> {
        let Some(row) = self.consent_row(id, lock).await? else {
            return Ok(None);
        };
        let revision = consent_revision::Entity::find_by_id((row.id, row.revision))
            .one(&self.transaction)
            .await;
        let revision = revision.map_err(failed)?;
        let cell = Cell {
            table: "consents",
            row: &row.id,
        };
        let revision =
            revision.ok_or_else(|| cell.corrupt("revision", "there is no such revision"))?;
        let decision = self.decision(row.case_id, &revision).await?;
        Ok(Some(LockedConsent {
            head: head_of(row)?,
            decision,
        }))
    }

    async fn consent_row(
        &mut self,
        id: ConsentId,
        lock: Option<LockType>,
    ) -> Result<Option<consent::Model>, StoreError> {
        let select = held(consent::Entity::find_by_id(id.as_uuid()), lock);
        select.one(&self.transaction).await.map_err(failed)
    }

    async fn insert_revision_row(
        &mut self,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let sealed_terms = match decision.terms() {
            Some(terms) => {
                let key = self.case_key(head.case.as_uuid()).await?;
                let place = Place::Terms(head.id.as_uuid(), head.revision);
                Some(key.seal(place, &to_json(terms)?, self.entropy.as_ref())?)
            }
            None => None,
        };
        let row = consent_revision::ActiveModel {
            consent_id: Set(head.id.as_uuid()),
            number: Set(i64::from(head.revision)),
            recorded_at: Set(head.changed_at.as_unix_micros()),
            status: Set(decision.status().code().to_owned()),
            sealed_terms: Set(sealed_terms),
        };
        consent_revision::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn insert_event_row(
        &mut self,
        id: ConsentId,
        event: ConsentEvent,
    ) -> Result<(), StoreError> {
        let row = consent_event::ActiveModel {
            consent_id: Set(id.as_uuid()),
            revision: Set(i64::from(event.revision)),
            kind: Set(event.kind.code().to_owned()),
            at: Set(event.at.as_unix_micros()),
        };
        consent_event::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    /// Writes a head over the row that had `revision_before`.
    async fn update_row(
        &mut self,
        head: &ConsentHead,
        revision_before: u32,
    ) -> Result<(), StoreError> {
        let micros = |at: Option<Instant>| at.map(Instant::as_unix_micros);
        let changed = consent::Entity::update_many()
            .col_expr(consent::Column::Status, Expr::value(head.status.code()))
            .col_expr(
                consent::Column::Revision,
                Expr::value(i64::from(head.revision)),
            )
            .col_expr(
                consent::Column::ChangedAt,
                Expr::value(head.changed_at.as_unix_micros()),
            )
            .col_expr(
                consent::Column::WithdrawnAt,
                Expr::value(micros(head.withdrawn_at)),
            )
            .col_expr(
                consent::Column::ValidFrom,
                Expr::value(micros(head.valid_from)),
            )
            .col_expr(
                consent::Column::ValidUntil,
                Expr::value(micros(head.valid_until)),
            )
            .col_expr(
                consent::Column::Commitment,
                Expr::value(head.commitment.as_bytes().to_vec()),
            )
            .filter(consent::Column::Id.eq(head.id.as_uuid()))
            .filter(consent::Column::Revision.eq(i64::from(revision_before)))
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("update of a consent", changed.rows_affected)
    }
}

impl<'tx> ConsentStore<'tx> for SqlTx<'tx> {
    async fn case_for(
        &mut self,
        centre: OrganisationId,
        references: &CaseReferences,
        fresh: CaseId,
        at: Instant,
    ) -> Result<StoredCase, StoreError> {
        let parts = [
            references.case_reference.as_str(),
            references.pii_principal_id.as_str(),
        ];
        let lookup = self.keys.lookup(centre.as_uuid(), parts);
        let find = || case::Entity::find().filter(case::Column::Lookup.eq(lookup.clone()));
        let found = match find().one(&self.transaction).await.map_err(failed)? {
            Some(row) => row,
            None => {
                let id = fresh.as_uuid();
                let key = SealingKey::generate(self.entropy.as_ref())?;
                let sealed = key.seal(
                    Place::References(id),
                    &to_json(references)?,
                    self.entropy.as_ref(),
                )?;
                let person = self.keys.pseudonym(
                    centre.as_uuid(),
                    references.pii_principal_id.as_str(),
                    LOG,
                );
                let row = case::Model {
                    id,
                    centre_id: centre.as_uuid(),
                    lookup: lookup.clone(),
                    person: person.as_str().to_owned(),
                    wrapped_key: self.keys.wrapping.wrap(id, &key, self.entropy.as_ref())?,
                    sealed_references: sealed,
                    created_at: at.as_unix_micros(),
                };
                let conflict = OnConflict::column(case::Column::Lookup)
                    .do_nothing()
                    .to_owned();
                case::Entity::insert(sea_orm::IntoActiveModel::into_active_model(row))
                    .on_conflict(conflict)
                    .exec_without_returning(&self.transaction)
                    .await
                    .map_err(failed)?;
                // Read back: another transaction may have made the same case at the same moment.
                find()
                    .one(&self.transaction)
                    .await
                    .map_err(failed)?
                    .ok_or(StoreError::Conflict)?
            }
        };
        let cell = Cell {
            table: "cases",
            row: &found.id,
        };
        let person = cell.pseudonym("person", &found.person)?;
        let id = CaseId::from_uuid(found.id);
        self.cases.insert(found.id, found);
        Ok(StoredCase { id, person })
    }

    async fn case_references(&mut self, case: CaseId) -> Result<CaseReferences, StoreError> {
        let id = case.as_uuid();
        let row = self.case(id).await?;
        let opened = self
            .case_key(id)
            .await?
            .open(Place::References(id), &row.sealed_references)?;
        Cell {
            table: "cases",
            row: &id,
        }
        .json("sealed_references", &opened)
    }

    async fn pseudonym(
        &mut self,
        case: CaseId,
        office: &OfficeId,
    ) -> Result<Pseudonym, StoreError> {
        let references = self.case_references(case).await?;
        let centre = self.case(case.as_uuid()).await?.centre_id;
        Ok(self.keys.pseudonym(
            centre,
            references.pii_principal_id.as_str(),
            office.as_str(),
        ))
    }

    async fn lock_consent(
        &mut self,
        id: ConsentId,
        lock: Lock,
    ) -> Result<Option<LockedConsent>, StoreError> {
        self.consent_under(id, Some(lock_type(lock))).await
    }

    async fn lock_head(&mut self, id: ConsentId) -> Result<Option<ConsentHead>, StoreError> {
        self.consent_row(id, Some(lock_type(Lock::Exclusive)))
            .await?
            .map(head_of)
            .transpose()
    }

    async fn insert_consent(
        &mut self,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        let row = consent::ActiveModel {
            id: Set(head.id.as_uuid()),
            centre_id: Set(head.centre.as_uuid()),
            case_id: Set(head.case.as_uuid()),
            person: Set(head.person.as_str().to_owned()),
            status: Set(head.status.code().to_owned()),
            revision: Set(i64::from(head.revision)),
            recorded_at: Set(head.recorded_at.as_unix_micros()),
            changed_at: Set(head.changed_at.as_unix_micros()),
            withdrawn_at: Set(head.withdrawn_at.map(Instant::as_unix_micros)),
            valid_from: Set(head.valid_from.map(Instant::as_unix_micros)),
            valid_until: Set(head.valid_until.map(Instant::as_unix_micros)),
            commitment: Set(head.commitment.as_bytes().to_vec()),
        };
        consent::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        self.insert_revision_row(head, decision).await?;
        let kind = ConsentEventKind::Recorded;
        self.insert_event_row(
            head.id,
            ConsentEvent {
                kind,
                revision: head.revision,
                at: head.recorded_at,
            },
        )
        .await
    }

    async fn insert_revision(
        &mut self,
        head: &ConsentHead,
        decision: &Decision,
    ) -> Result<(), StoreError> {
        self.update_row(head, head.revision.saturating_sub(1))
            .await?;
        self.insert_revision_row(head, decision).await?;
        let kind = ConsentEventKind::Revised;
        self.insert_event_row(
            head.id,
            ConsentEvent {
                kind,
                revision: head.revision,
                at: head.changed_at,
            },
        )
        .await
    }

    async fn update_head(
        &mut self,
        head: &ConsentHead,
        event: ConsentEvent,
    ) -> Result<(), StoreError> {
        self.update_row(head, head.revision).await?;
        self.insert_event_row(head.id, event).await
    }

    async fn consent(&mut self, id: ConsentId) -> Result<Option<LockedConsent>, StoreError> {
        self.consent_under(id, None).await
    }

    async fn consent_history(
        &mut self,
        id: ConsentId,
    ) -> Result<(Vec<RevisionRecord>, Vec<ConsentEvent>), StoreError> {
        let Some(head) = self.consent_row(id, None).await? else {
            return Ok((Vec::new(), Vec::new()));
        };
        let rows = consent_revision::Entity::find()
            .filter(consent_revision::Column::ConsentId.eq(id.as_uuid()))
            .order_by_asc(consent_revision::Column::Number)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut revisions = Vec::with_capacity(rows.len());
        for row in rows {
            let decision = self.decision(head.case_id, &row).await?;
            let number = Cell {
                table: "consent_revisions",
                row: &row.consent_id,
            }
            .number("number", row.number)?;
            revisions.push(RevisionRecord {
                number,
                recorded_at: instant(row.recorded_at),
                decision,
            });
        }
        let rows = consent_event::Entity::find()
            .filter(consent_event::Column::ConsentId.eq(id.as_uuid()))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let event_of = |row: consent_event::Model| {
            let cell = Cell {
                table: "consent_events",
                row: &row.consent_id,
            };
            Ok(ConsentEvent {
                kind: cell.code("kind", ConsentEventKind::from_code, &row.kind)?,
                revision: cell.number("revision", row.revision)?,
                at: instant(row.at),
            })
        };
        let mut events = rows
            .into_iter()
            .map(event_of)
            .collect::<Result<Vec<_>, StoreError>>()?;
        // SQLite would tell of an end first that is of the same moment.
        events.sort_by_key(|event| (event.at, event.revision, event.kind));
        Ok((revisions, events))
    }

    async fn consents(
        &mut self,
        centre: OrganisationId,
        page: PageRequest,
    ) -> Result<Page<ConsentHead>, StoreError> {
        let mut select =
            consent::Entity::find().filter(consent::Column::CentreId.eq(centre.as_uuid()));
        if let Some(after) = page.after {
            select = select.filter(after_descending(
                consent::Column::RecordedAt,
                consent::Column::Id,
                after,
            ));
        }
        let rows = select
            .order_by_desc(consent::Column::RecordedAt)
            .order_by_desc(consent::Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let heads = rows
            .into_iter()
            .map(head_of)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(heads, page.limit, |head| Cursor {
            at: head.recorded_at,
            id: head.id.as_uuid(),
        }))
    }

    async fn consents_past_their_end(
        &mut self,
        now: Instant,
        limit: u16,
    ) -> Result<Vec<ConsentId>, StoreError> {
        let ids: Vec<Uuid> = consent::Entity::find()
            .select_only()
            .column(consent::Column::Id)
            .filter(consent::Column::Status.eq(ConsentStatus::Given.code()))
            .filter(consent::Column::ValidUntil.lte(now.as_unix_micros()))
            .order_by_asc(consent::Column::ValidUntil)
            .order_by_asc(consent::Column::Id)
            .limit(u64::from(limit))
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(ids.into_iter().map(ConsentId::from_uuid).collect())
    }
}

/// How PostgreSQL calls it.
pub(crate) const fn lock_type(lock: Lock) -> LockType {
    match lock {
        Lock::Shared => LockType::Share,
        Lock::Exclusive => LockType::Update,
    }
}
