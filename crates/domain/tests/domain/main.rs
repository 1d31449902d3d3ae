//! The rules of the agreement, as tests: the gate alone, the use cases over a store in memory, and programs that must
//! not compile. The names of the tests are the rules.

#[cfg(test)]
mod access;
#[cfg(test)]
mod exchange;
#[cfg(test)]
mod forbidden;
#[cfg(test)]
mod gate;
#[cfg(test)]
mod given;
#[cfg(test)]
mod log;
#[cfg(test)]
mod memory;
#[cfg(test)]
mod projection;
#[cfg(test)]
mod unit_of_work;
#[cfg(test)]
mod vocabularies;
