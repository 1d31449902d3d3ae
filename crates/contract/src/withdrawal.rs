//! Notices to offices that something they collected was withdrawn.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    Pseudonym, ShortText, Timestamp,
    page::page,
    vocabulary::{NoticeAnswerKind, NoticeCause},
};

/// A notice to an office that something it collected was withdrawn. The office must answer what it did with it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(examples(crate::examples::withdrawal_notice))]
pub struct WithdrawalNotice {
    /// Its identifier.
    pub id: Uuid,
    /// The collected disclosure.
    pub disclosure_id: Uuid,
    /// The centre: its organisation's identifier.
    pub centre_id: Uuid,
    /// What this office knows the person by.
    pub person: Pseudonym,
    /// Why the office is told.
    pub cause: NoticeCause,
    /// When it was issued: at the withdrawal itself.
    pub issued_at: Timestamp,
    /// The answer; absent while the notice is open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub answer: Option<NoticeAnswer>,
}

/// The office's answer to a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NoticeAnswer {
    /// What the office did.
    pub answer: NoticeAnswerKind,
    /// The legal basis, when it was retained.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub legal_basis: Option<ShortText>,
    /// When it answered.
    pub answered_at: Timestamp,
}

/// What an office answers to a notice.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(examples(crate::examples::answer_withdrawal_notice))]
pub struct AnswerWithdrawalNotice {
    /// What the office did.
    pub answer: NoticeAnswerKind,
    /// The legal basis: required when the answer is `retained`, and to be left out otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub legal_basis: Option<ShortText>,
}

page! {
    /// A page of an office's withdrawal notices, oldest first.
    WithdrawalNoticePage of WithdrawalNotice
}
