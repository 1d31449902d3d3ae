// Rule: what is only asked for can't be read.

use freigabe_domain::disclosure::{Content, Disclosure, Requested};

fn read(requested: &Disclosure<Requested>) -> Option<&Content> {
    requested.content()
}

fn main() {}
