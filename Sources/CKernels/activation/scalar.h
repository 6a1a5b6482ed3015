// SPDX-License-Identifier: Apache-2.0
// The specification of the scalar functions; lanes.h repeats them operation by operation.
#ifndef UMWELT_SCALAR_H
#define UMWELT_SCALAR_H
#include "CKernels.h"

// 1.5 * 2^23: adding and taking it away rounds |v| < 2^22 half to even; the sum's low bits hold
// the integer.
#define UMWELT_ROUND_MAGIC 12582912.0f

// 2^f on [-0.5, 0.5], relative error 2e-9 before rounding.
// Source: Cephes single precision exp2f.c (S. Moshier), the polynomial's coefficients.
#define UMWELT_EXP2_C1 6.931472028550421e-1f
#define UMWELT_EXP2_C2 2.402264791363012e-1f
#define UMWELT_EXP2_C3 5.550332471162809e-2f
#define UMWELT_EXP2_C4 9.618437357674640e-3f
#define UMWELT_EXP2_C5 1.339887440266574e-3f
#define UMWELT_EXP2_C6 1.535336188319500e-4f
// Beyond these 2^v is infinity, or held at the least normal number.
#define UMWELT_EXP2_MOST 128.0f
#define UMWELT_EXP2_LEAST -126.0f

#define UMWELT_LOG2_E 1.44269504088896341f
// tanh-form GELU is x / (1 + exp(-2 sqrt(2/pi) (x + 0.044715 x^3))); C0 = -2 sqrt(2/pi) log2(e),
// C1 = 0.044715 C0. Source: Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016).
#define UMWELT_GELU_C0 -2.3022081987f
#define UMWELT_GELU_C1 -0.1029432396f

static inline float umwelt_exp2(float v) {
  v = v < UMWELT_EXP2_MOST ? v : UMWELT_EXP2_MOST;
  v = v > UMWELT_EXP2_LEAST ? v : UMWELT_EXP2_LEAST;
  float shifted = v + UMWELT_ROUND_MAGIC;
  float f = v - (shifted - UMWELT_ROUND_MAGIC);
  float p = UMWELT_EXP2_C6 * f + UMWELT_EXP2_C5;
  p = p * f + UMWELT_EXP2_C4;
  p = p * f + UMWELT_EXP2_C3;
  p = p * f + UMWELT_EXP2_C2;
  p = p * f + UMWELT_EXP2_C1;
  p = p * f + 1.0f;
  uint32_t bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 23) + 0x3F800000u;  // the magic's own bits leave at the top
  float power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
}

static inline float umwelt_gelu(float x) {
  float v = x * (UMWELT_GELU_C0 + UMWELT_GELU_C1 * (x * x));
  return x / (1.0f + umwelt_exp2(v));
}

// Every long float sum: element i belongs to partial sum i % 16; partials then add as a tree.
static inline float umwelt_tree_sum(const float partial[UMWELT_LANES]) {
  float s[UMWELT_LANES];
  __builtin_memcpy(s, partial, sizeof s);
  for (int half = UMWELT_LANES / 2; half > 0; half /= 2)
    for (int j = 0; j < half; j++) s[j] = s[j] + s[j + half];
  return s[0];
}
#endif
