//! JSON in and out, driven by the shapes: no structure has code of its own here.

mod decode;
mod encode;
mod time;

pub use decode::decode;
pub use encode::encode;

/// The deepest JSON that is read. The model nests 5 deep; unknown members may be deeper.
pub const MAX_DEPTH: u32 = 16;

/// The most items of a list that are read: AWS's longest, the tags of a key, has 50. An item of three
/// bytes becomes a value of more than a hundred.
pub const MAX_ITEMS: usize = 1_000;
