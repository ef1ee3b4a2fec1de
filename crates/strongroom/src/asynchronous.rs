//! Calls whose caller awaits them.
//!
//! A call begins when its future is first polled, on the task that polls it: short cryptography and the append to the record
//! are done there. What would wait is done elsewhere, and is done to its end whatever becomes of the future.
//! `docs/design/0011-asynchronous-calls.md` says why.

mod background;
mod conclude;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

pub(crate) use conclude::Concluder;
use strongroom_api::{KmsError, Partial, Typed as _};
use strongroom_audit::Error as LogError;
use strongroom_types::{Operation, Ticket};

use crate::Error;
use crate::client::{Call, Client};
use crate::core::Core;
use crate::dispatch::{Begun, Handler, Served, row};
use crate::gate::internal;
use crate::journal::Syncing;
use crate::json::{JsonAnswer, RequestId};
use crate::lane::{Committing, Lane, Task};
use crate::observe::{self, Paused};
use crate::trace::Trace;

/// A call that is awaited, as [`Call`]s and the methods of [`Client`] give it.
///
/// The call begins when this is first polled, and is done to its end from then on: whoever drops this loses the answer, and
/// nothing else. It is `Send`, and any executor may poll it. Inside of a tokio runtime slow work goes to that runtime's
/// blocking threads, elsewhere to a thread of its own.
#[must_use = "nothing happens before it is polled"]
pub struct Sending<T>(Pin<Box<dyn Future<Output = T> + Send>>);

impl<T> Sending<T> {
    fn new(future: impl Future<Output = T> + Send + 'static) -> Self {
        Self(Box::pin(future))
    }
}

impl<T> Future for Sending<T> {
    type Output = T;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<T> {
        self.0.as_mut().poll(context)
    }
}

impl<T> fmt::Debug for Sending<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sending(..)")
    }
}

impl<O: Served, F> IntoFuture for Call<'_, O, F> {
    type Output = Result<O::Output, Error>;
    type IntoFuture = Sending<Self::Output>;

    /// Does it without blocking the thread that polls. The same call as [`send`](Call::send)'s, with the same errors.
    fn into_future(self) -> Self::IntoFuture {
        match self.into_parts() {
            Ok((client, input)) => O::serve_later(client, input),
            Err(error) => Sending::new(std::future::ready(Err(error.into()))),
        }
    }
}

impl Client {
    /// [`run`](Self::run) for whoever awaits it.
    ///
    /// ```
    /// use strongroom::types::GenerateRandomRequest;
    /// use strongroom::{Caller, Kms, ops};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), strongroom::Error> {
    /// let client = Kms::in_memory()?.client(Caller::root())?;
    /// let random = client.run_async::<ops::GenerateRandom>(GenerateRandomRequest::new().number_of_bytes(32)).await?;
    /// assert_eq!(random.plaintext.expose_secret().len(), 32);
    /// # Ok(())
    /// # }
    /// ```
    pub fn run_async<O: Served>(&self, input: O::Input) -> Sending<Result<O::Output, Error>> {
        O::serve_later(self.clone(), input)
    }

    /// [`call_json`](Self::call_json) for whoever awaits it. The request is read before this returns.
    ///
    /// ```
    /// use strongroom::{Caller, Kms, Operation};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), strongroom::Error> {
    /// let client = Kms::in_memory()?.client(Caller::root())?;
    /// let answer = client.call_json_async(Operation::GenerateRandom, br#"{"NumberOfBytes": 32}"#).await;
    /// assert!(answer.result?.is_some_and(|json| json.expose_secret().starts_with(br#"{"Plaintext":""#)));
    /// # Ok(())
    /// # }
    /// ```
    pub fn call_json_async(&self, operation: Operation, request: &[u8]) -> Sending<JsonAnswer> {
        match crate::generated::serve(operation) {
            Some(serve) => (serve.later)(self.clone(), request),
            None => {
                let unknown = JsonAnswer { request_id: None, result: Err(KmsError::unknown_operation().into()) };
                Sending::new(std::future::ready(unknown))
            }
        }
    }
}

/// The entry of an operation.
pub(crate) fn serve<O: Handler>(client: Client, input: O::Input) -> Sending<Result<O::Output, Error>> {
    Sending::new(async { asked::<O>(client, Asked::Request(input)).await.1 })
}

/// Its entry on JSON.
pub(crate) fn serve_json<O: Handler>(client: Client, request: &[u8]) -> Sending<JsonAnswer> {
    let asked_for = match crate::json::read::<O>(request) {
        Ok(input) => Asked::Request(input),
        Err((partial, error)) => Asked::Refused(partial.unwrap_or_else(|| Partial::empty(O::Input::SHAPE)), error),
    };
    Sending::new(async {
        let (request_id, result) = asked::<O>(client, asked_for).await;
        JsonAnswer { request_id, result: result.map(|output| crate::json::written::<O>(&output)) }
    })
}

/// What a caller asks for.
enum Asked<O: Handler> {
    Request(O::Input),
    /// What could be read of a request that is none, and why it is none.
    Refused(Partial, KmsError),
}

