//! The program as a user runs it.

#[cfg(test)]
#[cfg(all(target_os = "linux", target_env = "gnu"))]
mod allocator;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod log;
#[cfg(test)]
mod nodes;
#[cfg(test)]
mod partners;
#[cfg(test)]
mod place;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod rotation;
#[cfg(test)]
mod story;
#[cfg(test)]
mod verify;
#[cfg(test)]
mod witness;
