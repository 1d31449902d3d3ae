//! An attacker with a linear program: knows what is shown, all sums, that numbers are not negative, and the threshold.

use microlp::{ComparisonOp, Error, OptimizationDirection, Problem, SolveOutcome, Variable};

use super::super::{AreaIndex, Column, Table, Threshold};

/// What was learned.
#[derive(Debug, Clone, PartialEq)]
#[expect(dead_code, reason = "read in messages of failed tests")]
pub(super) enum Breach {
    /// A withheld number is known.
    Exact { cell: usize, at: f64 },
    /// A small number is known better than it may be.
    Narrow { cell: usize, from: f64, to: f64 },
    /// A small number is shown.
    Shown { cell: usize },
}

/// All equations that hold of a table: cells with their signs, which add up to zero. The redundant ones too.
fn equations(table: &Table) -> Vec<Vec<(usize, f64)>> {
    let width = table.columns().count();
    let at = |area: AreaIndex, column: usize| area.get() * width + column;
    let areas = table.areas();
    let mut equations = Vec::new();
    for area in areas.iter() {
        if width > 1 {
            equations.push(
                (0..width)
                    .map(|column| {
                        (
                            at(area, column),
                            if column + 1 == width { -1.0 } else { 1.0 },
                        )
                    })
                    .collect(),
            );
        }
        if !areas.is_leaf(area) {
            for column in 0..width {
                equations.push(
                    areas
                        .iter()
                        .filter(|below| areas.parent(*below) == Some(area))
                        .map(|below| (at(below, column), 1.0))
                        .chain([(at(area, column), -1.0)])
                        .collect(),
                );
            }
        }
    }
    equations
}

/// The least or most a withheld cell can be, if no withheld cell is below `least`.
fn bound(
    equations: &[Vec<(usize, f64)>],
    counts: &[u64],
    withheld: &[bool],
    (cell, most): (usize, bool),
    least: f64,
) -> f64 {
    let mut problem = Problem::new(if most {
        OptimizationDirection::Maximize
    } else {
        OptimizationDirection::Minimize
    });
    let variables: Vec<Option<Variable>> = withheld
        .iter()
        .enumerate()
        .map(|(at, withheld)| {
            let weight = if at == cell { 1.0 } else { 0.0 };
            withheld.then(|| problem.add_var(weight, (least, f64::INFINITY)))
        })
        .collect();
    for equation in equations {
        let unknown: Vec<(Variable, f64)> = equation
            .iter()
            .filter_map(|(at, sign)| variables[*at].map(|variable| (variable, *sign)))
            .collect();
        let known: f64 = equation
            .iter()
            .filter(|(at, _)| !withheld[*at])
            .map(|(at, sign)| sign * counts[*at] as f64)
            .sum();
        if !unknown.is_empty() {
            problem.add_constraint(unknown.as_slice(), ComparisonOp::Eq, -known);
        }
    }
    match problem.solve() {
        Ok(SolveOutcome::Solution(solution)) => solution.objective(),
        Ok(SolveOutcome::Interrupted(_)) => panic!("no limit was set"),
        Err(Error::Unbounded) => f64::INFINITY,
        Err(error) => panic!("the table itself is a solution: {error}"),
    }
}

/// Everything an attacker learns.
pub(super) fn breaches(table: &Table, withheld: &[bool], threshold: Threshold) -> Vec<Breach> {
    sample(table, withheld, threshold, 1)
}

/// As [`breaches`], of every so-manieth cell only.
pub(super) fn sample(
    table: &Table,
    withheld: &[bool],
    threshold: Threshold,
    every: usize,
) -> Vec<Breach> {
    const CLOSE: f64 = 1e-6;
    let columns: Vec<Column> = table.columns().collect();
    let counts: Vec<u64> = table
        .areas()
        .iter()
        .flat_map(|area| columns.iter().map(move |column| (area, *column)))
        .map(|(area, column)| table.count(area, column))
        .collect();
    let equations = equations(table);
    // Whoever knows that zeros are shown knows that nothing withheld is zero, unless everything is withheld.
    let zeros_shown = withheld.iter().any(|withheld| !withheld);
    let mut breaches = Vec::new();
    for (cell, count) in counts.iter().enumerate() {
        let small = *count > 0 && *count < threshold.get();
        if !withheld[cell] {
            if small {
                breaches.push(Breach::Shown { cell });
            }
            continue;
        }
        if cell % every != 0 {
            continue;
        }
        for least in if zeros_shown {
            vec![0.0, 1.0]
        } else {
            vec![0.0]
        } {
            let [from, to] =
                [false, true].map(|most| bound(&equations, &counts, withheld, (cell, most), least));
            if to - from < CLOSE {
                breaches.push(Breach::Exact { cell, at: from });
            } else if small
                && ((least == 0.0 && from > CLOSE) || to < threshold.get() as f64 - CLOSE)
            {
                breaches.push(Breach::Narrow { cell, from, to });
            }
        }
    }
    breaches
}
