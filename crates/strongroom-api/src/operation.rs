//! Operations as types and as data.

use std::fmt;

use strongroom_types::row::Row;
use strongroom_types::structure::{Shape, Structure};

use crate::partial::Partial;
use crate::table::structure;
use crate::{KmsError, json};

/// A structure of the model as a Rust type.
pub trait Typed: Structure + fmt::Debug + Send + Sync + Sized + 'static {
    /// Its shape.
    const SHAPE: &'static Shape;

    /// From a validated partial of the same shape; `None` if a member that is required or always present is absent, or
    /// a value is not of the model's kind.
    fn complete(partial: Partial) -> Option<Self>;

    /// Reads and validates JSON. `null` is absent, unknown members are passed over.
    ///
    /// # Errors
    /// `SerializationException` for what is no JSON, JSON of other types than the model's, or a response that lacks a
    /// member that Strongroom always sends; `ValidationException` with every violated constraint. A response of someone
    /// else, who may leave out what AWS's model lets him leave out, is read by [`json::decode`] alone.
    fn read(json: &[u8]) -> Result<Self, KmsError> {
        let partial = json::decode(Self::SHAPE, json)?;
        crate::validate(&partial)?;
        // Validation has looked at everything that could be missing or unknown in a request.
        Self::complete(partial).ok_or_else(KmsError::malformed_request)
    }
}

/// An operation of AWS KMS: what goes in, what comes out, and everything that shared machinery must
/// know about it.
pub trait Operation: Sized + 'static {
    /// The request.
    type Input: Typed;
    /// The response; [`NoOutput`] where AWS has none.
    type Output: Typed;
    /// Its row.
    const ROW: Row;
}

structure! {
    #[derive(Clone, PartialEq, Default)]
    NoOutput: NO_OUTPUT
    new {}
    set {}
    list {}
    members {}
}

/// An operation without its types, for those who serve all of them.
#[derive(Debug)]
#[non_exhaustive]
pub struct Description {
    /// Its row.
    pub row: &'static Row,
    /// The request's shape.
    pub input: &'static Shape,
    /// The response's shape, or `None` where AWS answers with an empty body.
    pub output: Option<&'static Shape>,
}

impl Description {
    pub(crate) const fn of<O: Operation>(row: &'static Row) -> Self {
        Self { row, input: O::Input::SHAPE, output: Some(O::Output::SHAPE) }
    }

    /// The same of an operation that answers with an empty body.
    pub(crate) const fn silent<O: Operation<Output = NoOutput>>(row: &'static Row) -> Self {
        Self { row, input: O::Input::SHAPE, output: None }
    }

    /// The value of `X-Amz-Target`: `TrentService.Encrypt` for one.
    #[must_use]
    pub fn target(&self) -> String {
        format!("TrentService.{}", self.row.operation.as_str())
    }
}

/// The operation by AWS's name.
#[must_use]
pub fn describe(operation: strongroom_types::Operation) -> Option<&'static Description> {
    crate::TABLE.iter().find(|d| d.row.operation == operation)
}
