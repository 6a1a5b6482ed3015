// SPDX-License-Identifier: Apache-2.0
// Included first by every avx512vnni.c; the file ends with `#pragma clang attribute pop`.
#include <immintrin.h>
#include "CKernels.h"
#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512bw,avx512dq,avx512vl,avx512vnni"))), \
    apply_to = function)
#define LANES_LOAD_MASKED(p, count) \
  ((f32x16)_mm512_maskz_loadu_ps((__mmask16)((1u << (count)) - 1), p))
#include "../lanes.h"
#include "../operations.h"

// Half to even.
LANE_INLINE i32x16 lanes_round(f32x16 v) { return (i32x16)_mm512_cvtps_epi32((__m512)v); }

// Saturating; the same lanes in order.
LANE_INLINE i8x16 lanes_narrow(i32x16 v) { return (i8x16)_mm512_cvtsepi32_epi8((__m512i)v); }
