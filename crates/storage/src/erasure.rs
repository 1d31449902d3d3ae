//! Erasing events, and whatever else there is about a case.

mod of_case;

use std::ops::Range;

use freigabe_domain::{
    erasure::{
        CaseStanding, Erasure, ErasurePlan, ErasureTarget, EventOfCase, KeptGroup, ReportedErasure,
        Traces,
    },
    ids::{CaseId, EventId},
    instant::Instant,
    log::{Generation, LeafPlace},
    store::{ErasureStore, StoreError},
};
use freigabe_ledger::{Commitment, LeafClass};
use sea_orm::{
    ActiveValue::Set,
    ColumnTrait as _, ConnectionTrait as _, EntityTrait, QueryFilter as _, QueryOrder as _,
    QueryResult, QuerySelect as _, Select, Statement, Value,
    sea_query::{Expr, Query},
};
use uuid::Uuid;

use self::of_case::consents_of;
use crate::{
    backend,
    entity::{case, consent, contact_consent, erasure, event, event_term, involvement},
    failure::{exactly_one, failed},
    rows::{Cell, instant, to_text},
    tx::SqlTx,
};

/// Rows of one statement at most: both databases bound its parameters.
const ROWS: usize = 4_096;
const YEAR: &str = "year";
const CASE: &str = "case";

