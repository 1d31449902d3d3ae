//! A proof is used up and its client's request counted: two tables, and on PostgreSQL one statement, since every request of
//! every client waits for it.

use freigabe_domain::{access::ClientId, instant::Instant, store::StoreError};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement, Value};

use super::parameter;
use crate::failure::failed;

/// How many requests of this client there were in this minute, with this one; none when the proof was used before.
pub(crate) async fn use_proof(
    transaction: &DatabaseTransaction,
    client: &ClientId,
    jti: &str,
    expires_at: Instant,
    minute: i64,
) -> Result<Option<u32>, StoreError> {
    let backend = transaction.get_database_backend();
    let expires_at = expires_at.as_unix_micros();
    let used = [client.as_str().into(), jti.into(), expires_at.into()];
    let values = [1, 2, 3]
        .map(|number| parameter(backend, number))
        .join(", ");
    let insert = format!(
        "INSERT INTO used_assertions (client_id, jti, expires_at) VALUES ({values}) \
         ON CONFLICT (client_id, jti) DO NOTHING"
    );
    if backend == DbBackend::Sqlite {
        let statement = Statement::from_sql_and_values(backend, insert, used);
        let done = transaction.execute_raw(statement).await.map_err(failed)?;
        return match done.rows_affected() {
            0 => Ok(None),
            _ => count_request(transaction, client, minute).await.map(Some),
        };
    }
    let sql = format!(
        "WITH used AS ({insert} RETURNING client_id) \
         INSERT INTO client_requests (client_id, minute, number) SELECT client_id, $4, 1 FROM used {ONE_MORE}"
    );
    let values = used.into_iter().chain([minute.into()]);
    number(transaction, &sql, values).await
}

/// How many requests of this client there were in this minute, with this one.
pub(crate) async fn count_request(
    transaction: &DatabaseTransaction,
    client: &ClientId,
    minute: i64,
) -> Result<u32, StoreError> {
    let backend = transaction.get_database_backend();
    let values = [1, 2].map(|number| parameter(backend, number)).join(", ");
    let sql = format!(
        "INSERT INTO client_requests (client_id, minute, number) VALUES ({values}, 1) {ONE_MORE}"
    );
    let counted = number(transaction, &sql, [client.as_str().into(), minute.into()]).await?;
    counted.ok_or_else(|| StoreError::Defect("a counted request gave no row".to_owned()))
}

/// The row of a client that has one already.
const ONE_MORE: &str = "ON CONFLICT (client_id) DO UPDATE SET minute = excluded.minute, \
    number = CASE WHEN client_requests.minute = excluded.minute THEN client_requests.number + 1 ELSE 1 END \
    RETURNING number";

async fn number(
    transaction: &DatabaseTransaction,
    sql: &str,
    values: impl IntoIterator<Item = Value>,
) -> Result<Option<u32>, StoreError> {
    let backend = transaction.get_database_backend();
    let statement = Statement::from_sql_and_values(backend, sql, values);
    let row = transaction.query_one_raw(statement).await.map_err(failed)?;
    let number = row.map(|row| row.try_get::<i64>("", "number").map_err(failed));
    let number = number.transpose()?;
    Ok(number.map(|number| u32::try_from(number).unwrap_or(u32::MAX)))
}
