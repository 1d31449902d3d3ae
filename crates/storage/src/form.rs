//! The register of consent forms.

use freigabe_domain::{
    consent::{ConsentForm, FormKind},
    instant::Instant,
    store::{FormStore, StoreError},
    text::Reference,
    vocabulary::Language,
};
use sea_orm::{
    ActiveValue::Set, ConnectionTrait as _, EntityTrait as _, QueryOrder as _,
    sea_query::OnConflict,
};

use crate::{backend::by_bytes, entity::consent_form, failure::failed, rows::Cell, tx::SqlTx};

fn form_of(row: &consent_form::Model) -> Result<ConsentForm, StoreError> {
    let cell = Cell {
        table: "consent_forms",
        row: &row.version,
    };
    Ok(ConsentForm {
        kind: cell.code("kind", FormKind::from_code, &row.kind)?,
        version: Reference::parse(row.version.as_str())
            .map_err(|_| cell.corrupt("version", "not a reference"))?,
        language: cell.code("language", Language::from_code, &row.language)?,
    })
}

impl<'tx> FormStore<'tx> for SqlTx<'tx> {
    async fn consent_forms(&mut self) -> Result<Vec<ConsentForm>, StoreError> {
        let backend = self.transaction.get_database_backend();
        let rows = consent_form::Entity::find()
            .order_by_asc(by_bytes(backend, consent_form::Column::Kind))
            .order_by_asc(by_bytes(backend, consent_form::Column::Version))
            .order_by_asc(by_bytes(backend, consent_form::Column::Language))
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.iter().map(form_of).collect()
    }

    async fn insert_consent_form(
        &mut self,
        form: &ConsentForm,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let row = consent_form::ActiveModel {
            kind: Set(form.kind.code().to_owned()),
            version: Set(form.version.as_str().to_owned()),
            language: Set(form.language.code().to_owned()),
            added_at: Set(at.as_unix_micros()),
        };
        let columns = [
            consent_form::Column::Kind,
            consent_form::Column::Version,
            consent_form::Column::Language,
        ];
        let insert = consent_form::Entity::insert(row)
            .on_conflict(OnConflict::columns(columns).do_nothing().to_owned())
            .exec_without_returning(&self.transaction);
        Ok(insert.await.map_err(failed)? > 0)
    }
}
