//! `cargo xtask check-deps`: who depends on whom.

mod graph;
mod metadata;
mod rules;

use crate::failure::Failure;

/// Holds the workspace against the rules and lists every violation.
pub(crate) fn check() -> Result<(), Failure> {
    let graph = metadata::read()?;
    let violations = rules::violations(&graph);
    if violations.is_empty() {
        println!(
            "{} workspace members keep the dependency rules",
            graph.members.len()
        );
        return Ok(());
    }
    let list: String = violations
        .iter()
        .map(|line| format!("\n  - {line}"))
        .collect();
    Err(Failure::new(format!(
        "the dependency rules (crates/xtask/src/deps/rules.rs) are broken:{list}"
    )))
}
