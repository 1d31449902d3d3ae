//! The pages as browsers get them, over a directory in memory.

#[cfg(test)]
mod browser;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod document;
#[cfg(test)]
mod entries;
#[cfg(test)]
mod leaflets;
#[cfg(test)]
mod listed;
#[cfg(test)]
mod search;
#[cfg(test)]
mod style;
