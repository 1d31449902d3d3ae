//! Requests that were carried out.

use freigabe_domain::{
    instant::Instant,
    store::{RequestKey, RequestStore, StoreError},
};
use sea_orm::{ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _};
use uuid::Uuid;

use crate::{entity::request, failure::failed, rows::Cell, tx::SqlTx};

impl<'tx> RequestStore<'tx> for SqlTx<'tx> {
    async fn earlier_request(
        &mut self,
        request: &RequestKey,
    ) -> Result<Option<([u8; 32], Uuid)>, StoreError> {
        let key = (
            request.client.as_str().to_owned(),
            request.key.as_str().to_owned(),
        );
        let found = request::Entity::find_by_id(key)
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        let cell = Cell {
            table: "requests",
            row: &request.client,
        };
        found
            .map(|row| {
                let fingerprint = row
                    .fingerprint
                    .as_slice()
                    .try_into()
                    .map_err(|_| cell.corrupt("fingerprint", "not 32 bytes"))?;
                Ok((fingerprint, row.resource))
            })
            .transpose()
    }

    async fn remember_request(
        &mut self,
        request: &RequestKey,
        resource: Uuid,
        at: Instant,
    ) -> Result<(), StoreError> {
        let row = request::ActiveModel {
            client_id: Set(request.client.as_str().to_owned()),
            key: Set(request.key.as_str().to_owned()),
            fingerprint: Set(request.fingerprint.to_vec()),
            resource: Set(resource),
            created_at: Set(at.as_unix_micros()),
            leaf: Set(None),
        };
        request::Entity::insert(row)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn forget_requests(&mut self, before: Instant) -> Result<usize, StoreError> {
        let old = request::Entity::delete_many()
            .filter(request::Column::CreatedAt.lt(before.as_unix_micros()));
        let done = old.exec(&self.transaction).await.map_err(failed)?;
        usize::try_from(done.rows_affected).map_err(|error| StoreError::Defect(error.to_string()))
    }
}
