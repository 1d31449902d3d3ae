//! Notices to offices that something they collected was withdrawn.

use freigabe_contract::{
    query::{NoticeFilter, PageQuery},
    withdrawal::{AnswerWithdrawalNotice, WithdrawalNotice, WithdrawalNoticePage},
};
use uuid::Uuid;

use crate::{call::Call, client::Client, error::Error};

impl Client {
    /// `listWithdrawalNotices`: the office's notices, oldest first; only those without an answer if `open_only`.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn list_withdrawal_notices(
        &self,
        open_only: bool,
        page: &PageQuery,
    ) -> Result<WithdrawalNoticePage, Error> {
        let filter = NoticeFilter {
            open: open_only.then_some(true),
        };
        Call::get("listWithdrawalNotices", &["v1", "withdrawal-notices"])
            .query(&filter)?
            .query(page)?
            .fetch(self)
            .await
    }

    /// `getWithdrawalNotice`: one notice.
    ///
    /// # Errors
    /// What the server refuses; what goes wrong on the way.
    pub async fn get_withdrawal_notice(&self, id: Uuid) -> Result<WithdrawalNotice, Error> {
        let path = ["v1", "withdrawal-notices", &id.to_string()];
        Call::get("getWithdrawalNotice", &path).fetch(self).await
    }

    /// `answerWithdrawalNotice`: says what the office did with what it had collected.
    ///
    /// # Errors
    /// Status 409 when it was answered already; what else the server refuses; what goes wrong on the way.
    pub async fn answer_withdrawal_notice(
        &self,
        id: Uuid,
        answer: &AnswerWithdrawalNotice,
        idempotency_key: Option<&str>,
    ) -> Result<WithdrawalNotice, Error> {
        let path = [
            "v1",
            "withdrawal-notices",
            &id.to_string(),
            "acknowledgement",
        ];
        Call::post("answerWithdrawalNotice", &path)
            .json(answer)?
            .idempotent(idempotency_key, self)?
            .fetch(self)
            .await
    }
}