impl<'tx> ErasureStore<'tx> for SqlTx<'tx> {
    async fn kept_groups(&mut self, year: Option<u16>) -> Result<Vec<KeptGroup>, StoreError> {
        let backend = self.transaction.get_database_backend();
        // Where nothing is, SQLite begins and PostgreSQL ends, unless it is said.
        let mut values: Vec<Value> = Vec::new();
        let mut of_year = String::new();
        if let Some(year) = year {
            of_year = format!("WHERE e.expiry_year = {}", backend::parameter(backend, 1));
            values.push(narrow(year)?.into());
        }
        let sql = format!(
            "SELECT e.expiry_year, e.class, l.generation, CAST(count(*) AS BIGINT) AS number, \
             min(l.leaf_index) AS first, max(l.leaf_index) AS last \
             FROM events e LEFT JOIN log_leaves l ON l.commitment = e.commitment {of_year} \
             GROUP BY e.expiry_year, e.class, l.generation \
             ORDER BY e.expiry_year, e.class, l.generation IS NULL, l.generation"
        );
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let rows = self.transaction.query_all_raw(statement).await;
        rows.map_err(failed)?.iter().map(group_of).collect()
    }

    async fn kept_apart(&mut self, year: u16) -> Result<Option<Vec<KeptGroup>>, StoreError> {
        if !backend::hold_year(&self.transaction, year).await? {
            return Ok(None);
        }
        Ok(Some(self.kept_groups(Some(year)).await?))
    }

    async fn drop_year(&mut self, year: u16) -> Result<(), StoreError> {
        use erasure::Column;
        erasure::Entity::update_many()
            .col_expr(Column::Years, Expr::value(to_text(&[0_u16; 0])?))
            .filter(Column::ExpiryYear.eq(narrow(year)?))
            .filter(Column::Done.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        backend::drop_year(&self.transaction, year).await
    }

    async fn events_of_plan(
        &mut self,
        plan: &ErasurePlan,
        year: u16,
        most: u64,
    ) -> Result<Vec<EventId>, StoreError> {
        let backend = self.transaction.get_database_backend();
        let mut found = Vec::new();
        for range in &plan.ranges {
            let room = most.saturating_sub(u64::try_from(found.len()).unwrap_or(u64::MAX));
            if room == 0 {
                break;
            }
            let mut values: Vec<Value> = vec![
                narrow(year)?.into(),
                i64::from(plan.generation.number()).into(),
                signed(range.start)?.into(),
                signed(range.end)?.into(),
                signed(room)?.into(),
            ];
            let parameter = |number| backend::parameter(backend, number);
            let mut of_class = String::new();
            if let Some(class) = plan.class {
                // SQLite's parameters have no numbers: the last one is the limit's.
                values.insert(4, i16::from(class.code()).into());
                of_class = format!("AND e.class = {}", parameter(5));
            }
            let sql = format!(
                "SELECT e.id FROM events e JOIN log_leaves l ON l.commitment = e.commitment \
                 WHERE e.expiry_year = {} AND l.generation = {} AND l.leaf_index >= {} AND l.leaf_index < {} \
                 {of_class} LIMIT {}",
                parameter(1),
                parameter(2),
                parameter(3),
                parameter(4),
                parameter(values.len())
            );
            let statement = Statement::from_sql_and_values(backend, sql, values);
            let rows = self.transaction.query_all_raw(statement).await;
            for row in rows.map_err(failed)? {
                let id: Uuid = row.try_get("", "id").map_err(failed)?;
                found.push(EventId::from_uuid(id));
            }
        }
        Ok(found)
    }

    async fn erase_events(&mut self, events: &[EventId], years: &[u16]) -> Result<(), StoreError> {
        // The years leave PostgreSQL few partitions to look into.
        let years = years.iter().map(|year| narrow(*year));
        let years = years.collect::<Result<Vec<i16>, _>>()?;
        for some in events.chunks(ROWS) {
            let ids: Vec<Uuid> = some.iter().map(EventId::as_uuid).collect();
            event_term::Entity::delete_many()
                .filter(event_term::Column::EventId.is_in(ids.iter().copied()))
                .filter(event_term::Column::ExpiryYear.is_in(years.iter().copied()))
                .exec(&self.transaction)
                .await
                .map_err(failed)?;
            let done = event::Entity::delete_many()
                .filter(event::Column::Id.is_in(ids))
                .filter(event::Column::ExpiryYear.is_in(years.iter().copied()))
                .exec(&self.transaction)
                .await
                .map_err(failed)?;
            if u64::try_from(some.len()) != Ok(done.rows_affected) {
                return Err(StoreError::Affected {
                    operation: "erase events",
                    affected: done.rows_affected,
                });
            }
        }
        Ok(())
    }

    async fn case_standing(&mut self, case: CaseId) -> Result<Option<CaseStanding>, StoreError> {
        let found = case::Entity::find_by_id(case.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        if found.is_none() {
            return Ok(None);
        }
        let backend = self.transaction.get_database_backend();
        let sql = format!(
            "SELECT CAST((SELECT count(*) FROM consents WHERE case_id = {} AND status = 'given') AS BIGINT) AS given, \
             CAST((SELECT count(*) FROM withdrawal_notices n JOIN consents c ON c.id = n.consent_id \
                WHERE c.case_id = {} AND n.answer IS NULL) AS BIGINT) AS unanswered, \
             CAST((SELECT count(*) FROM disclosures WHERE case_id = {} AND state = 'held') AS BIGINT) AS held, \
             CAST((SELECT count(*) FROM involvements WHERE case_id = {} AND state <> 'closed') AS BIGINT) AS involved, \
             CAST((SELECT count(*) FROM contact_consents WHERE case_id = {} AND status = 'given') AS BIGINT) AS contact, \
             CAST((SELECT count(*) FROM contact_details WHERE case_id = {} AND erasure_asked_at IS NOT NULL \
                AND erased_at IS NULL) AS BIGINT) AS unerased",
            backend::parameter(backend, 1),
            backend::parameter(backend, 2),
            backend::parameter(backend, 3),
            backend::parameter(backend, 4),
            backend::parameter(backend, 5),
            backend::parameter(backend, 6)
        );
        let id: Value = case.as_uuid().into();
        let values = std::iter::repeat_n(id, 6);
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let row = self.transaction.query_one_raw(statement).await;
        let Some(row) = row.map_err(failed)? else {
            return Ok(None);
        };
        Ok(Some(CaseStanding {
            given: number(&row, "given")?,
            unanswered: number(&row, "unanswered")?,
            held: number(&row, "held")?,
            involved: number(&row, "involved")?,
            contact: number(&row, "contact")?,
            unerased: number(&row, "unerased")?,
        }))
    }

    async fn hold_case(&mut self, case: CaseId) -> Result<Option<CaseStanding>, StoreError> {
        // On SQLite the transaction holds everything; the locks are left out there.
        let held = case::Entity::find_by_id(case.as_uuid())
            .lock_exclusive()
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        if held.is_none() {
            return Ok(None);
        }
        let id = case.as_uuid();
        consent::Entity::find()
            .filter(consent::Column::CaseId.eq(id))
            .order_by_asc(consent::Column::Id)
            .lock_exclusive()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        involvement::Entity::find()
            .filter(involvement::Column::CaseId.eq(id))
            .order_by_asc(involvement::Column::Id)
            .lock_exclusive()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        contact_consent::Entity::find()
            .filter(contact_consent::Column::CaseId.eq(id))
            .order_by_asc(contact_consent::Column::Id)
            .lock_exclusive()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        self.case_standing(case).await
    }

    async fn events_of_case(&mut self, case: CaseId) -> Result<Vec<EventOfCase>, StoreError> {
        let id = case.as_uuid();
        let Some(found) = case::Entity::find_by_id(id)
            .one(&self.transaction)
            .await
            .map_err(failed)?
        else {
            return Ok(Vec::new());
        };
        let consents: Vec<Uuid> = consents_of(id)
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut queried: Vec<String> = std::iter::once(id)
            .chain(consents.iter().copied())
            .map(|id| id.to_string())
            .collect();
        let others = case::Entity::find()
            .filter(case::Column::Person.eq(found.person.clone()))
            .filter(case::Column::Id.ne(id))
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        if others.is_none() {
            queried.push(found.person);
            queried.extend(self.pseudonyms_of(id).await?);
        }
        let of_case = event::Column::CaseId.eq(id);
        let mut events = self.events_where(of_case).await?;
        for some in consents.chunks(ROWS) {
            let of_consent = event::Column::ConsentId.is_in(some.iter().copied());
            events.extend(self.events_where(of_consent).await?);
        }
        for some in queried.chunks(ROWS) {
            let asking = Query::select()
                .column(event_term::Column::EventId)
                .from(event_term::Entity)
                .and_where(event_term::Column::Dimension.eq("queried"))
                .and_where(event_term::Column::Value.is_in(some.iter().cloned()))
                .to_owned();
            let asked = event::Column::Id.in_subquery(asking);
            events.extend(self.events_where(asked).await?);
        }
        events.sort_unstable_by_key(|(id, _, _)| *id);
        events.dedup_by_key(|(id, _, _)| *id);
        let mut all = Vec::with_capacity(events.len());
        for (id, expiry_year, commitment) in events {
            let cell = Cell {
                table: "events",
                row: &id,
            };
            let commitment = cell.commitment("commitment", &commitment)?;
            let place = {
                use freigabe_domain::store::LogStore as _;
                self.leaf_place(&commitment).await?
            };
            all.push(EventOfCase {
                id: EventId::from_uuid(id),
                expiry_year: cell.number("expiry_year", i64::from(expiry_year))?,
                place,
            });
        }
        Ok(all)
    }

    async fn erase_case(&mut self, case: CaseId) -> Result<(), StoreError> {
        self.delete_case(case.as_uuid()).await
    }

    async fn insert_erasure(&mut self, new: &Erasure) -> Result<(), StoreError> {
        let plan = &new.plan;
        let (kind, expiry_year, case_id) = match plan.target {
            ErasureTarget::Year(year) => (YEAR, Some(narrow(year)?), None),
            ErasureTarget::Case(case) => (CASE, None, Some(case.as_uuid())),
        };
        let ranges: Vec<[u64; 2]> = plan.ranges.iter().map(|r| [r.start, r.end]).collect();
        let row = erasure::ActiveModel {
            intent: Set(new.intent.as_bytes().to_vec()),
            kind: Set(kind.to_owned()),
            expiry_year: Set(expiry_year),
            class: Set(plan.class.map(|class| i16::from(class.code()))),
            case_id: Set(case_id),
            generation: Set(i64::from(plan.generation.number())),
            ranges: Set(to_text(&ranges)?),
            count: Set(signed(plan.count)?),
            years: Set(to_text(&plan.years)?),
            announced_at: Set(new.announced_at.as_unix_micros()),
            done: Set(None),
            done_at: Set(None),
            cleaned_at: Set(None),
        };
        erasure::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn announced_erasures(
        &mut self,
        target: Option<ErasureTarget>,
    ) -> Result<Vec<Erasure>, StoreError> {
        let rows = announced(target)?.all(&self.transaction).await;
        rows.map_err(failed)?.into_iter().map(erasure_of).collect()
    }

    async fn lock_announced(&mut self, target: ErasureTarget) -> Result<Vec<Erasure>, StoreError> {
        let rows = announced(Some(target))?.lock_exclusive();
        let rows = rows.all(&self.transaction).await;
        rows.map_err(failed)?.into_iter().map(erasure_of).collect()
    }

    async fn forget_erasure(&mut self, intent: &Commitment) -> Result<(), StoreError> {
        let done = erasure::Entity::delete_many()
            .filter(erasure::Column::Intent.eq(intent.as_bytes().to_vec()))
            .filter(erasure::Column::Done.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("forget an announcement", done.rows_affected)
    }

    async fn finish_erasure(
        &mut self,
        intent: &Commitment,
        done: &Commitment,
        at: Instant,
    ) -> Result<(), StoreError> {
        use erasure::Column;
        let finished = erasure::Entity::update_many()
            .col_expr(Column::Done, Expr::value(done.as_bytes().to_vec()))
            .col_expr(Column::DoneAt, Expr::value(at.as_unix_micros()))
            .col_expr(Column::CaseId, Expr::value(None::<Uuid>))
            .filter(Column::Intent.eq(intent.as_bytes().to_vec()))
            .filter(Column::Done.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        exactly_one("finish an erasure", finished.rows_affected)
    }

    async fn uncleaned_erasures(&mut self) -> Result<Vec<ReportedErasure>, StoreError> {
        let rows = erasure::Entity::find()
            .filter(erasure::Column::Done.is_not_null())
            .filter(erasure::Column::CleanedAt.is_null())
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(reported_of).collect()
    }

    async fn note_cleaned(&mut self, intent: &Commitment, at: Instant) -> Result<(), StoreError> {
        use erasure::Column;
        erasure::Entity::update_many()
            .col_expr(Column::CleanedAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Intent.eq(intent.as_bytes().to_vec()))
            .filter(Column::CleanedAt.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }
}

/// An event's id, expiry year and commitment.
type Found = (Uuid, i16, Vec<u8>);

impl SqlTx<'_> {
    async fn events_where(
        &mut self,
        condition: sea_orm::sea_query::SimpleExpr,
    ) -> Result<Vec<Found>, StoreError> {
        event::Entity::find()
            .select_only()
            .column(event::Column::Id)
            .column(event::Column::ExpiryYear)
            .column(event::Column::Commitment)
            .filter(condition)
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)
    }
}

fn announced(target: Option<ErasureTarget>) -> Result<Select<erasure::Entity>, StoreError> {
    use erasure::Column;
    let open = erasure::Entity::find()
        .filter(Column::Done.is_null())
        .order_by_asc(Column::AnnouncedAt)
        .order_by_asc(Column::Intent);
    Ok(match target {
        None => open,
        Some(ErasureTarget::Year(year)) => open.filter(Column::ExpiryYear.eq(narrow(year)?)),
        Some(ErasureTarget::Case(case)) => open.filter(Column::CaseId.eq(case.as_uuid())),
    })
}

fn erasure_of(row: erasure::Model) -> Result<Erasure, StoreError> {
    let cell = Cell {
        table: "erasures",
        row: &row.generation,
    };
    let target = match (row.kind.as_str(), row.expiry_year, row.case_id) {
        (YEAR, Some(year), None) => {
            ErasureTarget::Year(cell.number("expiry_year", i64::from(year))?)
        }
        (CASE, None, Some(case)) => ErasureTarget::Case(CaseId::from_uuid(case)),
        _ => return Err(cell.corrupt("kind", "does not fit the other columns")),
    };
    let ranges: Vec<[u64; 2]> = cell.json("ranges", row.ranges.as_bytes())?;
    let class = row
        .class
        .map(|code| class(&cell, i64::from(code)))
        .transpose()?;
    let range = |[start, end]: [u64; 2]| Range { start, end };
    Ok(Erasure {
        plan: ErasurePlan {
            target,
            class,
            generation: generation(&cell, row.generation)?,
            ranges: ranges.into_iter().map(range).collect(),
            count: cell.number("count", row.count)?,
            years: cell.json("years", row.years.as_bytes())?,
        },
        intent: cell.commitment("intent", &row.intent)?,
        announced_at: instant(row.announced_at),
    })
}

fn reported_of(row: &erasure::Model) -> Result<ReportedErasure, StoreError> {
    let cell = Cell {
        table: "erasures",
        row: &row.generation,
    };
    let report = row.done.as_deref().unwrap_or_default();
    Ok(ReportedErasure {
        intent: cell.commitment("intent", &row.intent)?,
        report: cell.commitment("done", report)?,
        traces: Traces {
            years: cell.json("years", row.years.as_bytes())?,
            cases: row.kind == CASE,
        },
    })
}

fn group_of(row: &QueryResult) -> Result<KeptGroup, StoreError> {
    let get = |column: &str| row.try_get::<Option<i64>>("", column).map_err(failed);
    let year: i16 = row.try_get("", "expiry_year").map_err(failed)?;
    let code: i16 = row.try_get("", "class").map_err(failed)?;
    let cell = Cell {
        table: "events",
        row: &year,
    };
    let places = match (get("generation")?, get("first")?, get("last")?) {
        (Some(number), Some(first), Some(last)) => {
            let generation = generation(&cell, number)?;
            let place = |index| {
                Ok::<_, StoreError>(LeafPlace {
                    generation,
                    index: cell.number("leaf_index", index)?,
                })
            };
            Some((place(first)?, place(last)?))
        }
        _ => None,
    };
    Ok(KeptGroup {
        expiry_year: cell.number("expiry_year", i64::from(year))?,
        class: class(&cell, i64::from(code))?,
        places,
        count: number(row, "number")?,
    })
}

fn class(cell: &Cell<'_>, code: i64) -> Result<LeafClass, StoreError> {
    let code: u8 = cell.number("class", code)?;
    LeafClass::try_from(code).map_err(|_| cell.corrupt("class", "unknown"))
}

fn generation(cell: &Cell<'_>, number: i64) -> Result<Generation, StoreError> {
    Ok(Generation::from_number(cell.number("generation", number)?))
}

fn number(row: &QueryResult, column: &str) -> Result<u64, StoreError> {
    let number: i64 = row.try_get("", column).map_err(failed)?;
    u64::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))
}

fn narrow(year: u16) -> Result<i16, StoreError> {
    i16::try_from(year).map_err(|error| StoreError::Defect(error.to_string()))
}

fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))
}
