//! What the generator writes from the model.

pub(crate) mod calls;
mod client;
mod served;

use std::marker::PhantomData;

use strongroom_types::Operation;

use crate::dispatch::Served;
use crate::json::Serve;

/// Asks for `O`'s handler: where it has one, the inherent constant comes before the trait's.
struct Serves<O>(PhantomData<O>);

impl<O: Served> Serves<O> {
    const IT: Option<Serve> = Some(O::JSON);
}

/// The answer where there is none.
trait Otherwise {
    const IT: Option<Serve> = None;
}

impl<O> Otherwise for Serves<O> {}

/// The operations that this version of Strongroom serves, in alphabetical order.
///
/// ```
/// use strongroom::Operation;
///
/// assert!(strongroom::served().any(|operation| operation == Operation::Encrypt));
/// ```
pub fn served() -> impl Iterator<Item = Operation> {
    served::SERVED.iter().filter(|(_, serve)| serve.is_some()).map(|(operation, _)| *operation)
}

/// How an operation is done on JSON, if it is served.
pub(crate) fn serve(operation: Operation) -> Option<Serve> {
    served::SERVED.iter().find(|(other, _)| *other == operation).and_then(|(_, serve)| *serve)
}
