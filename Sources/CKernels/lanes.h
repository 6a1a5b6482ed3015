// SPDX-License-Identifier: Apache-2.0
// Sixteen float lanes in the compiler's portable vectors: one 512-bit register, two of 256 or four
// of 128. Included by isa/*.h after `#pragma clang attribute push(target(...))`, so that every
// function here is compiled for the including file's instruction set; isa/*.h adds lanes_round and
// lanes_narrow. The operations are plain IEEE ones, each rounded on its own (-ffp-contract=off) or
// fused where fma is written: the bits do not depend on the instruction set.
#ifndef UMWELT_LANES_H
#define UMWELT_LANES_H
#include "scalar.h"

// Everything here is inlined: no vector ever crosses a call, so there is no calling convention.
#pragma clang diagnostic ignored "-Wpsabi"

#define LANE_INLINE static inline __attribute__((always_inline))

typedef float f32x16 __attribute__((ext_vector_type(16)));
typedef float f32x8 __attribute__((ext_vector_type(8)));
typedef float f32x4 __attribute__((ext_vector_type(4)));
typedef float f32x2 __attribute__((ext_vector_type(2)));
typedef int32_t i32x16 __attribute__((ext_vector_type(16)));
typedef int32_t i32x8 __attribute__((ext_vector_type(8)));
typedef int32_t i32x4 __attribute__((ext_vector_type(4)));
typedef uint32_t u32x16 __attribute__((ext_vector_type(16)));
typedef uint32_t u32x8 __attribute__((ext_vector_type(8)));
typedef uint32_t u32x4 __attribute__((ext_vector_type(4)));
typedef int8_t i8x16 __attribute__((ext_vector_type(16)));
typedef f32x16 f32x16_unaligned __attribute__((aligned(4)));
typedef i8x16 i8x16_unaligned __attribute__((aligned(1)));

LANE_INLINE f32x16 lanes_load(const float *p) { return *(const f32x16_unaligned *)p; }
LANE_INLINE void lanes_store(float *p, f32x16 v) { *(f32x16_unaligned *)p = v; }

// Copies the first `count` (0...15) floats, in pieces of a power of two: no call, no loop.
LANE_INLINE void lanes_copy_some(float *to, const float *from, int32_t count) {
  if (count & 8) {
    __builtin_memcpy(to, from, 32);
    to += 8, from += 8;
  }
  if (count & 4) {
    __builtin_memcpy(to, from, 16);
    to += 4, from += 4;
  }
  if (count & 2) {
    __builtin_memcpy(to, from, 8);
    to += 2, from += 2;
  }
  if (count & 1) *to = *from;
}

// The first `count` (1...16) floats, the other lanes zero.
LANE_INLINE f32x16 lanes_load_some(const float *p, int32_t count) {
  if (count >= UMWELT_LANES) return lanes_load(p);
#if defined(LANES_LOAD_MASKED)
  return LANES_LOAD_MASKED(p, count);
#else
  float some[UMWELT_LANES] = {0};
  lanes_copy_some(some, p, count);
  return lanes_load(some);
#endif
}

LANE_INLINE void lanes_store_some(float *p, f32x16 v, int32_t count) {
  if (count >= UMWELT_LANES) {
    lanes_store(p, v);
    return;
  }
  float some[UMWELT_LANES];
  lanes_store(some, v);
  lanes_copy_some(p, some, count);
}

// body(i, count) for each step of sixteen of `width` and then for what is left; the count is a
// constant in the loop.
#define LANES_STEPS(width, body)                                        \
  do {                                                                  \
    int32_t i = 0;                                                      \
    for (; i + UMWELT_LANES <= (width); i += UMWELT_LANES) body(i, UMWELT_LANES); \
    if (i < (width)) body(i, (width) - i);                              \
  } while (0)

LANE_INLINE f32x16 lanes_fma(f32x16 a, f32x16 b, f32x16 c) {
  return __builtin_elementwise_fma(a, b, c);
}
// a < b ? a : b and a > b ? a : b, lane by lane, with C's answer (b) for NaN.
LANE_INLINE f32x16 lanes_min(f32x16 a, f32x16 b) { return a < b ? a : b; }
LANE_INLINE f32x16 lanes_max(f32x16 a, f32x16 b) { return a > b ? a : b; }
// The same with a number that is neither NaN nor zero: one instruction on ARM too.
#if defined(__aarch64__)
LANE_INLINE f32x16 lanes_at_most(f32x16 v, float most) {
  return __builtin_elementwise_min(v, (f32x16)most);
}
LANE_INLINE f32x16 lanes_at_least(f32x16 v, float least) {
  return __builtin_elementwise_max(v, (f32x16)least);
}
#else
LANE_INLINE f32x16 lanes_at_most(f32x16 v, float most) { return lanes_min(v, (f32x16)most); }
LANE_INLINE f32x16 lanes_at_least(f32x16 v, float least) { return lanes_max(v, (f32x16)least); }
#endif
LANE_INLINE f32x16 lanes_abs(f32x16 v) { return (f32x16)((u32x16)v & 0x7FFFFFFFu); }

// Lane j + lane j+8, then +4, +2, +1: the order of umwelt_tree_sum.
LANE_INLINE float lanes_sum(f32x16 v) {
  f32x8 a = v.lo + v.hi;
  f32x4 b = a.lo + a.hi;
  f32x2 c = b.lo + b.hi;
  return c.x + c.y;
}

