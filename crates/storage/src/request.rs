//! Requests that were carried out, and what proves an event.

use freigabe_domain::{
    audit::LoggedAs,
    ids::EventId,
    instant::Instant,
    store::{EarlierRequest, OpeningStore, RequestKey, RequestStore, StoreError},
};
use freigabe_ledger::{Leaf, LeafClass, Salt};
use sea_orm::{
    ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _, QueryResult,
    Statement,
};
use uuid::Uuid;

use crate::{
    backend,
    entity::{event, request},
    failure::failed,
    rows::{Cell, instant},
    tx::SqlTx,
};

impl<'tx> RequestStore<'tx> for SqlTx<'tx> {
    async fn earlier_request(
        &mut self,
        request: &RequestKey,
    ) -> Result<Option<EarlierRequest>, StoreError> {
        let backend = self.transaction.get_database_backend();
        let parameter = |number| backend::parameter(backend, number);
        let sql = format!(
            "SELECT fingerprint, resource, created_at, leaf FROM requests WHERE client_id = {} AND key = {}",
            parameter(1),
            parameter(2)
        );
        let key = [
            request.client.as_str().to_owned().into(),
            request.key.as_str().to_owned().into(),
        ];
        let statement = Statement::from_sql_and_values(backend, sql, key);
        let row = self.transaction.query_one_raw(statement).await;
        let row = row.map_err(failed)?;
        row.map(|row| earlier_of(request, &row)).transpose()
    }

    async fn remember_request(
        &mut self,
        request: &RequestKey,
        resource: Uuid,
        leaf: &Leaf,
        at: Instant,
    ) -> Result<(), StoreError> {
        let backend = self.transaction.get_database_backend();
        let values: Vec<String> = (1..=6)
            .map(|number| backend::parameter(backend, number))
            .collect();
        let sql = format!(
            "INSERT INTO requests (client_id, key, fingerprint, resource, created_at, leaf) VALUES ({})",
            values.join(", ")
        );
        let row: [sea_orm::Value; 6] = [
            request.client.as_str().to_owned().into(),
            request.key.as_str().to_owned().into(),
            request.fingerprint.to_vec().into(),
            resource.into(),
            at.as_unix_micros().into(),
            leaf.encode().to_vec().into(),
        ];
        let statement = Statement::from_sql_and_values(backend, sql, row);
        let done = self.transaction.execute_raw(statement).await;
        done.map_err(failed)?;
        Ok(())
    }

    async fn forget_requests(&mut self, before: Instant) -> Result<usize, StoreError> {
        let old = request::Entity::delete_many()
            .filter(request::Column::CreatedAt.lt(before.as_unix_micros()));
        let done = old.exec(&self.transaction).await.map_err(failed)?;
        usize::try_from(done.rows_affected).map_err(|error| StoreError::Defect(error.to_string()))
    }
}

fn earlier_of(request: &RequestKey, row: &QueryResult) -> Result<EarlierRequest, StoreError> {
    let cell = Cell {
        table: "requests",
        row: &request.client,
    };
    let fingerprint: Vec<u8> = row.try_get("", "fingerprint").map_err(failed)?;
    let created_at: i64 = row.try_get("", "created_at").map_err(failed)?;
    let leaf: Option<Vec<u8>> = row.try_get("", "leaf").map_err(failed)?;
    let at = instant(created_at);
    let logged_as = leaf
        .map(|bytes| {
            let leaf = Leaf::decode(&bytes).map_err(|_| cell.corrupt("leaf", "not a leaf"))?;
            Ok::<_, StoreError>(LoggedAs { leaf, at })
        })
        .transpose()?;
    Ok(EarlierRequest {
        fingerprint: fingerprint
            .as_slice()
            .try_into()
            .map_err(|_| cell.corrupt("fingerprint", "not 32 bytes"))?,
        resource: row.try_get("", "resource").map_err(failed)?,
        logged_as,
    })
}

impl<'tx> OpeningStore<'tx> for SqlTx<'tx> {
    async fn opening(&mut self, id: EventId) -> Result<Option<(Leaf, Salt)>, StoreError> {
        let found = event::Entity::find()
            .filter(event::Column::Id.eq(id.as_uuid()))
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let Some(row) = found else {
            return Ok(None);
        };
        let cell = Cell {
            table: "events",
            row: &row.id,
        };
        let salt = <[u8; 32]>::try_from(row.salt.as_slice());
        let salt = salt.map_err(|_| cell.corrupt("salt", "not 32 bytes"))?;
        let class = u8::try_from(row.class).ok();
        let class = class.and_then(|code| LeafClass::try_from(code).ok());
        let leaf = Leaf {
            class: class.ok_or_else(|| cell.corrupt("class", "no class of leaves"))?,
            expiry_year: cell.number("expiry_year", i64::from(row.expiry_year))?,
            commitment: cell.commitment("commitment", &row.commitment)?,
        };
        Ok(Some((leaf, Salt::from_bytes(salt))))
    }
}
