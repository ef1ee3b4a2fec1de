//! Clearing what the processor still holds.

/// Zeroizes the vector registers that a call may leave keys in.
///
/// Ciphers keep round keys, and `memcpy` the bytes that it moves, in vector registers; a core dump
/// contains them, and a signal puts them on the stack. [`with_cleared_stack`] does this at its
/// end; call it alone after a key was filled or copied, if the thread then rests.
///
/// Covered: x86-64 (`xmm`, `ymm`, `zmm`) and aarch64 (those that a callee may change). Elsewhere
/// it does nothing. General registers are not touched: they hold words, not whole keys, and are
/// soon used again. Cost: a few nanoseconds.
///
/// [`with_cleared_stack`]: crate::with_cleared_stack
#[inline]
pub fn clear_registers() {
    #[cfg(all(target_arch = "x86_64", not(miri)))]
    x86_64::clear();
    #[cfg(all(target_arch = "aarch64", not(miri)))]
    aarch64::clear();
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
#[expect(unsafe_code, reason = "registers are reached by assembly alone")]
mod x86_64 {
    use std::arch::{asm, is_x86_feature_detected};

    #[inline]
    pub(super) fn clear() {
        if !is_x86_feature_detected!("avx") {
            sse();
            return;
        }
        // SAFETY: AVX was detected; the clobbers name all that the instruction changes.
        unsafe {
            asm!(
                "vzeroall",
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
                out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
                options(nomem, nostack, preserves_flags),
            );
        }
        if is_x86_feature_detected!("avx512f") {
            upper();
        }
    }

    /// The sixteen registers that only AVX-512 has, which `vzeroall` leaves alone.
    fn upper() {
        // SAFETY: AVX-512F was detected; the clobbers name all that is changed.
        unsafe {
            asm!(
                "vpxord zmm16, zmm16, zmm16", "vpxord zmm17, zmm17, zmm17",
                "vpxord zmm18, zmm18, zmm18", "vpxord zmm19, zmm19, zmm19",
                "vpxord zmm20, zmm20, zmm20", "vpxord zmm21, zmm21, zmm21",
                "vpxord zmm22, zmm22, zmm22", "vpxord zmm23, zmm23, zmm23",
                "vpxord zmm24, zmm24, zmm24", "vpxord zmm25, zmm25, zmm25",
                "vpxord zmm26, zmm26, zmm26", "vpxord zmm27, zmm27, zmm27",
                "vpxord zmm28, zmm28, zmm28", "vpxord zmm29, zmm29, zmm29",
                "vpxord zmm30, zmm30, zmm30", "vpxord zmm31, zmm31, zmm31",
                out("xmm16") _, out("xmm17") _, out("xmm18") _, out("xmm19") _,
                out("xmm20") _, out("xmm21") _, out("xmm22") _, out("xmm23") _,
                out("xmm24") _, out("xmm25") _, out("xmm26") _, out("xmm27") _,
                out("xmm28") _, out("xmm29") _, out("xmm30") _, out("xmm31") _,
                options(nomem, nostack, preserves_flags),
            );
        }
    }

    #[cold]
    pub(super) fn sse() {
        // SAFETY: SSE2 is part of x86-64; the clobbers name all that is changed.
        unsafe {
            asm!(
                "pxor xmm0, xmm0", "pxor xmm1, xmm1", "pxor xmm2, xmm2", "pxor xmm3, xmm3",
                "pxor xmm4, xmm4", "pxor xmm5, xmm5", "pxor xmm6, xmm6", "pxor xmm7, xmm7",
                "pxor xmm8, xmm8", "pxor xmm9, xmm9", "pxor xmm10, xmm10", "pxor xmm11, xmm11",
                "pxor xmm12, xmm12", "pxor xmm13, xmm13", "pxor xmm14, xmm14", "pxor xmm15, xmm15",
                out("xmm0") _, out("xmm1") _, out("xmm2") _, out("xmm3") _,
                out("xmm4") _, out("xmm5") _, out("xmm6") _, out("xmm7") _,
                out("xmm8") _, out("xmm9") _, out("xmm10") _, out("xmm11") _,
                out("xmm12") _, out("xmm13") _, out("xmm14") _, out("xmm15") _,
                options(nomem, nostack, preserves_flags),
            );
        }
    }
}

#[cfg(all(target_arch = "aarch64", not(miri)))]
#[expect(unsafe_code, reason = "registers are reached by assembly alone")]
mod aarch64 {
    use std::arch::asm;

    #[inline]
    pub(super) fn clear() {
        // v8 to v15 belong to the caller (AAPCS64 §6.1.2): a cipher restored them already.
        // SAFETY: Advanced SIMD is part of the targets that have `std`; the clobbers name all
        // that is changed.
        unsafe {
            asm!(
                "movi v0.2d, #0", "movi v1.2d, #0", "movi v2.2d, #0", "movi v3.2d, #0",
                "movi v4.2d, #0", "movi v5.2d, #0", "movi v6.2d, #0", "movi v7.2d, #0",
                "movi v16.2d, #0", "movi v17.2d, #0", "movi v18.2d, #0", "movi v19.2d, #0",
                "movi v20.2d, #0", "movi v21.2d, #0", "movi v22.2d, #0", "movi v23.2d, #0",
                "movi v24.2d, #0", "movi v25.2d, #0", "movi v26.2d, #0", "movi v27.2d, #0",
                "movi v28.2d, #0", "movi v29.2d, #0", "movi v30.2d, #0", "movi v31.2d, #0",
                out("v0") _, out("v1") _, out("v2") _, out("v3") _,
                out("v4") _, out("v5") _, out("v6") _, out("v7") _,
                out("v16") _, out("v17") _, out("v18") _, out("v19") _,
                out("v20") _, out("v21") _, out("v22") _, out("v23") _,
                out("v24") _, out("v25") _, out("v26") _, out("v27") _,
                out("v28") _, out("v29") _, out("v30") _, out("v31") _,
                options(nomem, nostack, preserves_flags),
            );
        }
    }
}

#[cfg(all(test, target_arch = "x86_64", not(miri)))]
#[expect(unsafe_code, reason = "registers are reached by assembly alone")]
mod tests {
    use super::*;
    use std::arch::asm;

    /// Loads two registers, calls, and stores them again.
    #[inline(never)]
    fn kept(call: fn()) -> [[u8; 16]; 2] {
        let loaded = [0xc3_u8; 16];
        let mut kept = [[0_u8; 16]; 2];
        // SAFETY: loads 16 bytes twice; names what it changes.
        unsafe {
            asm!("movups xmm7, [{0}]", "movups xmm15, [{0}]", in(reg) &loaded,
                out("xmm7") _, out("xmm15") _, options(nostack));
        }
        call();
        // SAFETY: stores 16 bytes each into `kept`.
        unsafe {
            asm!("movups [{0}], xmm7", "movups [{0} + 16], xmm15", in(reg) &mut kept,
                options(nostack));
        }
        kept
    }

    #[test]
    fn cleared_registers_are_zero() {
        assert_eq!(kept(|| ()), [[0xc3; 16]; 2], "else this proves nothing");
        assert_eq!(kept(clear_registers), [[0; 16]; 2]);
        assert_eq!(kept(x86_64::clear), [[0; 16]; 2]);
        assert_eq!(kept(x86_64::sse), [[0; 16]; 2]);
    }
}
