// SPDX-License-Identifier: Apache-2.0
// The specification of the scalar functions; lanes.h repeats them operation by operation. fma is
// one rounding everywhere: where it is written, every instruction set fuses, and nowhere else.
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

// erf-form GELU is max(x, 0) - u (1/2 - u p(s)) with u = min(|x|, 5), s = 2 u^2 / 25 - 1:
// p(s) = (Phi(u) - 1/2) / u, a minimax fit weighted by u^2 (least squares, Lawson's iteration).
// Absolute error 2.9e-6; even and odd powers of s add up apart. Source: ibid., equation 1.
#define UMWELT_ERF_MOST 5.0f
#define UMWELT_ERF_S 0.08f
#define UMWELT_ERF_TERMS 12
#define UMWELT_ERF_P0 0.14136375486850739f
#define UMWELT_ERF_P1 -0.07029823213815689f
#define UMWELT_ERF_P2 0.051525406539440155f
#define UMWELT_ERF_P3 -0.04039197787642479f
#define UMWELT_ERF_P4 0.031356628984212875f
#define UMWELT_ERF_P5 -0.023624932393431664f
#define UMWELT_ERF_P6 0.016910525038838387f
#define UMWELT_ERF_P7 -0.01016566064208746f
#define UMWELT_ERF_P8 0.0051126438193023205f
#define UMWELT_ERF_P9 -0.0038864407688379288f
#define UMWELT_ERF_P10 0.003194795222952962f
#define UMWELT_ERF_P11 -0.0010966204572468996f
static const float UMWELT_ERF_P[UMWELT_ERF_TERMS] = {
    UMWELT_ERF_P0, UMWELT_ERF_P1, UMWELT_ERF_P2, UMWELT_ERF_P3, UMWELT_ERF_P4,  UMWELT_ERF_P5,
    UMWELT_ERF_P6, UMWELT_ERF_P7, UMWELT_ERF_P8, UMWELT_ERF_P9, UMWELT_ERF_P10, UMWELT_ERF_P11};

// Rows whose greatest magnitude is less quantise to zeros.
#define UMWELT_LEAST_MAGNITUDE 1e-30f

static inline float umwelt_fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }

static inline float umwelt_exp2(float v) {
  v = v < UMWELT_EXP2_MOST ? v : UMWELT_EXP2_MOST;
  v = v > UMWELT_EXP2_LEAST ? v : UMWELT_EXP2_LEAST;
  float shifted = v + UMWELT_ROUND_MAGIC;
  float f = v - (shifted - UMWELT_ROUND_MAGIC);
  float p = umwelt_fma(UMWELT_EXP2_C6, f, UMWELT_EXP2_C5);
  p = umwelt_fma(p, f, UMWELT_EXP2_C4);
  p = umwelt_fma(p, f, UMWELT_EXP2_C3);
  p = umwelt_fma(p, f, UMWELT_EXP2_C2);
  p = umwelt_fma(p, f, UMWELT_EXP2_C1);
  p = umwelt_fma(p, f, 1.0f);
  uint32_t bits;
  __builtin_memcpy(&bits, &shifted, sizeof bits);
  bits = (bits << 23) + 0x3F800000u;  // the magic's own bits leave at the top
  float power;
  __builtin_memcpy(&power, &bits, sizeof power);
  return p * power;
}

static inline float umwelt_gelu_tanh(float x) {
  float v = x * umwelt_fma(UMWELT_GELU_C1, x * x, UMWELT_GELU_C0);
  return x / (1.0f + umwelt_exp2(v));
}

static inline float umwelt_gelu_erf(float x) {
  float u = __builtin_fabsf(x);
  u = u < UMWELT_ERF_MOST ? u : UMWELT_ERF_MOST;
  float s = umwelt_fma(u * u, UMWELT_ERF_S, -1.0f);
  float s2 = s * s;
  float even = UMWELT_ERF_P[UMWELT_ERF_TERMS - 2], odd = UMWELT_ERF_P[UMWELT_ERF_TERMS - 1];
  for (int k = UMWELT_ERF_TERMS - 4; k >= 0; k -= 2) {
    even = umwelt_fma(even, s2, UMWELT_ERF_P[k]);
    odd = umwelt_fma(odd, s2, UMWELT_ERF_P[k + 1]);
  }
  float rest = umwelt_fma(-u, umwelt_fma(odd, s, even), 0.5f);
  float positive = x < 0.0f ? 0.0f : x;  // a NaN stays
  return umwelt_fma(-u, rest, positive);
}

static inline float umwelt_silu(float x) {
  return x / (1.0f + umwelt_exp2(x * -UMWELT_LOG2_E));
}

static inline float umwelt_activate(umwelt_activation activation, float x) {
  switch (activation) {
    case UMWELT_GELU_TANH: return umwelt_gelu_tanh(x);
    case UMWELT_GELU_ERF: return umwelt_gelu_erf(x);
    case UMWELT_SILU: return umwelt_silu(x);
    case UMWELT_NO_ACTIVATION: break;
  }
  return x;
}

// The greatest magnitude, by its bits: a NaN is greater than infinity, so that it is not lost.
static inline float umwelt_greater_magnitude(float most, float x) {
  uint32_t a, b;
  float magnitude = __builtin_fabsf(x);
  __builtin_memcpy(&a, &most, sizeof a);
  __builtin_memcpy(&b, &magnitude, sizeof b);
  return b > a ? magnitude : most;
}

// What turns a value into its int8 (127 / magnitude, 0 for magnitudes that are too small), and
// what turns it back.
static inline float umwelt_quantiser(float magnitude) {
  return magnitude < UMWELT_LEAST_MAGNITUDE ? 0.0f : 127.0f / magnitude;
}
// NaN where the magnitude is not finite.
static inline float umwelt_scale_of(float magnitude) {
  if (magnitude < UMWELT_LEAST_MAGNITUDE) return 0.0f;
  return magnitude / 127.0f + (magnitude - magnitude);
}
// Only in a row whose scale is NaN is a product not within +-127: any int8 will do there.
static inline int8_t umwelt_quantised(float x, float quantiser) {
  float v = x * quantiser;
  return v >= -127.5f && v <= 127.5f ? (int8_t)((v + UMWELT_ROUND_MAGIC) - UMWELT_ROUND_MAGIC) : 0;
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
