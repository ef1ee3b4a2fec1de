//! The event: CloudTrail's record as the facade fills it, its canonical encoding, and its views.

mod fields;
mod record;
pub use record::Record;

pub use fields::{
    Arn, CrossAccount, Decision, Durability, Event, EventType, Fact, Identity, Named, Resource, Served,
    StrongroomFacts, Who,
};
