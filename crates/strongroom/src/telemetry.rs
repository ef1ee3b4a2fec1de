//! What a strongroom tells `tracing`, by the names under which it tells it (feature `tracing`).
//!
//! - **A span for each call**, named [`CALL`], target [`TARGET`], level `INFO`: the operation, the Region and the account from
//!   the start, the request id and the key's ARN once they are known, and [`ERROR_TYPE`] at its end if it failed. It is entered
//!   while the call runs, so that what a custody backend or a store tells stands inside it.
//! - **An event for whatever the strongroom does on its own**: what its record calls service events (keys that are deleted,
//!   rotations, orphans that are destroyed, a log that is opened anew), level `INFO`, by [`EVENT_NAME`]; and what goes wrong
//!   between calls: [`STALLED`] and [`CUSTODY_FAILED`], level `WARN`; [`CAUGHT_UP`] and [`RECOVERED`], level `INFO`.
//!
//! Names are those of OpenTelemetry's conventions for AWS SDKs where there is one. No field holds a plaintext, key material, a
//! token, an encryption context or a policy. It is a copy for operators and not the record: what a subscriber drops, or
//! a subscriber that panics, changes no call. Where nobody listens, a call allocates nothing for it.

/// The target of all spans and events.
pub const TARGET: &str = "strongroom";
/// The name of the span of a call.
pub const CALL: &str = "strongroom.call";
/// Always `aws-api`.
pub const RPC_SYSTEM: &str = "rpc.system";
/// Always `KMS`.
pub const RPC_SERVICE: &str = "rpc.service";
/// The operation, `Encrypt` for one.
pub const RPC_METHOD: &str = "rpc.method";
/// The request id, which stands in the record as `requestID`.
pub const REQUEST_ID: &str = "aws.request_id";
/// The Region of the client.
pub const REGION: &str = "cloud.region";
/// The caller's account.
pub const ACCOUNT: &str = "cloud.account.id";
/// The ARN of the call's key, or of what an event is about.
pub const KEY: &str = "aws.kms.key.arn";
/// The error's code, as the record has it; not there if all went well.
pub const ERROR_TYPE: &str = "error.type";
/// Why, in words, for what went wrong between calls.
pub const ERROR_MESSAGE: &str = "error.message";
/// What happened: a name of the record, or one of those below.
pub const EVENT_NAME: &str = "event.name";
/// How many.
pub const COUNT: &str = "strongroom.count";

/// Something stands between what was committed and what is recorded; calls are refused until it is settled.
pub const STALLED: &str = "Stalled";
/// It was settled.
pub const CAUGHT_UP: &str = "CaughtUp";
/// Events were committed and not yet in the record when the strongroom was opened; now they are.
pub const RECOVERED: &str = "Recovered";
/// The custody failed, with a fault of its own.
pub const CUSTODY_FAILED: &str = "CustodyFailed";
