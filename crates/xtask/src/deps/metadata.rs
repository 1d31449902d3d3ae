//! The graph as `cargo metadata` tells it.

use serde::Deserialize;

use super::graph::{Graph, Member, Package};
use crate::failure::Failure;
use crate::process;

#[derive(Deserialize)]
struct Metadata {
    packages: Vec<Manifest>,
    workspace_members: Vec<String>,
    resolve: Resolve,
}

#[derive(Deserialize)]
struct Manifest {
    id: String,
    name: String,
    dependencies: Vec<Declared>,
}

#[derive(Deserialize)]
struct Declared {
    name: String,
    kind: Option<String>,
}

#[derive(Deserialize)]
struct Resolve {
    nodes: Vec<Node>,
}

#[derive(Deserialize)]
struct Node {
    id: String,
    deps: Vec<Edge>,
}

#[derive(Deserialize)]
struct Edge {
    pkg: String,
    dep_kinds: Vec<EdgeKind>,
}

#[derive(Deserialize)]
struct EdgeKind {
    kind: Option<String>,
}

/// Asks cargo. The graph holds what any member's features and any platform turn on, so it may be larger than what
/// one crate is built from, never smaller.
pub(super) fn read() -> Result<Graph, Failure> {
    let text =
        process::read(process::cargo().args(["metadata", "--format-version=1", "--locked"]))?;
    parse(&text).map_err(|error| Failure::new(format!("cannot read cargo's metadata: {error}")))
}

fn parse(text: &str) -> serde_json::Result<Graph> {
    let metadata: Metadata = serde_json::from_str(text)?;
    let mut graph = Graph::default();
    for manifest in metadata.packages {
        let package = Package {
            name: manifest.name.clone(),
            normal: Vec::new(),
        };
        graph.packages.insert(manifest.id.clone(), package);
        if metadata.workspace_members.contains(&manifest.id) {
            graph
                .members
                .insert(manifest.name.clone(), member(manifest));
        }
    }
    for node in metadata.resolve.nodes {
        if let Some(package) = graph.packages.get_mut(&node.id) {
            let normal = node.deps.into_iter().filter(Edge::is_normal);
            package.normal.extend(normal.map(|edge| edge.pkg));
        }
    }
    Ok(graph)
}

fn member(manifest: Manifest) -> Member {
    let mut member = Member {
        id: manifest.id,
        ..Member::default()
    };
    for dependency in manifest.dependencies {
        let kind = match dependency.kind.as_deref() {
            Some("dev") => &mut member.dev,
            _ => &mut member.normal,
        };
        kind.insert(dependency.name);
    }
    member
}

impl Edge {
    fn is_normal(&self) -> bool {
        self.dep_kinds.iter().any(|kind| kind.kind.is_none())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn kinds_of_dependencies_are_told_apart() {
        let text = json!({
            "packages": [
                { "id": "a#1", "name": "a", "dependencies": [
                    { "name": "b", "kind": null },
                    { "name": "c", "kind": "build" },
                    { "name": "d", "kind": "dev" },
                ] },
                { "id": "b#1", "name": "b", "dependencies": [] },
                { "id": "d#1", "name": "d", "dependencies": [] },
            ],
            "workspace_members": ["a#1"],
            "resolve": { "nodes": [
                { "id": "a#1", "deps": [
                    { "pkg": "b#1", "dep_kinds": [{ "kind": "dev" }, { "kind": null }] },
                    { "pkg": "d#1", "dep_kinds": [{ "kind": "dev" }] },
                ] },
            ] },
        });
        let graph = parse(&text.to_string()).unwrap();
        assert_eq!(graph.members.len(), 1);
        let member = &graph.members["a"];
        assert_eq!(member.id, "a#1");
        assert!(member.normal.iter().eq(["b", "c"]));
        assert!(member.dev.iter().eq(["d"]));
        assert_eq!(graph.packages["a#1"].normal, ["b#1"]);
    }
}
