// Rule: a transaction's brand is not for the choosing. Only the unit of work begins one.

use std::marker::PhantomData;

use freigabe_domain::store::{Begin, Mode, Scope, Store};

async fn with_a_brand_of_my_own<S: Store>(store: &S) {
    let _ = store.begin(Begin(PhantomData), &Scope::Upkeep, Mode::Write).await;
}

async fn with_a_brand_of_another<'tx, S: Store>(store: &S, begin: &Begin<'tx>) {
    let _ = store.begin(begin.clone(), &Scope::Upkeep, Mode::Write).await;
}

fn main() {}
