//! Calls whose request and answer are AWS's JSON: what a wire protocol serves. No operation is named here.

use std::any::TypeId;
use std::fmt;

use strongroom_api::types::NoOutput;
use strongroom_api::{KmsError, Partial, Typed as _, json};
use strongroom_types::{KeyId, Operation, Region, Secret};

use crate::caller::CallerContext;
use crate::client::Client;
use crate::core::Core;
use crate::dispatch::{Begun, Handler, row};
use crate::draw::Draw;
use crate::trace::Trace;
use crate::{Error, observe};

/// The id of a call: `requestID` in the record, `x-amzn-RequestId` on the wire. A version 4 UUID (RFC 9562 §5.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RequestId([u8; 16]);

impl RequestId {
    pub(crate) fn of(draw: &Draw) -> Self {
        Self(draw.request_id())
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The bits of version and variant are set already.
        write!(f, "{}", KeyId::from_random(self.0))
    }
}

impl fmt::Debug for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RequestId({self})")
    }
}

/// What came of a call in JSON.
#[derive(Debug)]
#[non_exhaustive]
pub struct JsonAnswer {
    /// The call's id; `None` if it ended before it had one, and so before it was recorded.
    pub request_id: Option<RequestId>,
    /// The answer in JSON, wiped when it is dropped; `None` where AWS answers with an empty body.
    pub result: Result<Option<Secret>, Error>,
}

/// Serves one operation.
#[derive(Debug, Clone, Copy)]
pub struct Serve {
    now: fn(&Client, &[u8]) -> JsonAnswer,
    #[cfg(feature = "tokio")]
    pub(crate) later: fn(Client, &[u8]) -> crate::Sending<JsonAnswer>,
}

impl Serve {
    pub(crate) const fn of<O: Handler>() -> Self {
        Self {
            now: serve::<O>,
            #[cfg(feature = "tokio")]
            later: crate::asynchronous::serve_json::<O>,
        }
    }
}

impl Client {
    /// Does one operation on a request in AWS's JSON, and answers in AWS's JSON. The same call as of the builders: the
    /// same checks, the same record. A request that is none is recorded too.
    ///
    /// ```
    /// use strongroom::{Caller, Kms, Operation};
    ///
    /// # fn main() -> Result<(), strongroom::Error> {
    /// let client = Kms::in_memory()?.client(Caller::root())?;
    /// let answer = client.call_json(Operation::GenerateRandom, br#"{"NumberOfBytes": 32}"#);
    /// assert!(answer.result?.is_some_and(|json| json.expose_secret().starts_with(br#"{"Plaintext":""#)));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// An operation that this version does not [serve](crate::served) is an `UnknownOperationException`, and not recorded.
    #[must_use]
    pub fn call_json(&self, operation: Operation, request: &[u8]) -> JsonAnswer {
        match crate::generated::serve(operation) {
            Some(serve) => (serve.now)(self, request),
            None => JsonAnswer { request_id: None, result: Err(KmsError::unknown_operation().into()) },
        }
    }
}

/// The entry of an operation.
fn serve<O: Handler>(client: &Client, request: &[u8]) -> JsonAnswer {
    let mut request_id = None;
    let result = client.core.call_json::<O>(&client.caller, client.region, request, &mut request_id);
    JsonAnswer { request_id, result }
}

impl Core {
    fn call_json<O: Handler>(
        &self,
        caller: &CallerContext,
        region: Region,
        request: &[u8],
        id: &mut Option<RequestId>,
    ) -> Result<Option<Secret>, Error> {
        match read::<O>(request) {
            Ok(input) => self.called::<O>(caller, region, &input, id).map(|output| written::<O>(&output)),
            Err((partial, error)) => self.refused::<O>(caller, region, partial, error.into(), id),
        }
    }

    /// Records a call whose request is none.
    fn refused<O: Handler>(
        &self,
        caller: &CallerContext,
        region: Region,
        partial: Option<Partial>,
        error: Error,
        id: &mut Option<RequestId>,
    ) -> Result<Option<Secret>, Error> {
        let observed = observe::Call::begin(row::<O>(), region, caller.account);
        let result = (|| {
            self.usable()?;
            self.ready()?;
            let Begun { moment, regression, draw } = self.begun()?;
            *id = Some(RequestId::of(&draw));
            let partial = partial.unwrap_or_else(|| Partial::empty(O::Input::SHAPE));
            let trace = Trace::new(row::<O>(), caller, region, &partial, &draw, moment).within(&observed, None);
            self.fail(&trace, regression.unwrap_or(error))
        })();
        observed.end(result.as_ref().err());
        result
    }
}

/// A request; or what of it could be read, and why it is none.
pub(crate) fn read<O: Handler>(request: &[u8]) -> Result<O::Input, (Option<Partial>, KmsError)> {
    let partial = json::decode(O::Input::SHAPE, request).map_err(|error| (None, error))?;
    if let Err(error) = crate::dispatch::shaped::<O>(&partial) {
        return Err((Some(partial), error));
    }
    // Validation has looked at everything that could be missing or unknown in a request.
    O::Input::complete(partial).ok_or_else(|| (None, KmsError::serialization("the request is not what the model says")))
}

pub(crate) fn written<O: Handler>(output: &O::Output) -> Option<Secret> {
    if TypeId::of::<O::Output>() == TypeId::of::<NoOutput>() {
        return None;
    }
    let mut out = Vec::new();
    json::encode(output, &mut out);
    Some(Secret::from(out))
}
