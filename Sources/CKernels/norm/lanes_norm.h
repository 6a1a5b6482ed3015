// SPDX-License-Identifier: Apache-2.0
// Layer norm in lanes; the last step's missing lanes add an exact zero.
#ifndef UMWELT_LANES_NORM_H
#define UMWELT_LANES_NORM_H
#include "../lanes.h"

typedef struct {
  float mean, inverse;
} moments_t;

LANE_INLINE moments_t lanes_moments(const float *row, int32_t width, float epsilon) {
  const i32x16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  int32_t whole = width - width % UMWELT_LANES, rest = width - whole;
  f32x16 last = rest ? lanes_load_some(row + whole, rest) : (f32x16)0.0f;
  f32x16 partial = 0;
  for (int32_t i = 0; i < whole; i += UMWELT_LANES) partial += lanes_load(row + i);
  if (rest) partial += last;
  float mean = lanes_sum(partial) / (float)width;
  f32x16 square = 0;
  for (int32_t i = 0; i < whole; i += UMWELT_LANES) {
    f32x16 d = lanes_load(row + i) - mean;
    square = lanes_fma(d, d, square);
  }
  if (rest) {
    f32x16 d = index < rest ? last - mean : (f32x16)0.0f;
    square = lanes_fma(d, d, square);
  }
  float variance = lanes_sum(square) / (float)width;
  return (moments_t){mean, 1.0f / __builtin_sqrtf(variance + epsilon)};
}

LANE_INLINE void lanes_norm_row(const umwelt_activation activation, int32_t width, const float *x,
                                const float *gain, const float *bias, float epsilon, float *y) {
  moments_t m = lanes_moments(x, width, epsilon);
#define LANES_NORM_STEP(i, count)                                                \
  do {                                                                           \
    f32x16 v = (lanes_load_some(x + (i), count) - m.mean) * m.inverse;           \
    if (gain)                                                                    \
      v = lanes_fma(v, lanes_load_some(gain + (i), count), lanes_load_some(bias + (i), count)); \
    lanes_store_some(y + (i), lanes_activate(activation, v), count);             \
  } while (0)
  LANES_STEPS(width, LANES_NORM_STEP);
#undef LANES_NORM_STEP
}

LANE_INLINE void lanes_layer_norm(int32_t rows, int32_t width, const float *x, const float *gain,
                                  const float *bias, float epsilon, umwelt_activation activation,
                                  float *y) {
  size_t w = (size_t)width;
#define LANES_NORM(activation)               \
  for (size_t r = 0; r < (size_t)rows; r++)  \
    lanes_norm_row(activation, width, x + r * w, gain, bias, epsilon, y + r * w)
  LANES_SPECIALISE(activation, LANES_NORM)
#undef LANES_NORM
}

LANE_INLINE void lanes_adaptive_norm(int32_t rows, int32_t width, const float *x,
                                     const umwelt_modulation *m, float *y) {
  for (size_t r = 0; r < (size_t)rows; r++) {
    const float *row = x + r * (size_t)width;
    const float *shift = m->shift + r * m->stride, *scale = m->scale + r * m->stride;
    float *out = y + r * (size_t)width;
    moments_t inner = lanes_moments(row, width, m->inner_epsilon);
#define LANES_MODULATE(i, count)                                                          \
  do {                                                                                    \
    f32x16 v = (lanes_load_some(row + (i), count) - inner.mean) * inner.inverse;          \
    v = lanes_fma(v, lanes_load_some(scale + (i), count),                                 \
                  v + lanes_load_some(shift + (i), count));                               \
    lanes_store_some(out + (i), v, count);                                                \
  } while (0)
    LANES_STEPS(width, LANES_MODULATE);
#undef LANES_MODULATE
    lanes_norm_row(UMWELT_NO_ACTIVATION, width, out, m->gain, m->bias, m->epsilon, out);
  }
}
#endif
