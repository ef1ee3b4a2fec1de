//! What the generator writes: the structures by family, their shapes, patterns and rows. Do not edit.

pub(crate) mod aliases;
pub(crate) mod crypto;
pub(crate) mod errors;
pub(crate) mod grants;
pub(crate) mod keys;
pub(crate) mod material;
pub(crate) mod patterns;
pub(crate) mod policies;
pub(crate) mod rows;
pub(crate) mod shapes;
pub(crate) mod shared;
pub(crate) mod signing;
pub(crate) mod stores;

pub(crate) mod prelude {
    //! What every family names.
    pub(crate) use super::aliases::*;
    pub(crate) use super::crypto::*;
    pub(crate) use super::grants::*;
    pub(crate) use super::keys::*;
    pub(crate) use super::material::*;
    pub(crate) use super::policies::*;
    pub(crate) use super::shapes::*;
    pub(crate) use super::shared::*;
    pub(crate) use super::signing::*;
    pub(crate) use super::stores::*;
    pub(crate) use strongroom_types::row::KeyRole;
    pub(crate) use strongroom_types::structure::DefaultValue;
    pub(crate) use strongroom_types::*;
}

pub(crate) mod types {
    //! What callers see.
    pub use super::aliases::*;
    pub use super::crypto::*;
    pub use super::grants::*;
    pub use super::keys::*;
    pub use super::material::*;
    pub use super::policies::*;
    pub use super::shared::*;
    pub use super::signing::*;
    pub use super::stores::*;
}
