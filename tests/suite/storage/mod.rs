//! What only the database can get wrong: each rule on SQLite and on PostgreSQL.

mod concurrency;
mod constraints;
mod corruption;
mod expiry;
mod isolation;
mod log;
mod opening;
mod plans;
mod raw;
mod roles;
mod sealing;
mod statements;
