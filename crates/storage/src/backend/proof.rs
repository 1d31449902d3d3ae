//! Requests are counted and what they are proved by is used up: two tables, and on PostgreSQL one statement, since every request
//! of every client waits for it.
//!
//! Both are touched in one order, whoever else counts: first what proves, then the clients' counts, each sorted. So two that count
//! the same wait for each other and never both.

use std::collections::{BTreeMap, HashSet};

use freigabe_domain::store::{CountedRequest, StoreError};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, QueryResult, Statement};
use serde_json::{Value, json};

use crate::failure::failed;

/// For each request how many its client made in this minute, with this one; none when what proves it was used before.
pub(crate) async fn count_requests(
    transaction: &DatabaseTransaction,
    requests: &[CountedRequest],
    minute: i64,
) -> Result<Vec<Option<u32>>, StoreError> {
    let mut counted = match transaction.get_database_backend() {
        DbBackend::Sqlite => on_sqlite(transaction, requests, minute).await?,
        _ => on_postgres(transaction, requests, minute).await?,
    };
    Ok(counted.numbers(requests))
}

/// What the database did.
#[derive(Default)]
struct Counted {
    /// What was not used before.
    fresh: HashSet<Proof>,
    /// How many requests each client made in this minute, with all of these.
    totals: BTreeMap<String, i64>,
}

/// A client and what it proves itself by.
type Proof = (String, String);

impl Counted {
    /// Of what stands in the list twice only the first is fresh.
    fn numbers(&mut self, requests: &[CountedRequest]) -> Vec<Option<u32>> {
        let counts: Vec<bool> = requests
            .iter()
            .map(|request| proof_of(request).is_none_or(|proof| self.fresh.remove(&proof)))
            .collect();
        // From the last, which is its client's total, to the first.
        let mut numbers = Vec::new();
        for (request, counts) in requests.iter().zip(counts).rev() {
            let left = self.totals.get_mut(request.client.as_str());
            numbers.push(left.filter(|_| counts).map(|left| {
                let number = u32::try_from(*left).unwrap_or(u32::MAX);
                *left -= 1;
                number
            }));
        }
        numbers.reverse();
        numbers
    }
}

fn proof_of(request: &CountedRequest) -> Option<Proof> {
    let proof = request.proof.as_ref()?;
    Some((request.client.as_str().to_owned(), proof.jti.clone()))
}

/// Requests as one parameter, since a statement with more parameters for more requests would be another one each time.
fn parameter(requests: &[CountedRequest]) -> String {
    let mut sorted: Vec<_> = requests.iter().collect();
    sorted.sort_by_cached_key(|request| (request.client.as_str().to_owned(), proof_of(request)));
    let rows = sorted.into_iter().map(|request| {
        let proof = request.proof.as_ref();
        json!({
            "client": request.client.as_str(),
            "jti": proof.map(|proof| &proof.jti),
            "over": proof.map(|proof| proof.expires_at.as_unix_micros()),
        })
    });
    Value::from_iter(rows).to_string()
}

async fn on_sqlite(
    transaction: &DatabaseTransaction,
    requests: &[CountedRequest],
    minute: i64,
) -> Result<Counted, StoreError> {
    let backend = DbBackend::Sqlite;
    let use_up = Statement::from_sql_and_values(
        backend,
        "INSERT INTO used_assertions (client_id, jti, expires_at) \
         SELECT value ->> 'client', value ->> 'jti', value ->> 'over' FROM json_each(?) WHERE value ->> 'jti' IS NOT NULL \
         ON CONFLICT (client_id, jti) DO NOTHING RETURNING client_id, jti",
        [parameter(requests).into()],
    );
    let rows = transaction.query_all_raw(use_up).await.map_err(failed)?;
    let mut counted = Counted::default();
    for row in &rows {
        counted
            .fresh
            .insert((text(row, "client_id")?, text(row, "jti")?));
    }
    let without = requests.iter().filter(|request| request.proof.is_none());
    let without = without.map(|request| request.client.as_str());
    let fresh = counted.fresh.iter().map(|(client, _)| client.as_str());
    let mut new = BTreeMap::<String, i64>::new();
    for client in fresh.chain(without) {
        *new.entry(client.to_owned()).or_default() += 1;
    }
    for (client, more) in new {
        let count = Statement::from_sql_and_values(
            backend,
            format!(
                "INSERT INTO client_requests (client_id, minute, number) VALUES (?, ?, ?) {SO_MANY_MORE}"
            ),
            [client.as_str().into(), minute.into(), more.into()],
        );
        let row = transaction.query_one_raw(count).await.map_err(failed)?;
        let row = row.ok_or_else(|| {
            StoreError::Defect("requests that were counted gave no row".to_owned())
        })?;
        counted.totals.insert(client, number(&row)?);
    }
    Ok(counted)
}

async fn on_postgres(
    transaction: &DatabaseTransaction,
    requests: &[CountedRequest],
    minute: i64,
) -> Result<Counted, StoreError> {
    let sql = format!(
        "WITH given AS ( \
             SELECT client, jti, over FROM jsonb_to_recordset($1::jsonb) AS r (client text, jti text, over bigint)), \
         used AS ( \
             INSERT INTO used_assertions (client_id, jti, expires_at) \
             SELECT client, jti, over FROM given WHERE jti IS NOT NULL \
             ON CONFLICT (client_id, jti) DO NOTHING RETURNING client_id, jti), \
         counted AS ( \
             INSERT INTO client_requests (client_id, minute, number) \
             SELECT client, $2, count(*) FROM ( \
                 SELECT client_id AS client FROM used UNION ALL SELECT client FROM given WHERE jti IS NULL) AS new \
             GROUP BY client ORDER BY client {SO_MANY_MORE}, client_id) \
         SELECT counted.client_id, counted.number, used.jti FROM counted LEFT JOIN used USING (client_id)"
    );
    let values = [parameter(requests).into(), minute.into()];
    let statement = Statement::from_sql_and_values(DbBackend::Postgres, sql, values);
    let rows = transaction.query_all_raw(statement).await.map_err(failed)?;
    let mut counted = Counted::default();
    for row in &rows {
        let client = text(row, "client_id")?;
        counted.totals.insert(client.clone(), number(row)?);
        let jti: Option<String> = row.try_get("", "jti").map_err(failed)?;
        counted.fresh.extend(jti.map(|jti| (client, jti)));
    }
    Ok(counted)
}

/// The row of a client that has one already.
const SO_MANY_MORE: &str = "ON CONFLICT (client_id) DO UPDATE SET minute = excluded.minute, \
    number = CASE WHEN client_requests.minute = excluded.minute \
        THEN client_requests.number + excluded.number ELSE excluded.number END \
    RETURNING number";

fn text(row: &QueryResult, column: &str) -> Result<String, StoreError> {
    row.try_get("", column).map_err(failed)
}

fn number(row: &QueryResult) -> Result<i64, StoreError> {
    row.try_get("", "number").map_err(failed)
}
