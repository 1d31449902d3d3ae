//! The program as a user runs it.

#[cfg(test)]
mod clients;
#[cfg(test)]
mod place;
#[cfg(test)]
mod story;
