// Rule: only the unit of work says that something was committed.

use freigabe_domain::{
    disclosure::{Disclosure, Recorded, Released},
    store::Committed,
};

fn claimed(recorded: Disclosure<Recorded>) -> Disclosure<Released> {
    Committed(recorded).released()
}

fn constructed(recorded: Disclosure<Recorded>) -> Disclosure<Released> {
    Committed::new(recorded).released()
}

fn main() {}
