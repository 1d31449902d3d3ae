//! A proof is used up and its client's request counted: two tables, and on PostgreSQL one statement, since every request of
//! every client waits for it.

use freigabe_domain::{access::ClientId, instant::Instant, store::StoreError};
use sea_orm::{ConnectionTrait as _, DatabaseTransaction, DbBackend, Statement, Value};

use crate::failure::failed;

/// How many requests of this client there were in this minute, with this one; none when the proof was used before.
pub(crate) async fn use_proof(
    transaction: &DatabaseTransaction,
    client: &ClientId,
    jti: &str,
    expires_at: Instant,
    minute: i64,
) -> Result<Option<i64>, StoreError> {
    let backend = transaction.get_database_backend();
    let client = Value::from(client.as_str());
    let used = [
        client.clone(),
        jti.into(),
        expires_at.as_unix_micros().into(),
    ];
    let counted = match backend {
        DbBackend::Sqlite => {
            let statement = Statement::from_sql_and_values(backend, USE, used);
            let done = transaction.execute_raw(statement).await.map_err(failed)?;
            if done.rows_affected() == 0 {
                return Ok(None);
            }
            Statement::from_sql_and_values(backend, COUNT, [client, minute.into()])
        }
        _ => {
            let values = used.into_iter().chain([minute.into()]);
            Statement::from_sql_and_values(backend, USE_AND_COUNT, values)
        }
    };
    let row = transaction.query_one_raw(counted).await.map_err(failed)?;
    row.map(|row| row.try_get("", "number").map_err(failed))
        .transpose()
}

const USE: &str = "INSERT INTO used_assertions (client_id, jti, expires_at) VALUES (?, ?, ?) \
    ON CONFLICT (client_id, jti) DO NOTHING";

const COUNT: &str = "INSERT INTO client_requests (client_id, minute, number) VALUES (?, ?, 1) \
    ON CONFLICT (client_id) DO UPDATE SET minute = excluded.minute, \
    number = CASE WHEN client_requests.minute = excluded.minute THEN client_requests.number + 1 ELSE 1 END \
    RETURNING number";

const USE_AND_COUNT: &str = "WITH used AS ( \
    INSERT INTO used_assertions (client_id, jti, expires_at) VALUES ($1, $2, $3) \
    ON CONFLICT (client_id, jti) DO NOTHING RETURNING client_id) \
    INSERT INTO client_requests (client_id, minute, number) SELECT client_id, $4, 1 FROM used \
    ON CONFLICT (client_id) DO UPDATE SET minute = excluded.minute, \
    number = CASE WHEN client_requests.minute = excluded.minute THEN client_requests.number + 1 ELSE 1 END \
    RETURNING number";
