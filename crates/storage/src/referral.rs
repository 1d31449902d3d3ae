//! Referral notices.

use freigabe_domain::{
    directory::LanguageCode,
    ids::{CentreId, ReferralNoticeId},
    office::OfficeId,
    referral::{NewReferral, ReferralMedium, ReferralNotice},
    store::{Cursor, Page, PageRequest, ReferralStore, StoreError},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _,
};

use crate::{
    entity::referral_notice::{ActiveModel, Column, Entity, Model},
    failure::failed,
    rows::{Cell, instant, to_text},
    tx::{SqlTx, after_descending},
};

fn notice_of(row: Model) -> Result<ReferralNotice, StoreError> {
    let cell = Cell {
        table: "referral_notices",
        row: &row.id,
    };
    let language = LanguageCode::parse(&row.language);
    let centres: Vec<CentreId> = cell.json("centres", row.centres.as_bytes())?;
    let version = |version| cell.number("leaflet_version", version);
    Ok(ReferralNotice {
        id: ReferralNoticeId::from_uuid(row.id),
        office: cell.office("office_id", &row.office_id)?,
        recorded_at: instant(row.recorded_at),
        referral: NewReferral {
            told_at: instant(row.told_at),
            language: language.map_err(|_| cell.corrupt("language", "not a language"))?,
            medium: cell.code("medium", ReferralMedium::from_code, &row.medium)?,
            leaflet_version: row.leaflet_version.map(version).transpose()?,
            centres,
        },
    })
}

fn row_of(notice: &ReferralNotice) -> Result<ActiveModel, StoreError> {
    let referral = &notice.referral;
    let centres = to_text(&referral.centres)?;
    Ok(ActiveModel {
        id: Set(notice.id.as_uuid()),
        office_id: Set(notice.office.as_str().to_owned()),
        recorded_at: Set(notice.recorded_at.as_unix_micros()),
        told_at: Set(referral.told_at.as_unix_micros()),
        language: Set(referral.language.code().to_owned()),
        medium: Set(referral.medium.code().to_owned()),
        leaflet_version: Set(referral.leaflet_version.map(i64::from)),
        centres: Set(centres),
    })
}

impl<'tx> ReferralStore<'tx> for SqlTx<'tx> {
    async fn insert_referral(&mut self, notice: &ReferralNotice) -> Result<(), StoreError> {
        Entity::insert(row_of(notice)?)
            .exec_without_returning(&self.transaction)
            .await
            .map_err(failed)?;
        Ok(())
    }

    async fn referral(
        &mut self,
        id: ReferralNoticeId,
    ) -> Result<Option<ReferralNotice>, StoreError> {
        let row = Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(notice_of).transpose()
    }

    async fn referrals(
        &mut self,
        office: &OfficeId,
        page: PageRequest,
    ) -> Result<Page<ReferralNotice>, StoreError> {
        let mut select = Entity::find().filter(Column::OfficeId.eq(office.as_str()));
        if let Some(after) = page.after {
            select = select.filter(after_descending(Column::RecordedAt, Column::Id, after));
        }
        let rows = select
            .order_by_desc(Column::RecordedAt)
            .order_by_desc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let notices = rows
            .into_iter()
            .map(notice_of)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(notices, page.limit, |notice| Cursor {
            at: notice.recorded_at,
            id: notice.id.as_uuid(),
        }))
    }
}
