// SPDX-License-Identifier: Apache-2.0
// Included first by every avx2.c; the file ends with `#pragma clang attribute pop`.
#ifndef UMWELT_TARGET
#define UMWELT_TARGET "avx2,fma"
#endif
#include <immintrin.h>
#include "CKernels.h"
#pragma clang attribute push(__attribute__((target(UMWELT_TARGET))), apply_to = function)

static const int32_t lanes_mask[32] = {-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1};
static inline __attribute__((always_inline)) __m256 lanes_load_half(const float *p, int32_t count,
                                                                    int32_t half) {
  const int32_t *mask = lanes_mask + 16 - count + half;
  return _mm256_maskload_ps(p + half, _mm256_loadu_si256((const __m256i *)mask));
}
#define LANES_LOAD_MASKED(p, count)                                                    \
  ((f32x16)__builtin_shufflevector(lanes_load_half(p, count, 0), lanes_load_half(p, count, 8), 0, \
                                   1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15))
#include "../lanes.h"
#include "../operations.h"

// Half to even.
LANE_INLINE i32x16 lanes_round(f32x16 v) {
  i32x16 i;
  i.lo = (i32x8)_mm256_cvtps_epi32((__m256)v.lo);
  i.hi = (i32x8)_mm256_cvtps_epi32((__m256)v.hi);
  return i;
}

// Saturating; the same lanes in order.
LANE_INLINE i8x16 lanes_narrow(i32x16 v) {
  __m256i pairs = _mm256_packs_epi32((__m256i)v.lo, (__m256i)v.hi);
  __m128i bytes = _mm_packs_epi16(_mm256_castsi256_si128(pairs), _mm256_extracti128_si256(pairs, 1));
  return (i8x16)_mm_shuffle_epi32(bytes, 0xD8);
}
