//! Locked, guarded, zeroized memory for keys.