/// What came of a call on its task.
enum Here<T> {
    /// All of it.
    Done(Result<T, Error>),
    /// Its answer, which leaves when this is ready.
    Unsynced(Result<T, Error>, Syncing, Paused),
    /// Its answer, which leaves when this is concluded.
    Submitted(T, Box<Committing>, Begun, Paused),
    /// It is begun again on a thread.
    Left(Option<Begun>, Paused),
}

type Outcome<T> = (Option<RequestId>, Result<T, Error>);

async fn asked<O: Handler>(client: Client, asked: Asked<O>) -> Outcome<O::Output> {
    let mut id = None;
    match here::<O>(&client, &asked, &mut id) {
        Here::Done(result) => (id, result),
        Here::Unsynced(result, syncing, observed) => {
            let synced = syncing.await.unwrap_or(Err(LogError::Closed));
            let result = client.core.journal.synced(synced).and(result);
            observed.resume().end(result.as_ref().err());
            (id, result)
        }
        Here::Submitted(output, committing, begun, observed) => {
            let (completer, ticket) = Ticket::pair();
            conclude::Call { client, asked, begun, output, committing, observed }.hand_over(completer);
            ticket.await.unwrap_or_else(|_| (id, Err(internal("the thread that did the call is gone"))))
        }
        Here::Left(begun, observed) => {
            let (completer, ticket) = Ticket::pair();
            background::run(move || completer.complete(there::<O>(&client, &asked, begun, observed)));
            ticket.await.unwrap_or_else(|_| (id, Err(internal("the thread that did the call is gone"))))
        }
    }
}

/// Does a call on the task that polls it, if nothing has to be waited for.
fn here<O: Handler>(client: &Client, asked: &Asked<O>, id: &mut Option<RequestId>) -> Here<O::Output> {
    let core = &client.core;
    let observed = observe::Call::begin(row::<O>(), client.region, client.caller.account);
    if core.journal.is_behind() {
        return Here::Left(None, observed.pause());
    }
    let begun = match core.usable().and_then(|()| core.begun()) {
        Ok(begun) => begun,
        Err(error) => {
            observed.end(Some(&error));
            return Here::Done(Err(error));
        }
    };
    *id = Some(RequestId::of(&begun.draw));
    if begun.regression.is_some() {
        return Here::Left(Some(begun), observed.pause());
    }
    let task = Task::default();
    let result = core.tried::<O>(&observed, Lane::Task(&task), &begun, client, asked);
    if task.has_left() {
        return Here::Left(Some(begun), observed.pause());
    }
    let result = match (result, task.committing()) {
        (Ok(output), Some(committing)) => {
            return Here::Submitted(output, Box::new(committing), begun, observed.pause());
        }
        (result, _) => result,
    };
    if let Some(moment) = task.settling() {
        let core = Arc::clone(core);
        background::run(move || core.settle_if_due(moment));
    }
    match task.syncing() {
        Some(syncing) => Here::Unsynced(result, syncing, observed.pause()),
        None => {
            observed.end(result.as_ref().err());
            Here::Done(result)
        }
    }
}

/// Does a call on a thread that may wait: the path of every call.
fn there<O: Handler>(client: &Client, asked: &Asked<O>, begun: Option<Begun>, observed: Paused) -> Outcome<O::Output> {
    let core = &client.core;
    let observed = observed.resume();
    let mut id = None;
    let begun = core.usable().and_then(|()| core.ready()).and_then(|()| begun.map_or_else(|| core.begun(), Ok));
    let result = begun.and_then(|mut begun| {
        id = Some(RequestId::of(&begun.draw));
        match begun.regression.take() {
            Some(regression) => core.failed::<O>(&observed, &begun, client, asked, regression),
            None => core.tried::<O>(&observed, Lane::Thread, &begun, client, asked),
        }
    });
    observed.end(result.as_ref().err());
    (id, result)
}

impl Core {
    fn tried<O: Handler>(
        &self,
        observed: &observe::Call,
        lane: Lane<'_>,
        begun: &Begun,
        client: &Client,
        asked: &Asked<O>,
    ) -> Result<O::Output, Error> {
        let (caller, region, Begun { moment, draw, .. }) = (&*client.caller, client.region, begun);
        match asked {
            Asked::Request(input) => {
                let trace =
                    || Trace::new(row::<O>(), caller, region, input, draw, *moment).within(observed, None).on(lane);
                self.tries::<O>(trace, caller, region, input)
            }
            Asked::Refused(partial, error) => {
                let trace =
                    Trace::new(row::<O>(), caller, region, partial, draw, *moment).within(observed, None).on(lane);
                self.fail(&trace, error.clone().into())
            }
        }
    }

    fn failed<O: Handler>(
        &self,
        observed: &observe::Call,
        begun: &Begun,
        client: &Client,
        asked: &Asked<O>,
        error: Error,
    ) -> Result<O::Output, Error> {
        let trace = Trace::new(row::<O>(), &client.caller, client.region, asked.request(), &begun.draw, begun.moment);
        self.fail(&trace.within(observed, None), error)
    }
}
