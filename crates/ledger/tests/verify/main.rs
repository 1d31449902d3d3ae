//! What a verifier finds, over logs that are put together here: everything that can become of an event, and every kind of
//! change. Events are simple; what those of Freigabe look like is not this crate's to know.

#![allow(
    clippy::single_range_in_vec_init,
    reason = "ranges of leaves are given as lists, and some lists have one"
)]

#[cfg(test)]
mod book;
#[cfg(test)]
mod changes;
#[cfg(test)]
mod promises;
#[cfg(test)]
mod public;
#[cfg(test)]
mod states;
