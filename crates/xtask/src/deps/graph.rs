use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What the rules look at: the manifests of the workspace and the graph that cargo resolved from them.
#[derive(Debug, Clone, Default)]
pub(super) struct Graph {
    /// The workspace's members by name.
    pub(super) members: BTreeMap<String, Member>,
    /// Every package by id: several versions of one name are several packages.
    pub(super) packages: BTreeMap<String, Package>,
}

/// The dependencies that a manifest names, under the names of their packages.
#[derive(Debug, Clone, Default)]
pub(super) struct Member {
    /// Under which id the resolved graph knows it.
    pub(super) id: String,
    /// What it is built from: `dependencies` and `build-dependencies`, optional and per-platform ones included.
    pub(super) normal: BTreeSet<String>,
    /// What only its tests, examples and benches use.
    pub(super) dev: BTreeSet<String>,
}

/// A node of the resolved graph.
#[derive(Debug, Clone, Default)]
pub(super) struct Package {
    pub(super) name: String,
    /// The ids of its normal dependencies.
    pub(super) normal: Vec<String>,
}

impl Graph {
    /// The shortest chain of package names from a package to each wanted one that it reaches by normal dependencies.
    /// What lies behind a wanted package is only looked at where another way leads there.
    pub(super) fn chains(&self, from: &str, wanted: impl Fn(&str) -> bool) -> Vec<Vec<&str>> {
        let Some((id, start)) = self.packages.get_key_value(from) else {
            return Vec::new();
        };
        let mut seen = BTreeSet::from([id.as_str()]);
        let mut queue = VecDeque::from([(start, vec![start.name.as_str()])]);
        let mut found = Vec::new();
        while let Some((package, chain)) = queue.pop_front() {
            for next in package.normal.iter().filter(|id| seen.insert(id)) {
                let Some(dependency) = self.packages.get(next) else {
                    continue;
                };
                let mut longer = chain.clone();
                longer.push(&dependency.name);
                if wanted(&dependency.name) {
                    found.push(longer);
                } else {
                    queue.push_back((dependency, longer));
                }
            }
        }
        found
    }
}
