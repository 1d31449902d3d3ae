//! Trainings (agreement, point 6): the network supports the training of the police.
//!
//! ```text
//! requested ──the other side agrees──▶ agreed ──either side──▶ held ──the office──▶ evaluated
//!     │                                   │
//!     └──▶ declined                       └──either side──▶ cancelled
//! ```
//!
//! An office asks for one, of a host of its choice or of the network as a whole; or a host offers one to offices. Nothing of it is about a
//! case: no type here holds an identifier of one, and a pseudonym in a text is refused.

mod numbers;
mod record;
mod steps;
mod terms;

pub use numbers::{Attendance, Grade, NumberError, Seats};
pub use record::{Evaluation, Material, NewMaterial, Plan, Training, TrainingState};
pub use terms::{Audience, FileHash, FileHashError, NewTraining, TrainingTerms, TrainingTopic};
