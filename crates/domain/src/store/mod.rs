//! What the domain needs from a store, and the unit of work that it runs in.
//!
//! A store offers transactions; [`unit_of_work`] is the only way to get one. It says for whom each is carried out
//! ([`Scope`]), brands it with a lifetime of its own, retries the whole closure on a serialisation conflict, and lets the result out only after the commit.

mod access;
mod contact;
mod contact_pair;
mod directory;
mod erasure;
mod error;
mod examination;
mod handover;
mod involvement;
mod log;
mod page;
mod ports;
mod regional;
mod scope;
mod security_notice;
mod unit_of_work;

pub use access::{AccessStore, CountedRequest, SingleUse};
pub use contact::ContactStore;
pub use contact_pair::{ContactPairStore, GapQuery, PairsOf};
pub use directory::{CentreQuery, DirectoryStore};
pub use erasure::{Clean, ErasureStore};
pub use error::{CorruptRecord, StoreError};
pub use examination::ExaminationStore;
pub use handover::HandoverStore;
pub use involvement::{InvolvementStore, ReferralStore};
pub use log::LogStore;
pub use page::{Cursor, Page, PageRequest};
pub use ports::{
    AuditStore, ConsentStore, DisclosureStore, EarlierRequest, FormStore, IdempotencyKey,
    IdempotencyKeyError, Lock, NoticeStore, OfficeQuery, OfficeStore, OpeningStore, RequestKey,
    RequestStore, StoredCase, Tx,
};
pub use regional::RegionalStore;
pub use scope::Scope;
pub use security_notice::SecurityNoticeStore;
pub use unit_of_work::{
    Begin, Brand, Mode, Store, unit_of_work, unit_of_work_releasing, unit_of_work_releasing_contact,
};

/// All the ports' methods in scope: `use crate::store::prelude::*`.
pub mod prelude {
    pub use super::{
        AccessStore as _, AuditStore as _, Clean as _, ConsentStore as _, ContactPairStore as _,
        ContactStore as _, DirectoryStore as _, DisclosureStore as _, ErasureStore as _,
        ExaminationStore as _, FormStore as _, HandoverStore as _, InvolvementStore as _,
        LogStore as _, NoticeStore as _, OfficeStore as _, OpeningStore as _, ReferralStore as _,
        RegionalStore as _, RequestStore as _, SecurityNoticeStore as _, Store as _, Tx as _,
    };
}
