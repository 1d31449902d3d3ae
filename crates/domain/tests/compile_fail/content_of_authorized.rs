// Rule: what is allowed but not recorded can't be read.

use freigabe_domain::disclosure::{Authorized, Content, Disclosure};

fn read<'a>(authorized: &'a Disclosure<Authorized<'_>>) -> Option<&'a Content> {
    authorized.content()
}

fn main() {}
