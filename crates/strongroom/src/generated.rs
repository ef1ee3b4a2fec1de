//! What the generator writes from the model.

mod client;
mod served;

use std::marker::PhantomData;

use strongroom_types::Operation;

use crate::dispatch::Served;

/// Asks whether `O` has a handler: where it has, the inherent constant comes before the trait's.
struct Serves<O>(PhantomData<O>);

impl<O: Served> Serves<O> {
    const IT: bool = true;
}

/// The answer where there is none.
trait Otherwise {
    const IT: bool = false;
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
    served::SERVED.iter().filter(|(_, served)| *served).map(|(operation, _)| *operation)
}
