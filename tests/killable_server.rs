//! The server that the tests kill between two statements. See `freigabe_testkit::killable`.

fn main() {
    freigabe_testkit::killable::main();
}
