//! Tests of the log's arithmetic and formats from outside, as a third party's verifier uses them.

#[cfg(test)]
mod damaged;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod fuzzed;
#[cfg(test)]
mod given;
#[cfg(test)]
mod naive;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod ours;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod receipts;
#[cfg(test)]
mod samples;
#[cfg(test)]
mod served;
#[cfg(test)]
mod tiles;
#[cfg(test)]
mod trees;
#[cfg(test)]
mod vectors;
#[cfg(test)]
mod witnesses;
