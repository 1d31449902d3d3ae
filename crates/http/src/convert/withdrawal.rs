//! Withdrawal notices, in both directions.

use freigabe_contract::{vocabulary::NoticeAnswerKind, withdrawal as wire};
use freigabe_domain::{
    text::ShortText,
    withdrawal::{NoticeAnswer, WithdrawalNotice},
};

use super::{Faults, organisation, timestamp, vocabulary::Mirror};
use crate::problem::ApiError;

/// What an office answers.
pub(crate) fn answer(body: wire::AnswerWithdrawalNotice) -> Result<NoticeAnswer, ApiError> {
    let mut faults = Faults::default();
    let read = match (body.answer, body.legal_basis) {
        (NoticeAnswerKind::Erased, None) => Some(NoticeAnswer::Erased),
        (NoticeAnswerKind::Restricted, None) => Some(NoticeAnswer::Restricted),
        (NoticeAnswerKind::Retained, Some(basis)) => faults
            .keep(
                || "/legal_basis".to_owned(),
                ShortText::parse(basis.as_str()),
            )
            .map(|legal_basis| NoticeAnswer::Retained { legal_basis }),
        (NoticeAnswerKind::Retained, None) => {
            faults.add("/legal_basis", "is needed when the answer is retained");
            None
        }
        (NoticeAnswerKind::Erased | NoticeAnswerKind::Restricted, Some(_)) => {
            faults.add(
                "/legal_basis",
                "must be left out: only what is retained needs a legal basis",
            );
            None
        }
    };
    faults.finish(read)
}

/// A notice, to the office that must answer. The consent is left out: another office may know it, too.
pub(crate) fn notice(notice: &WithdrawalNotice) -> wire::WithdrawalNotice {
    wire::WithdrawalNotice {
        id: notice.id.as_uuid(),
        disclosure_id: notice.disclosure.as_uuid(),
        centre_id: organisation(notice.centre),
        person: notice.person.as_str().into(),
        cause: notice.cause.mirror(),
        issued_at: timestamp(notice.issued_at),
        answer: notice.answer.as_ref().map(|(answer, at)| {
            let (kind, legal_basis) = match answer {
                NoticeAnswer::Erased => (NoticeAnswerKind::Erased, None),
                NoticeAnswer::Restricted => (NoticeAnswerKind::Restricted, None),
                NoticeAnswer::Retained { legal_basis } => (
                    NoticeAnswerKind::Retained,
                    Some(legal_basis.as_str().into()),
                ),
            };
            wire::NoticeAnswer {
                answer: kind,
                legal_basis,
                answered_at: timestamp(*at),
            }
        }),
    }
}
