//! Everything that needs a database: one program, so that it is linked once.

mod storage;
