//! What comes between: another transaction at any point, a database that is gone at any point, a connection that breaks
//! during the commit. Whatever it is, a deed is done whole, once, or not at all; and what was not done can be asked for again.

mod database;
mod deeds;
mod disk;
mod injected;
mod lost_connection;
mod pool;
mod proofs;
