//! What the model of AWS says of every operation that is served, told by calls: each member of each request and response,
//! and each error that an operation declares. Requests are JSON, as they are on the wire.
//!
//! The lists are the model's own (`crates/strongroom-api/model/kms-api.json`). What no call can show yet stands in a table
//! with its reason, and an entry that a call shows after all fails the test.

mod crypto;
mod exempt;
mod faults;
mod keys;
mod ledger;
mod naming;
mod refusals;

use ledger::Ledger;

#[test]
fn every_member_and_every_error_of_the_model_is_shown_by_a_call() {
    let mut ledger = Ledger::new();
    keys::show(&mut ledger);
    naming::show(&mut ledger);
    crypto::show(&mut ledger);
    refusals::show(&mut ledger);
    faults::show(&mut ledger);
    ledger.close();
}
