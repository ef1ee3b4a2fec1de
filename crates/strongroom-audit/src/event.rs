//! The event: CloudTrail's record as the facade fills it, its canonical encoding, and its views.

mod cbor;
mod encode;
mod fields;
mod filter;
mod json;
mod record;
mod recorder;
mod schema;

pub use fields::{
    Arn, CrossAccount, Decision, Durability, Event, EventType, Fact, Identity, Named, Resource, Served,
    StrongroomFacts, Who,
};
pub use filter::Filter;
pub use record::{Continues, DecisionView, Delivery, Record};
