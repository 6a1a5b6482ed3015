// SPDX-License-Identifier: Apache-2.0
// The polynomials of lanes.h for ARM, where a fused multiply-add overwrites what it adds to: the
// coefficients are loaded into that register, two by two, instead of being copied there from other
// registers. The operations and their order are those of lanes.h.
#ifndef UMWELT_NEON_POLYNOMIALS_H
#define UMWELT_NEON_POLYNOMIALS_H

#define FOUR(c) {c, c, c, c}

// Nothing is loaded through the pointer before `after` is known, and nothing is remembered of what
// was: the compiler would otherwise keep the coefficients in registers, of which there are too few.
#define LANES_AFRESH(pointer, after) __asm volatile("" : "+r"(pointer), "+w"(after))

LANE_INLINE f32x4 lanes_fma4(f32x4 a, f32x4 b, f32x4 c) {
  return __builtin_elementwise_fma(a, b, c);
}

static const f32x4 LANES_EXP2[6] = {FOUR(UMWELT_EXP2_C5), FOUR(UMWELT_EXP2_C4),
                                    FOUR(UMWELT_EXP2_C3), FOUR(UMWELT_EXP2_C2),
                                    FOUR(UMWELT_EXP2_C1), FOUR(1.0f)};

LANE_INLINE f32x16 lanes_exp2_polynomial(f32x16 f) {
  const f32x4 *c = LANES_EXP2;
  f32x4 x[4] = {f.lo.lo, f.lo.hi, f.hi.lo, f.hi.hi}, p[4];
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) {
    LANES_AFRESH(c, x[v]);
    p[v] = lanes_fma4((f32x4)UMWELT_EXP2_C6, x[v], c[0]);
    p[v] = lanes_fma4(p[v], x[v], c[1]);
  }
#pragma clang loop unroll(full)
  for (int k = 2; k < 6; k += 2)
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      LANES_AFRESH(c, p[v]);
      p[v] = lanes_fma4(p[v], x[v], c[k]);
      p[v] = lanes_fma4(p[v], x[v], c[k + 1]);
    }
  f32x16 result;
  result.lo.lo = p[0], result.lo.hi = p[1], result.hi.lo = p[2], result.hi.hi = p[3];
  return result;
}

static const f32x4 LANES_ERF[UMWELT_ERF_TERMS] = {
    FOUR(UMWELT_ERF_P0), FOUR(UMWELT_ERF_P1), FOUR(UMWELT_ERF_P2),  FOUR(UMWELT_ERF_P3),
    FOUR(UMWELT_ERF_P4), FOUR(UMWELT_ERF_P5), FOUR(UMWELT_ERF_P6),  FOUR(UMWELT_ERF_P7),
    FOUR(UMWELT_ERF_P8), FOUR(UMWELT_ERF_P9), FOUR(UMWELT_ERF_P10), FOUR(UMWELT_ERF_P11)};

LANE_INLINE f32x16 lanes_erf_polynomial(f32x16 s) {
  const f32x4 *c = LANES_ERF;
  f32x4 x[4] = {s.lo.lo, s.lo.hi, s.hi.lo, s.hi.hi}, x2[4], even[4], odd[4];
  const f32x4 first_even = c[UMWELT_ERF_TERMS - 2], first_odd = c[UMWELT_ERF_TERMS - 1];
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) {
    x2[v] = x[v] * x[v];
    LANES_AFRESH(c, x2[v]);
    even[v] = lanes_fma4(first_even, x2[v], c[UMWELT_ERF_TERMS - 4]);
    odd[v] = lanes_fma4(first_odd, x2[v], c[UMWELT_ERF_TERMS - 3]);
  }
#pragma clang loop unroll(full)
  for (int k = UMWELT_ERF_TERMS - 6; k >= 0; k -= 2)
#pragma clang loop unroll(full)
    for (int v = 0; v < 4; v++) {
      LANES_AFRESH(c, even[v]);
      even[v] = lanes_fma4(even[v], x2[v], c[k]);
      odd[v] = lanes_fma4(odd[v], x2[v], c[k + 1]);
    }
#pragma clang loop unroll(full)
  for (int v = 0; v < 4; v++) even[v] = lanes_fma4(odd[v], x[v], even[v]);
  f32x16 result;
  result.lo.lo = even[0], result.lo.hi = even[1], result.hi.lo = even[2], result.hi.hi = even[3];
  return result;
}
#endif
