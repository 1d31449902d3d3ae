//! The protocol as a model: what nodes, database, clients, log and witnesses can do, one step at a time and in every order,
//! and what must hold whatever they do. A model checker (`stateright`) visits every state that can be reached.
//!
//! Three models, each as small as its promises allow, since what they share is one transaction:
//!
//! - [`gate`]: consents, revisions, releases, collections, withdrawals, repeated requests, broken commits, killed nodes and
//!   clocks that are off. Promises 1, 2, and the half of 3 that ends with the commit.
//! - [`admission`]: a proof of possession opens once, whichever node it is shown to.
//! - [`log`]: from the commit on: queue, tree, signature, witnesses, receipts, and a database that was put back. The other half of 3.
//!
//! Each model can be told to make a mistake that a real system could make, at one place ([`gate::Mistake`],
//! [`admission::Mistake`], [`log::Mistake`]). `tests/exhaustive.rs` holds that without a mistake no promise breaks in any
//! state, and that with each of them the promise breaks that it endangers: a promise that no mistake can break says nothing.
//!
//! The model is no proof of the program. It shows that the protocol is right if each step is what the program does; that
//! the program does it is what the histories of `tests/` are for.

pub mod admission;
pub mod gate;
pub mod log;
