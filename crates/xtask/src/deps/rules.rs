//! The rules, and the check of a graph against them.

use std::collections::BTreeSet;

use super::graph::{Graph, Member};

const TESTKIT: &str = "freigabe-testkit";

/// Runtimes, web, database and network: what the inner crates are kept free of. A star stands for any ending.
const OUTER_WORLD: &[&str] = &["actix*", "reqwest", "sea-orm*", "sqlx*", "tokio*"];

const SQL: &[&str] = &["sea-orm*", "sqlx*"];

/// What one member of the workspace may use.
struct Rule {
    member: &'static str,
    /// Members that it may use.
    may_use: MayUse,
    /// Foreign crates that its manifest must not name.
    must_not_name: &'static [&'static str],
    /// Foreign crates that its manifest must not name for tests and benches.
    tests_must_not_name: &'static [&'static str],
    /// Crates that it must not reach, through however many others.
    must_not_reach: &'static [&'static str],
}

/// Members of the workspace that another may use. Whoever may use some at all may use the test kit in its tests.
enum MayUse {
    Nothing,
    Only(&'static [&'static str]),
    AllButTestkit,
    All,
}

const RULES: &[Rule] = &[
    Rule {
        member: "freigabe-ledger",
        may_use: MayUse::Only(&[]),
        must_not_name: OUTER_WORLD,
        tests_must_not_name: OUTER_WORLD,
        must_not_reach: OUTER_WORLD,
    },
    Rule {
        member: "freigabe-domain",
        may_use: MayUse::Only(&["freigabe-ledger"]),
        must_not_name: OUTER_WORLD,
        tests_must_not_name: OUTER_WORLD,
        must_not_reach: OUTER_WORLD,
    },
    Rule {
        member: "freigabe-contract",
        may_use: MayUse::Only(&[]),
        must_not_name: OUTER_WORLD,
        tests_must_not_name: OUTER_WORLD,
        must_not_reach: SQL,
    },
    Rule {
        member: "freigabe-storage",
        may_use: MayUse::Only(&["freigabe-domain", "freigabe-ledger"]),
        must_not_name: &[],
        tests_must_not_name: &[],
        must_not_reach: &[],
    },
    Rule {
        member: "freigabe-http",
        may_use: MayUse::Only(&["freigabe-contract", "freigabe-domain"]),
        must_not_name: SQL,
        tests_must_not_name: SQL,
        must_not_reach: &["freigabe-storage", "sea-orm*", "sqlx*"],
    },
    // Pages for people: what they show they get from use cases.
    Rule {
        member: "freigabe-console",
        may_use: MayUse::Only(&["freigabe-contract", "freigabe-domain"]),
        must_not_name: SQL,
        tests_must_not_name: SQL,
        must_not_reach: &["freigabe-storage", "sea-orm*", "sqlx*"],
    },
    Rule {
        member: "freigabe-client",
        may_use: MayUse::Only(&["freigabe-contract", "freigabe-ledger"]),
        must_not_name: &["actix*", "sea-orm*"],
        tests_must_not_name: &["sea-orm*"],
        must_not_reach: &[],
    },
    // It judges the log, and shares nothing with it but the arithmetic.
    Rule {
        member: "freigabe-witness",
        may_use: MayUse::Only(&["freigabe-ledger"]),
        must_not_name: &["sea-orm*"],
        tests_must_not_name: &["sea-orm*"],
        must_not_reach: &["freigabe-domain", "freigabe-storage"],
    },
    // It says what the program shall do, and is not built from it.
    Rule {
        member: "freigabe-model",
        may_use: MayUse::Nothing,
        must_not_name: OUTER_WORLD,
        tests_must_not_name: OUTER_WORLD,
        must_not_reach: &["sea-orm*", "sqlx*"],
    },
    Rule {
        member: "freigabe-server",
        may_use: MayUse::AllButTestkit,
        must_not_name: &[],
        tests_must_not_name: &[],
        must_not_reach: &[],
    },
    Rule {
        member: TESTKIT,
        may_use: MayUse::All,
        must_not_name: &[],
        tests_must_not_name: &[],
        must_not_reach: &[],
    },
    Rule {
        member: "freigabe-tests",
        may_use: MayUse::All,
        must_not_name: &[],
        tests_must_not_name: &[],
        must_not_reach: &[],
    },
    Rule {
        member: "xtask",
        may_use: MayUse::Nothing,
        must_not_name: &[],
        tests_must_not_name: &[],
        must_not_reach: &[],
    },
];

