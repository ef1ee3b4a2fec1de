//! Argon2id over `argon2`.

use argon2::{Algorithm, Argon2, Block, Params, Version};
use strongroom_crypto::{Argon2idParams, CryptoError, CryptoErrorKind, PasswordKdf, Validation};
use zeroize::Zeroize as _;

/// Argon2id.
#[derive(Debug)]
pub(crate) struct Argon2id;

impl PasswordKdf for Argon2id {
    fn argon2id(
        &self,
        password: &[u8],
        salt: &[u8],
        params: Argon2idParams,
        out: &mut [u8],
    ) -> Result<(), CryptoError> {
        if !(16..=64).contains(&salt.len()) || !(16..=64).contains(&out.len()) {
            return Err(CryptoErrorKind::InvalidInput.into());
        }
        let params = Params::new(params.memory_kib(), params.passes(), params.lanes(), Some(out.len()))
            .map_err(|_| CryptoErrorKind::InvalidInput)?;
        // The memory is made here, because the crate's own is neither wiped nor handed out.
        let mut memory = Vec::new();
        memory.try_reserve_exact(params.block_count()).map_err(|_| CryptoErrorKind::Internal)?;
        memory.resize(params.block_count(), Block::new());
        let hashed = Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into_with_memory(password, salt, out, &mut memory)
            .map_err(|_| CryptoErrorKind::Internal.into());
        memory.iter_mut().for_each(|block| block.zeroize());
        hashed
    }

    fn validation(&self) -> Validation {
        Validation::None
    }
}
