//! Events together with their leaves, and numbers of events: what auditors take with them.

use std::{collections::BTreeMap, ops::Range};

use freigabe_domain::{
    audit::{AuditQuery, EventCount, KeptEvent, LeafRange, LoggedLeaf, Operation, Outcome, Period},
    instant::Instant,
    log::Generation,
    store::{Cursor, ExaminationStore, LogStore as _, Page, PageRequest, StoreError},
};
use freigabe_ledger::{Leaf, LeafClass, Salt};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, FromQueryResult as _,
    QueryFilter as _, QueryOrder as _, QuerySelect as _, Statement, Value,
    sea_query::{Expr, ExprTrait as _},
};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::{
    audit::{event_of, select},
    backend,
    entity::{event, event_term, log_leaf},
    failure::failed,
    rows::{Cell, instant},
    tx::SqlTx,
};

impl<'tx> ExaminationStore<'tx> for SqlTx<'tx> {
    async fn count_events(&mut self, period: Period) -> Result<Vec<EventCount>, StoreError> {
        use event::Column;
        let rows: Vec<(String, String, i64)> = event::Entity::find()
            .select_only()
            .column(Column::Operation)
            .column(Column::Outcome)
            .column_as(Expr::col(Column::Id).count(), "number")
            .filter(Column::At.gte(period.from.as_unix_micros()))
            .filter(Column::At.lt(period.until.as_unix_micros()))
            .group_by(Column::Operation)
            .group_by(Column::Outcome)
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut counts = rows
            .into_iter()
            .map(|(operation, outcome, number)| {
                Ok(EventCount {
                    operation: Operation::from_code(&operation).map_err(damaged)?,
                    outcome: Outcome::from_code(&outcome).map_err(damaged)?,
                    count: u64::try_from(number).map_err(damaged)?,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        counts.sort_unstable_by_key(|counted| (counted.operation, counted.outcome));
        Ok(counts)
    }

    async fn first_event(&mut self) -> Result<Option<Instant>, StoreError> {
        use event::Column;
        let first: Option<i64> = event::Entity::find()
            .select_only()
            .column(Column::At)
            .order_by_asc(Column::At)
            .order_by_asc(Column::Id)
            .limit(1)
            .into_tuple()
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(first.map(instant))
    }

    async fn erased_events(&mut self) -> Result<u64, StoreError> {
        let backend = self.transaction.get_database_backend();
        let oldest = self.log_lag().await?.oldest_pending;
        let oldest = oldest.map_or(i64::MAX, Instant::as_unix_micros);
        let sql = format!(
            "SELECT CAST(coalesce((SELECT sum(size) FROM log_heads), 0) AS BIGINT) \
             - (SELECT count(*) FROM events WHERE at < {}) \
             - (SELECT count(*) FROM events e WHERE at >= {} \
                AND EXISTS (SELECT 1 FROM log_leaves l WHERE l.commitment = e.commitment)) AS erased",
            backend::parameter(backend, 1),
            backend::parameter(backend, 2)
        );
        let statement =
            Statement::from_sql_and_values(backend, sql, [oldest.into(), oldest.into()]);
        self.count(statement, "erased").await
    }

    async fn kept_between(
        &mut self,
        generation: Generation,
        places: Range<u64>,
        years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError> {
        let (from, until) = (signed(places.start)?, signed(places.end)?);
        let condition = |first: usize| {
            let backend = self.transaction.get_database_backend();
            let parameter = |number| backend::parameter(backend, number);
            format!(
                "l.leaf_index >= {} AND l.leaf_index < {}",
                parameter(first),
                parameter(first + 1)
            )
        };
        let (sql, years) = (condition(2), years.to_vec());
        self.kept(generation, &sql, vec![from.into(), until.into()], &years)
            .await
    }

    async fn kept_at(
        &mut self,
        generation: Generation,
        places: &[u64],
        years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError> {
        if places.is_empty() {
            return Ok(Vec::new());
        }
        let backend = self.transaction.get_database_backend();
        let parameters: Vec<String> = (2..)
            .take(places.len())
            .map(|number| backend::parameter(backend, number))
            .collect();
        let sql = format!("l.leaf_index IN ({})", parameters.join(", "));
        let values = places
            .iter()
            .map(|place| signed(*place).map(Value::from))
            .collect::<Result<Vec<_>, _>>()?;
        self.kept(generation, &sql, values, years).await
    }

    async fn count_kept(&mut self, population: LeafRange) -> Result<u64, StoreError> {
        let backend = self.transaction.get_database_backend();
        let parameter = |number| backend::parameter(backend, number);
        let sql = format!(
            "SELECT count(*) AS kept FROM log_leaves l WHERE l.generation = {} AND l.leaf_index >= {} \
             AND l.leaf_index < {} AND EXISTS (SELECT 1 FROM events e WHERE e.commitment = l.commitment)",
            parameter(1),
            parameter(2),
            parameter(3)
        );
        let values = [
            i64::from(population.generation).into(),
            signed(population.from)?.into(),
            signed(population.until)?.into(),
        ];
        let statement = Statement::from_sql_and_values(backend, sql, values);
        self.count(statement, "kept").await
    }

    async fn matching(
        &mut self,
        query: &AuditQuery,
        population: LeafRange,
        page: PageRequest,
    ) -> Result<Page<LoggedLeaf>, StoreError> {
        let rows = select(query, page)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let page = Page::cut(rows, page.limit, |row| Cursor {
            at: instant(row.at),
            id: row.id,
        });
        let commitments = page.items.iter().map(|row| row.commitment.clone());
        let mut places = self.places(population, commitments).await?;
        let placed = page
            .items
            .into_iter()
            .filter_map(|row| Some((places.remove(&row.commitment)?, row)))
            .collect();
        Ok(Page {
            items: self.with_terms(placed).await?,
            next: page.next,
        })
    }

    async fn count_matching(
        &mut self,
        query: &AuditQuery,
        population: LeafRange,
        after: Option<Cursor>,
        most: u16,
    ) -> Result<(u64, Option<Cursor>), StoreError> {
        use event::Column;
        let rows: Vec<(i64, Uuid, Vec<u8>)> = select(query, PageRequest { after, limit: most })
            .select_only()
            .column(Column::At)
            .column(Column::Id)
            .column(Column::Commitment)
            .into_tuple()
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let page = Page::cut(rows, most, |(at, id, _)| Cursor {
            at: instant(*at),
            id: *id,
        });
        let commitments = page.items.into_iter().map(|(_, _, commitment)| commitment);
        let places = self.places(population, commitments).await?;
        let number = u64::try_from(places.len()).unwrap_or(u64::MAX);
        Ok((number, page.next))
    }
}

/// The column of a leaf's index beside an event's.
const INDEX: &str = "leaf_index";

fn damaged(error: impl std::fmt::Display) -> StoreError {
    StoreError::Defect(format!("events: {error}"))
}

impl SqlTx<'_> {
    /// Leaves that meet a condition on their place, with their events. The condition's parameters come after the generation's.
    async fn kept(
        &mut self,
        generation: Generation,
        condition: &str,
        mut values: Vec<Value>,
        years: &[u16],
    ) -> Result<Vec<LoggedLeaf>, StoreError> {
        let backend = self.transaction.get_database_backend();
        values.insert(0, i64::from(generation.number()).into());
        let mut in_years = Vec::with_capacity(years.len());
        for year in years {
            let year = i16::try_from(*year);
            let year = year.map_err(|error| StoreError::Defect(error.to_string()))?;
            values.push(year.into());
            in_years.push(backend::parameter(backend, values.len()));
        }
        if in_years.is_empty() {
            return Ok(Vec::new());
        }
        // The years leave PostgreSQL few partitions to look into.
        let sql = format!(
            "SELECT e.*, l.leaf_index AS {INDEX} FROM log_leaves l {} events e ON e.commitment = l.commitment \
             WHERE l.generation = {} AND {condition} AND e.expiry_year IN ({}) ORDER BY l.leaf_index",
            backend::join_in_this_order(backend),
            backend::parameter(backend, 1),
            in_years.join(", ")
        );
        let statement = Statement::from_sql_and_values(backend, sql, values);
        let rows = self.transaction.query_all_raw(statement).await;
        let mut events = Vec::new();
        for row in rows.map_err(failed)? {
            let event = event::Model::from_query_result(&row, "").map_err(failed)?;
            let index: i64 = row.try_get("", INDEX).map_err(failed)?;
            events.push((index, event));
        }
        self.with_terms(events).await
    }

    /// Where the leaves with these commitments stand, of those that are in this part of the log. Asked for by themselves and
    /// not joined to their events: a planner must not begin with all leaves.
    async fn places(
        &mut self,
        population: LeafRange,
        commitments: impl Iterator<Item = Vec<u8>>,
    ) -> Result<BTreeMap<Vec<u8>, i64>, StoreError> {
        let generation = i64::from(population.generation);
        let (from, until) = (signed(population.from)?, signed(population.until)?);
        let leaves = log_leaf::Entity::find()
            .filter(log_leaf::Column::Commitment.is_in(commitments))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(leaves
            .into_iter()
            .filter(|leaf| leaf.generation == generation)
            .filter(|leaf| (from..until).contains(&leaf.leaf_index))
            .map(|leaf| (leaf.commitment, leaf.leaf_index))
            .collect())
    }

    /// These leaves, with what their events have several of.
    async fn with_terms(
        &mut self,
        events: Vec<(i64, event::Model)>,
    ) -> Result<Vec<LoggedLeaf>, StoreError> {
        let ids = events.iter().map(|(_, event)| event.id);
        let terms = event_term::Entity::find()
            .filter(event_term::Column::EventId.is_in(ids))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let mut of_event: BTreeMap<Uuid, Vec<(String, String)>> = BTreeMap::new();
        for term in terms {
            let terms = of_event.entry(term.event_id).or_default();
            terms.push((term.dimension, term.value));
        }
        events
            .into_iter()
            .map(|(index, event)| {
                let terms = of_event.remove(&event.id).unwrap_or_default();
                leaf_of(index, event, terms)
            })
            .collect()
    }

    async fn count(&mut self, statement: Statement, column: &str) -> Result<u64, StoreError> {
        let row = self.transaction.query_one_raw(statement).await;
        let row = row.map_err(failed)?;
        let row = row.ok_or_else(|| StoreError::Defect("a count gave no row".to_owned()))?;
        let number: i64 = row.try_get("", column).map_err(failed)?;
        Ok(u64::try_from(number).unwrap_or(0))
    }
}

fn leaf_of(
    index: i64,
    row: event::Model,
    mut terms: Vec<(String, String)>,
) -> Result<LoggedLeaf, StoreError> {
    let id = row.id;
    let cell = Cell {
        table: "events",
        row: &id,
    };
    let salt: [u8; 32] = row
        .salt
        .as_slice()
        .try_into()
        .map_err(|_| cell.corrupt("salt", "not 32 bytes"))?;
    let class: u8 = cell.number("class", i64::from(row.class))?;
    let class = LeafClass::try_from(class).map_err(|_| cell.corrupt("class", "unknown"))?;
    terms.sort_unstable();
    let mut grouped: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (dimension, value) in terms {
        grouped.entry(dimension).or_default().push(value);
    }
    let columns = columns(&row, &grouped);
    let event = event_of(row)?;
    Ok(LoggedLeaf {
        index: cell.number("leaf_index", index)?,
        leaf: Leaf {
            class,
            expiry_year: event.expiry_year,
            commitment: event.commitment,
        },
        kept: Some(KeptEvent {
            event,
            salt: Salt::from_bytes(salt),
            columns,
        }),
    })
}

/// The columns that an event is searched by, under the names that they have in the database; what is null is left out.
fn columns(
    row: &event::Model,
    terms: &BTreeMap<String, Vec<String>>,
) -> Map<String, serde_json::Value> {
    let all = [
        ("id", json!(row.id)),
        ("at", json!(row.at)),
        ("operation", json!(row.operation)),
        ("outcome", json!(row.outcome)),
        ("actor", json!(row.actor)),
        ("recipient", json!(row.recipient)),
        ("case_id", json!(row.case_id)),
        ("consent_id", json!(row.consent_id)),
        ("disclosure_id", json!(row.disclosure_id)),
        ("user_reference", json!(row.user_reference)),
        ("consent_revision", json!(row.consent_revision)),
        ("purpose", json!(row.purpose)),
        ("legal_basis", json!(row.legal_basis)),
        ("hits", json!(row.hits)),
        ("terms", json!(terms)),
    ];
    all.into_iter()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn signed(number: u64) -> Result<i64, StoreError> {
    i64::try_from(number).map_err(|error| StoreError::Defect(error.to_string()))
}