/// Every violation of the rules, one sentence each.
pub(super) fn violations(graph: &Graph) -> Vec<String> {
    let mut found = Vec::new();
    for (name, member) in &graph.members {
        let Some(rule) = RULES.iter().find(|rule| rule.member == name) else {
            found.push(format!(
                "{name} is a member of the workspace that no rule speaks of: add one before adding the crate"
            ));
            continue;
        };
        found.extend(wrong_members(graph, rule, member));
        found.extend(wrong_foreign_crates(rule, member));
        found.extend(wrong_reach(graph, rule, member));
    }
    found
}

fn wrong_members(graph: &Graph, rule: &Rule, member: &Member) -> Vec<String> {
    let members = |names: &BTreeSet<String>| -> Vec<String> {
        let known = names
            .iter()
            .filter(|name| graph.members.contains_key(*name));
        known.cloned().collect()
    };
    let mut found = Vec::new();
    for used in members(&member.normal) {
        if !rule.may_use.in_builds(&used) {
            found.push(format!(
                "{} depends on {used}, but {}",
                rule.member,
                rule.may_use.said()
            ));
        }
    }
    for used in members(&member.dev) {
        if !rule.may_use.in_tests(&used) {
            found.push(format!(
                "{} depends on {used} for its tests, but {}",
                rule.member,
                rule.may_use.said()
            ));
        }
    }
    found
}

fn wrong_foreign_crates(rule: &Rule, member: &Member) -> Vec<String> {
    let builds = member
        .normal
        .iter()
        .filter(|name| any_matches(rule.must_not_name, name))
        .map(|name| format!("{} must not depend on {name}", rule.member));
    let tests = member
        .dev
        .iter()
        .filter(|name| any_matches(rule.tests_must_not_name, name))
        .map(|name| {
            format!(
                "{} must not depend on {name}, not even for its tests",
                rule.member
            )
        });
    builds.chain(tests).collect()
}

fn wrong_reach(graph: &Graph, rule: &Rule, member: &Member) -> Vec<String> {
    graph
        .chains(&member.id, |name| any_matches(rule.must_not_reach, name))
        .into_iter()
        // A chain of two is a line of the manifest, which the other rules speak of.
        .filter(|chain| chain.len() > 2)
        .map(|chain| {
            let last = chain.last().copied().unwrap_or_default();
            let chain = chain.join(" → ");
            format!("{} must not reach {last}, but does: {chain}", rule.member)
        })
        .collect()
}

impl MayUse {
    fn in_builds(&self, member: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Only(list) => list.contains(&member),
            Self::AllButTestkit => member != TESTKIT,
            Self::All => true,
        }
    }

    fn in_tests(&self, member: &str) -> bool {
        match self {
            Self::Nothing => false,
            Self::Only(list) => list.contains(&member) || member == TESTKIT,
            Self::AllButTestkit | Self::All => true,
        }
    }

    fn said(&self) -> String {
        match self {
            Self::Nothing => "may use no other member of the workspace".to_owned(),
            Self::Only([]) => {
                format!("may use no other member of the workspace (in tests {TESTKIT})")
            }
            Self::Only(list) => {
                format!("may only use {} (in tests also {TESTKIT})", list.join(", "))
            }
            Self::AllButTestkit => format!("may use {TESTKIT} in tests only"),
            Self::All => "may use every member".to_owned(),
        }
    }
}

fn any_matches(patterns: &[&str], name: &str) -> bool {
    patterns
        .iter()
        .any(|pattern| match pattern.strip_suffix('*') {
            Some(beginning) => name.starts_with(beginning),
            None => *pattern == name,
        })
}

#[cfg(test)]
mod tests {
    use super::super::graph::Package;
    use super::*;

