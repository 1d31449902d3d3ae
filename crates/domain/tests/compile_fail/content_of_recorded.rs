// Rule: what is recorded but not committed can't be read.

use freigabe_domain::disclosure::{Content, Disclosure, Recorded};

fn read(recorded: &Disclosure<Recorded<'_>>) -> Option<&Content> {
    recorded.content()
}

fn take_apart(recorded: Disclosure<Recorded<'_>>) -> Option<Content> {
    recorded.state.content
}

fn main() {}
