//! Withdrawal notices.

use freigabe_domain::{
    ids::{ConsentId, DisclosureId, OrganisationId, WithdrawalNoticeId},
    instant::Instant,
    office::OfficeId,
    store::{Cursor, NoticeStore, Page, PageRequest, StoreError},
    text::ShortText,
    withdrawal::{NoticeAnswer, NoticeCause, WithdrawalNotice},
};
use sea_orm::{
    ActiveValue::Set, ColumnTrait as _, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, sea_query::Expr,
};

use crate::{
    entity::withdrawal_notice::{ActiveModel, Column, Entity, Model},
    failure::{at_most_one, failed},
    rows::{Cell, instant},
    tx::{SqlTx, after_ascending},
};

fn notice_of(row: Model) -> Result<WithdrawalNotice, StoreError> {
    let cell = Cell {
        table: "withdrawal_notices",
        row: &row.id,
    };
    let answer = match (row.answer.as_deref(), row.answered_at) {
        (None, None) => None,
        (Some("erased"), Some(at)) => Some((NoticeAnswer::Erased, instant(at))),
        (Some("restricted"), Some(at)) => Some((NoticeAnswer::Restricted, instant(at))),
        (Some("retained"), Some(at)) => {
            let legal_basis = ShortText::parse(row.legal_basis.clone().unwrap_or_default());
            let legal_basis =
                legal_basis.map_err(|_| cell.corrupt("legal_basis", "not a short text"))?;
            Some((NoticeAnswer::Retained { legal_basis }, instant(at)))
        }
        _ => return Err(cell.corrupt("answer", "unknown code")),
    };
    Ok(WithdrawalNotice {
        id: WithdrawalNoticeId::from_uuid(row.id),
        disclosure: DisclosureId::from_uuid(row.disclosure_id),
        consent: ConsentId::from_uuid(row.consent_id),
        centre: OrganisationId::from_uuid(row.centre_id),
        office: cell.office("office_id", &row.office_id)?,
        person: cell.pseudonym("person", &row.person)?,
        cause: cell.code("cause", NoticeCause::from_code, &row.cause)?,
        issued_at: instant(row.issued_at),
        answer,
    })
}

fn row_of(notice: &WithdrawalNotice) -> ActiveModel {
    ActiveModel {
        id: Set(notice.id.as_uuid()),
        disclosure_id: Set(notice.disclosure.as_uuid()),
        consent_id: Set(notice.consent.as_uuid()),
        centre_id: Set(notice.centre.as_uuid()),
        office_id: Set(notice.office.as_str().to_owned()),
        person: Set(notice.person.as_str().to_owned()),
        cause: Set(notice.cause.code().to_owned()),
        issued_at: Set(notice.issued_at.as_unix_micros()),
        answer: Set(notice
            .answer
            .as_ref()
            .map(|(answer, _)| answer.code().to_owned())),
        legal_basis: Set(notice
            .answer
            .as_ref()
            .and_then(|(answer, _)| legal_basis(answer))),
        answered_at: Set(notice.answer.as_ref().map(|(_, at)| at.as_unix_micros())),
    }
}

fn legal_basis(answer: &NoticeAnswer) -> Option<String> {
    match answer {
        NoticeAnswer::Retained { legal_basis } => Some(legal_basis.as_str().to_owned()),
        NoticeAnswer::Erased | NoticeAnswer::Restricted => None,
    }
}

impl<'tx> NoticeStore<'tx> for SqlTx<'tx> {
    async fn insert_notices(&mut self, notices: &[WithdrawalNotice]) -> Result<(), StoreError> {
        for batch in notices.chunks(1_000) {
            let rows = batch.iter().map(row_of);
            Entity::insert_many(rows)
                .exec_without_returning(&self.transaction)
                .await
                .map_err(failed)?;
        }
        Ok(())
    }

    async fn notice(
        &mut self,
        id: WithdrawalNoticeId,
    ) -> Result<Option<WithdrawalNotice>, StoreError> {
        let row = Entity::find_by_id(id.as_uuid())
            .one(&self.transaction)
            .await
            .map_err(failed)?;
        row.map(notice_of).transpose()
    }

    async fn notices(
        &mut self,
        office: &OfficeId,
        open_only: bool,
        page: PageRequest,
    ) -> Result<Page<WithdrawalNotice>, StoreError> {
        let mut select = Entity::find().filter(Column::OfficeId.eq(office.as_str()));
        if open_only {
            select = select.filter(Column::Answer.is_null());
        }
        if let Some(after) = page.after {
            select = select.filter(after_ascending(Column::IssuedAt, Column::Id, after));
        }
        let rows = select
            .order_by_asc(Column::IssuedAt)
            .order_by_asc(Column::Id)
            .limit(u64::from(page.limit) + 1)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        let notices = rows
            .into_iter()
            .map(notice_of)
            .collect::<Result<Vec<_>, _>>()?;
        Ok(Page::cut(notices, page.limit, |n| Cursor {
            at: n.issued_at,
            id: n.id.as_uuid(),
        }))
    }

    async fn notices_of(
        &mut self,
        consent: ConsentId,
    ) -> Result<Vec<WithdrawalNotice>, StoreError> {
        let rows = Entity::find()
            .filter(Column::ConsentId.eq(consent.as_uuid()))
            .order_by_asc(Column::IssuedAt)
            .order_by_asc(Column::Id)
            .all(&self.transaction)
            .await
            .map_err(failed)?;
        rows.into_iter().map(notice_of).collect()
    }

    async fn answer_notice(
        &mut self,
        id: WithdrawalNoticeId,
        answer: &NoticeAnswer,
        at: Instant,
    ) -> Result<bool, StoreError> {
        let changed = Entity::update_many()
            .col_expr(Column::Answer, Expr::value(answer.code()))
            .col_expr(Column::LegalBasis, Expr::value(legal_basis(answer)))
            .col_expr(Column::AnsweredAt, Expr::value(at.as_unix_micros()))
            .filter(Column::Id.eq(id.as_uuid()))
            .filter(Column::Answer.is_null())
            .exec(&self.transaction)
            .await
            .map_err(failed)?;
        at_most_one("answer_notice", changed.rows_affected)
    }
}
