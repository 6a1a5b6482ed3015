// SPDX-License-Identifier: Apache-2.0
// Sixteen float lanes in the compiler's portable vectors: one 512-bit register, two of 256 or four
// of 128. Included after `#pragma clang attribute push(target(...))`, so that every function here
// is compiled for the including file's instruction set. The operations are plain IEEE ones, each
// rounded on its own (-ffp-contract=off): the bits do not depend on the instruction set.
#ifndef UMWELT_LANES_H
#define UMWELT_LANES_H
#include "activation/scalar.h"

// Everything here is inlined: no vector ever crosses a call, so there is no calling convention.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANE_INLINE static inline __attribute__((always_inline))

typedef float f32x16 __attribute__((ext_vector_type(16)));
typedef float f32x8 __attribute__((ext_vector_type(8)));
typedef float f32x4 __attribute__((ext_vector_type(4)));
typedef float f32x2 __attribute__((ext_vector_type(2)));
typedef int32_t i32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16)));
typedef f32x16 f32x16_unaligned __attribute__((aligned(4)));

LANE_INLINE f32x16 lanes_load(const float *p) { return *(const f32x16_unaligned *)p; }
LANE_INLINE void lanes_store(float *p, f32x16 v) { *(f32x16_unaligned *)p = v; }

// The first `count` (1...16) floats, the other lanes zero.
LANE_INLINE f32x16 lanes_load_some(const float *p, int32_t count) {
  if (count >= UMWELT_LANES) return lanes_load(p);
  float some[UMWELT_LANES] = {0};
  __builtin_memcpy(some, p, (size_t)count * sizeof(float));
  return lanes_load(some);
}

LANE_INLINE void lanes_store_some(float *p, f32x16 v, int32_t count) {
  if (count >= UMWELT_LANES) {
    lanes_store(p, v);
    return;
  }
  float some[UMWELT_LANES];
  lanes_store(some, v);
  __builtin_memcpy(p, some, (size_t)count * sizeof(float));
}

LANE_INLINE f32x16 lanes_select(i32x16 mask, f32x16 yes, f32x16 no) {
  return (f32x16)((mask & (i32x16)yes) | (~mask & (i32x16)no));
}
// a < b ? a : b and a > b ? a : b, lane by lane, with C's answer (b) for NaN.
LANE_INLINE f32x16 lanes_min(f32x16 a, f32x16 b) { return lanes_select(a < b, a, b); }
LANE_INLINE f32x16 lanes_max(f32x16 a, f32x16 b) { return lanes_select(a > b, a, b); }
LANE_INLINE f32x16 lanes_abs(f32x16 v) { return (f32x16)((u32x16)v & 0x7FFFFFFFu); }

// Lane j + lane j+8, then +4, +2, +1: the order of umwelt_tree_sum.
LANE_INLINE float lanes_sum(f32x16 v) {
  f32x8 a = v.lo + v.hi;
  f32x4 b = a.lo + a.hi;
  f32x2 c = b.lo + b.hi;
  return c.x + c.y;
}

LANE_INLINE float lanes_max_across(f32x16 v) {
  float most = v[0];
  for (int j = 1; j < UMWELT_LANES; j++) most = v[j] > most ? v[j] : most;
  return most;
}

// umwelt_exp2 in lanes.
LANE_INLINE f32x16 lanes_exp2(f32x16 v) {
  v = lanes_min(v, (f32x16)UMWELT_EXP2_MOST);
  v = lanes_max(v, (f32x16)UMWELT_EXP2_LEAST);
  f32x16 shifted = v + UMWELT_ROUND_MAGIC;
  f32x16 f = v - (shifted - UMWELT_ROUND_MAGIC);
  f32x16 p = UMWELT_EXP2_C6 * f + UMWELT_EXP2_C5;
  p = p * f + UMWELT_EXP2_C4;
  p = p * f + UMWELT_EXP2_C3;
  p = p * f + UMWELT_EXP2_C2;
  p = p * f + UMWELT_EXP2_C1;
  p = p * f + 1.0f;
  return p * (f32x16)(((u32x16)shifted << 23) + 0x3F800000u);
}

// umwelt_gelu in lanes.
LANE_INLINE f32x16 lanes_gelu(f32x16 x) {
  f32x16 v = x * (UMWELT_GELU_C0 + UMWELT_GELU_C1 * (x * x));
  return x / (1.0f + lanes_exp2(v));
}
#endif
