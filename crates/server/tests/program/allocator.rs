//! The program's own allocator (decision 0023).

use super::place::Place;

/// What the allocator says of its settings when the program ends, asked by the variable that operators have.
fn settings(conf: &str) -> String {
    let place = Place::new("allocator");
    let mut command = place.command(&["--version"]);
    let output = command.env("MALLOC_CONF", conf).output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn one_arena_serves_all_threads_unless_an_operator_says_otherwise() {
    let built = settings("stats_print:true");
    assert!(built.contains("opt.narenas: 1\n"), "{built}");
    assert!(built.contains("opt.dirty_decay_ms: 1000 "), "{built}");
    let changed = settings("stats_print:true,narenas:3");
    assert!(changed.contains("opt.narenas: 3\n"), "{changed}");
}