LANE_INLINE float lanes_max_across(f32x16 v) {
  f32x8 a = v.lo > v.hi ? v.lo : v.hi;
  f32x4 b = a.lo > a.hi ? a.lo : a.hi;
  f32x2 c = b.lo > b.hi ? b.lo : b.hi;
  return c.x > c.y ? c.x : c.y;
}

// The greatest magnitude, by its bits, of what lanes_greater_magnitude gathered.
LANE_INLINE u32x16 lanes_greater_magnitude(u32x16 most, f32x16 v) {
  u32x16 magnitude = (u32x16)v & 0x7FFFFFFFu;
  return __builtin_elementwise_max(most, magnitude);
}
LANE_INLINE float lanes_magnitude(u32x16 most) {
  u32x8 a = __builtin_elementwise_max(most.lo, most.hi);
  u32x4 b = __builtin_elementwise_max(a.lo, a.hi);
  uint32_t c = b.x > b.y ? b.x : b.y, d = b.z > b.w ? b.z : b.w;
  c = c > d ? c : d;
  float magnitude;
  __builtin_memcpy(&magnitude, &c, sizeof magnitude);
  return magnitude;
}

#if defined(__aarch64__)
#include "isa/neon_polynomials.h"
#else
LANE_INLINE f32x16 lanes_exp2_polynomial(f32x16 f) {
  f32x16 p = lanes_fma((f32x16)UMWELT_EXP2_C6, f, (f32x16)UMWELT_EXP2_C5);
  p = lanes_fma(p, f, (f32x16)UMWELT_EXP2_C4);
  p = lanes_fma(p, f, (f32x16)UMWELT_EXP2_C3);
  p = lanes_fma(p, f, (f32x16)UMWELT_EXP2_C2);
  p = lanes_fma(p, f, (f32x16)UMWELT_EXP2_C1);
  return lanes_fma(p, f, (f32x16)1.0f);
}

LANE_INLINE f32x16 lanes_erf_polynomial(f32x16 s) {
  f32x16 s2 = s * s;
  f32x16 even = UMWELT_ERF_P[UMWELT_ERF_TERMS - 2], odd = UMWELT_ERF_P[UMWELT_ERF_TERMS - 1];
#pragma clang loop unroll(full)
  for (int k = UMWELT_ERF_TERMS - 4; k >= 0; k -= 2) {
    even = lanes_fma(even, s2, (f32x16)UMWELT_ERF_P[k]);
    odd = lanes_fma(odd, s2, (f32x16)UMWELT_ERF_P[k + 1]);
  }
  return lanes_fma(odd, s, even);
}
#endif

// umwelt_exp2 in lanes.
LANE_INLINE f32x16 lanes_exp2(f32x16 v) {
  v = lanes_at_least(lanes_at_most(v, UMWELT_EXP2_MOST), UMWELT_EXP2_LEAST);
  f32x16 shifted = v + UMWELT_ROUND_MAGIC;
  f32x16 f = v - (shifted - UMWELT_ROUND_MAGIC);
  return lanes_exp2_polynomial(f) * (f32x16)(((u32x16)shifted << 23) + 0x3F800000u);
}

LANE_INLINE f32x16 lanes_gelu_tanh(f32x16 x) {
  f32x16 v = x * lanes_fma((f32x16)UMWELT_GELU_C1, x * x, (f32x16)UMWELT_GELU_C0);
  return x / (1.0f + lanes_exp2(v));
}

LANE_INLINE f32x16 lanes_gelu_erf(f32x16 x) {
  f32x16 u = lanes_at_most(lanes_abs(x), UMWELT_ERF_MOST);
  f32x16 s = lanes_fma(u * u, (f32x16)UMWELT_ERF_S, (f32x16)-1.0f);
  f32x16 rest = lanes_fma(-u, lanes_erf_polynomial(s), (f32x16)0.5f);
  f32x16 positive = x < 0.0f ? (f32x16)0.0f : x;
  return lanes_fma(-u, rest, positive);
}

LANE_INLINE f32x16 lanes_silu(f32x16 x) {
  return x / (1.0f + lanes_exp2(x * -UMWELT_LOG2_E));
}

LANE_INLINE f32x16 lanes_activate(const umwelt_activation activation, f32x16 x) {
  switch (activation) {
    case UMWELT_GELU_TANH: return lanes_gelu_tanh(x);
    case UMWELT_GELU_ERF: return lanes_gelu_erf(x);
    case UMWELT_SILU: return lanes_silu(x);
    case UMWELT_NO_ACTIVATION: break;
  }
  return x;
}

// Calls body(activation) with a constant for each activation, so that its loops are specialised.
#define LANES_SPECIALISE(activation, body)                  \
  switch (activation) {                                     \
    case UMWELT_NO_ACTIVATION: body(UMWELT_NO_ACTIVATION); break; \
    case UMWELT_GELU_TANH: body(UMWELT_GELU_TANH); break;   \
    case UMWELT_GELU_ERF: body(UMWELT_GELU_ERF); break;     \
    case UMWELT_SILU: body(UMWELT_SILU); break;             \
  }
#endif
