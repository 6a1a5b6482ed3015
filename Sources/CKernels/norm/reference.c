// SPDX-License-Identifier: Apache-2.0
// The specification: mean, then the mean squared deviation (two passes), sums in 16 partials.
// Source: Ba, Kiros and Hinton, "Layer Normalization" (2016); the adaptive form: Peebles and Xie,
// "Scalable Diffusion Models with Transformers" (2023), adaLN.
#include "../operations.h"
#include "../scalar.h"

// (x - mean) / deviation = x * inverse + shift.
typedef struct {
  float shift, inverse;
} moments_t;

static moments_t moments(const float *row, int32_t width, float epsilon) {
  float partial[UMWELT_LANES] = {0}, square[UMWELT_LANES] = {0};
  for (int32_t i = 0; i < width; i++) partial[i % UMWELT_LANES] += row[i];
  float mean = umwelt_tree_sum(partial) / (float)width;
  for (int32_t i = 0; i < width; i++) {
    float d = row[i] - mean;
    square[i % UMWELT_LANES] = umwelt_fma(d, d, square[i % UMWELT_LANES]);
  }
  float variance = umwelt_tree_sum(square) / (float)width;
  float inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
  return (moments_t){-mean * inverse, inverse};
}

void umwelt_layer_norm_reference(int32_t rows, int32_t width, const float *x, const float *gain,
                                 const float *bias, float epsilon, umwelt_activation activation,
                                 float *y) {
  for (size_t r = 0; r < (size_t)rows; r++, x += width, y += width) {
    moments_t m = moments(x, width, epsilon);
    for (int32_t i = 0; i < width; i++) {
      float v = umwelt_fma(x[i], m.inverse, m.shift);
      y[i] = umwelt_activate(activation, gain ? umwelt_fma(v, gain[i], bias[i]) : v);
    }
  }
}

void umwelt_adaptive_norm_reference(int32_t rows, int32_t width, const float *x,
                                    const umwelt_modulation *m, float *y) {
  for (size_t r = 0; r < (size_t)rows; r++, x += width, y += width) {
    const float *shift = m->shift + r * m->stride, *scale = m->scale + r * m->stride;
    moments_t inner = moments(x, width, m->inner_epsilon);
    for (int32_t i = 0; i < width; i++) {
      float v = umwelt_fma(x[i], inner.inverse, inner.shift);
      y[i] = umwelt_fma(v, scale[i], v + shift[i]);
    }
    umwelt_layer_norm_reference(1, width, y, m->gain, m->bias, m->epsilon, UMWELT_NO_ACTIVATION, y);
  }
}
