//! Consents (agreement, point 4). Field names follow ISO/IEC TS 27560 where it has them.

mod form;
mod receipt;
mod request;
mod response;
mod terms;

pub use form::{ConsentForm, ConsentForms};
pub use receipt::{ConsentReceipt, ReceiptService, ReceiptText};
pub use request::{RecordConsent, ReviseConsent};
pub use response::{
    Consent, ConsentEvent, ConsentPage, ConsentRevision, ConsentSummary, SCHEMA_VERSION, Withdrawal,
};
pub use terms::{
    Assent, ConsentTerms, Conversation, Evidence, Exclusion, Grant, Grantor, LegalHalf, Mediation,
    Notice, Retention,
};
