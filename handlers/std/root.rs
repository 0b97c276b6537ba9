//! The functions that [`Float`](crate::float::Float) calls: libm's, except the square root on
//! `x86_64`.
//!
//! libm's square root is inline assembly, which the compiler can neither combine nor move. The
//! intrinsic can be optimised: two adjacent square roots become one vector instruction.

pub(crate) use libm::*;

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
pub(crate) use x86_64::{sqrt, sqrtf};

#[cfg(all(target_arch = "x86_64", target_feature = "sse2"))]
mod x86_64 {
    use core::arch::x86_64::{_mm_cvtsd_f64, _mm_cvtss_f32, _mm_set_sd, _mm_set_ss, _mm_setzero_pd, _mm_sqrt_sd, _mm_sqrt_ss};

    #[inline]
    pub(crate) fn sqrt(value: f64) -> f64 {
        // SAFETY: the instructions are part of SSE2, which this module is compiled for. They have
        // no memory access.
        unsafe { _mm_cvtsd_f64(_mm_sqrt_sd(_mm_setzero_pd(), _mm_set_sd(value))) }
    }

    #[inline]
    pub(crate) fn sqrtf(value: f32) -> f32 {
        // SAFETY: as above; `sqrtss` is part of SSE, which SSE2 includes.
        unsafe { _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(value))) }
    }
}
