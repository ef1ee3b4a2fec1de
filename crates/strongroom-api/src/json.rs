//! JSON in and out, driven by the shapes: no structure has code of its own here.

mod decode;
mod encode;
mod time;

pub use decode::decode;
pub use encode::encode;

/// The deepest JSON that is read. The model nests 5 deep; unknown members may be deeper.
pub const MAX_DEPTH: u32 = 16;