    /// A graph from lines of manifests; every line is also an edge of the resolved graph. Ids are names.
    struct Plan(Graph);

    impl Plan {
        /// The workspace as the design draws it, with one foreign crate each where it matters.
        fn of_the_design() -> Self {
            let mut plan = Self(Graph::default());
            for rule in RULES {
                let member = Member {
                    id: rule.member.to_owned(),
                    ..Member::default()
                };
                plan.0.members.insert(rule.member.to_owned(), member);
                plan.package(rule.member);
            }
            for (from, to) in [
                ("freigabe-domain", "freigabe-ledger"),
                ("freigabe-domain", "serde"),
                ("freigabe-storage", "freigabe-domain"),
                ("freigabe-storage", "freigabe-ledger"),
                ("freigabe-storage", "sea-orm"),
                ("freigabe-storage", "tokio"),
                ("freigabe-http", "freigabe-domain"),
                ("freigabe-http", "freigabe-contract"),
                ("freigabe-http", "actix-web"),
                ("freigabe-console", "freigabe-domain"),
                ("freigabe-console", "freigabe-contract"),
                ("freigabe-console", "actix-web"),
                ("freigabe-client", "freigabe-contract"),
                ("freigabe-client", "tokio"),
                ("freigabe-witness", "freigabe-ledger"),
                ("freigabe-witness", "actix-web"),
                ("freigabe-witness", "sqlx"),
                ("freigabe-server", "freigabe-http"),
                ("freigabe-server", "freigabe-console"),
                ("freigabe-server", "freigabe-witness"),
                ("freigabe-server", "freigabe-storage"),
                ("freigabe-testkit", "freigabe-storage"),
                ("freigabe-tests", "freigabe-testkit"),
            ] {
                plan = plan.with(from, to);
            }
            plan.with_dev("freigabe-http", TESTKIT)
                .with_dev("freigabe-domain", "proptest")
        }

        fn with(mut self, from: &str, to: &str) -> Self {
            if let Some(member) = self.0.members.get_mut(from) {
                member.normal.insert(to.to_owned());
            }
            self.package(to);
            self.package(from).normal.push(to.to_owned());
            self
        }

        fn with_dev(mut self, from: &str, to: &str) -> Self {
            let member = self.0.members.get_mut(from).unwrap();
            member.dev.insert(to.to_owned());
            self.package(to);
            self
        }

        fn package(&mut self, name: &str) -> &mut Package {
            let package = self.0.packages.entry(name.to_owned()).or_default();
            package.name = name.to_owned();
            package
        }

        #[track_caller]
        fn breaks(&self, expected: &[&str]) {
            assert_eq!(violations(&self.0), expected);
        }

        #[track_caller]
        fn breaks_somewhere(&self, beginning: &str) {
            let found = violations(&self.0);
            assert!(
                found.iter().any(|line| line.starts_with(beginning)),
                "no violation begins with {beginning:?}: {found:#?}"
            );
        }
    }

    #[test]
    fn the_design_keeps_the_rules() {
        Plan::of_the_design().breaks(&[]);
    }

    #[test]
    fn http_naming_storage_is_reported_once() {
        Plan::of_the_design()
            .with("freigabe-http", "freigabe-storage")
            .breaks(&[
                "freigabe-http depends on freigabe-storage, but may only use freigabe-contract, \
                 freigabe-domain (in tests also freigabe-testkit)",
            ]);
    }

    #[test]
    fn http_reaching_storage_behind_a_third_crate_is_reported() {
        Plan::of_the_design()
            .with("freigabe-http", "innocent")
            .with("innocent", "freigabe-storage")
            .breaks(
                &["freigabe-http must not reach freigabe-storage, but does: \
                 freigabe-http → innocent → freigabe-storage"],
            );
    }

    #[test]
    fn pages_know_neither_the_storage_nor_the_edge() {
        for other in ["freigabe-storage", "freigabe-http"] {
            Plan::of_the_design()
                .with("freigabe-console", other)
                .breaks_somewhere(&format!("freigabe-console depends on {other}, but"));
        }
        Plan::of_the_design()
            .with("freigabe-console", "sea-orm")
            .breaks(&["freigabe-console must not depend on sea-orm"]);
    }

