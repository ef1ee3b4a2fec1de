//! One strict JSON reader with positions, and one writer. Not recursive, no allocation but for strings with
//! escapes, bounded in depth.

mod reader;
mod writer;

pub use reader::{JsonError, JsonErrorKind, Reader, Span, Token};
pub use writer::Writer;