    #[test]
    fn a_second_version_of_a_crate_does_not_hide_what_it_uses() {
        let mut plan = Plan::of_the_design().with("freigabe-http", "innocent");
        let second = Package {
            name: "innocent".to_owned(),
            normal: vec!["sea-orm".to_owned()],
        };
        plan.0.packages.insert("innocent 2".to_owned(), second);
        let serde = plan.package("serde");
        serde.normal.push("innocent 2".to_owned());
        plan.breaks_somewhere(
            "freigabe-http must not reach sea-orm, but does: \
             freigabe-http → freigabe-domain → serde → innocent → sea-orm",
        );
    }

    #[test]
    fn the_domain_reaching_a_runtime_is_reported() {
        Plan::of_the_design()
            .with("serde", "tokio-util")
            .breaks(&["freigabe-domain must not reach tokio-util, but does: \
                       freigabe-domain → serde → tokio-util"]);
    }

    #[test]
    fn forbidden_foreign_crates_are_reported_by_name_and_by_family() {
        for (member, foreign) in [
            ("freigabe-ledger", "reqwest"),
            ("freigabe-domain", "actix-web"),
            ("freigabe-contract", "sea-orm-migration"),
            ("freigabe-http", "sqlx-core"),
            ("freigabe-console", "sqlx-core"),
            ("freigabe-client", "actix-web"),
        ] {
            Plan::of_the_design()
                .with(member, foreign)
                .breaks_somewhere(&format!("{member} must not depend on {foreign}"));
        }
    }

    #[test]
    fn dev_dependencies_are_judged_by_rules_of_their_own() {
        Plan::of_the_design()
            .with_dev("freigabe-domain", "trybuild")
            .with_dev("freigabe-domain", "tokio")
            .breaks(&["freigabe-domain must not depend on tokio, not even for its tests"]);
        Plan::of_the_design()
            .with_dev("freigabe-client", "freigabe-http")
            .breaks(&[
                "freigabe-client depends on freigabe-http for its tests, but may only use \
                 freigabe-contract, freigabe-ledger (in tests also freigabe-testkit)",
            ]);
    }

    #[test]
    fn the_test_kit_never_gets_into_a_build() {
        Plan::of_the_design()
            .with("freigabe-server", TESTKIT)
            .breaks(&["freigabe-server depends on freigabe-testkit, but may use freigabe-testkit in tests only"]);
        Plan::of_the_design()
            .with("freigabe-ledger", TESTKIT)
            .breaks_somewhere(
                "freigabe-ledger depends on freigabe-testkit, but may use no other member",
            );
    }

    #[test]
    fn chores_stand_alone() {
        Plan::of_the_design()
            .with_dev("xtask", TESTKIT)
            .breaks(&["xtask depends on freigabe-testkit for its tests, but may use no other member of the workspace"]);
    }

    #[test]
    fn a_witness_shares_nothing_with_what_it_judges_but_the_arithmetic() {
        Plan::of_the_design()
            .with("freigabe-witness", "freigabe-storage")
            .breaks_somewhere("freigabe-witness depends on freigabe-storage");
        Plan::of_the_design()
            .with("freigabe-storage", "freigabe-witness")
            .breaks_somewhere("freigabe-storage depends on freigabe-witness");
    }

    #[test]
    fn an_unknown_member_is_reported() {
        let mut plan = Plan::of_the_design();
        plan.0
            .members
            .insert("newcomer".to_owned(), Member::default());
        plan.breaks_somewhere("newcomer is a member of the workspace that no rule speaks of");
    }

    #[test]
    fn all_violations_are_listed() {
        let plan = Plan::of_the_design()
            .with("freigabe-domain", "tokio")
            .with("freigabe-client", "freigabe-domain")
            .with_dev("freigabe-http", "sqlx");
        plan.breaks_somewhere("freigabe-domain must not depend on tokio");
        plan.breaks_somewhere("freigabe-client depends on freigabe-domain");
        plan.breaks_somewhere("freigabe-http must not depend on sqlx, not even");
    }
}
