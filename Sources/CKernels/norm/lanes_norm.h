// SPDX-License-Identifier: Apache-2.0
// Layer norm in lanes; the last step's missing lanes add an exact zero.
#ifndef UMWELT_LANES_NORM_H
#define UMWELT_LANES_NORM_H
#include "../lanes.h"

// (x - mean) / deviation = x * inverse + shift.
typedef struct {
  float shift, inverse;
} moments_t;

// Rows whose sums go on side by side: one row's sum alone waits for itself.
#define NORM_ROWS 4

// Of `rows` rows (constant at each call), `stride` apart.
LANE_INLINE void lanes_moments(const int rows, const float *x, size_t stride, int32_t width,
                               float epsilon, moments_t *moments) {
  const i32x16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  int32_t whole = width - width % UMWELT_LANES, rest = width - whole;
  f32x16 partial[NORM_ROWS], square[NORM_ROWS];
  float mean[NORM_ROWS];
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) partial[r] = square[r] = 0;
  for (int32_t i = 0; i < whole; i += UMWELT_LANES)
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) partial[r] += lanes_load(x + (size_t)r * stride + i);
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    if (rest) partial[r] += lanes_load_some(x + (size_t)r * stride + whole, rest);
    mean[r] = lanes_sum(partial[r]) / (float)width;
  }
  for (int32_t i = 0; i < whole; i += UMWELT_LANES)
#pragma clang loop unroll(full)
    for (int r = 0; r < rows; r++) {
      f32x16 d = lanes_load(x + (size_t)r * stride + i) - mean[r];
      square[r] = lanes_fma(d, d, square[r]);
    }
#pragma clang loop unroll(full)
  for (int r = 0; r < rows; r++) {
    if (rest) {
      f32x16 d = lanes_load_some(x + (size_t)r * stride + whole, rest) - mean[r];
      d = index < rest ? d : (f32x16)0.0f;
      square[r] = lanes_fma(d, d, square[r]);
    }
    float variance = lanes_sum(square[r]) / (float)width;
    float inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
    moments[r] = (moments_t){-mean[r] * inverse, inverse};
  }
}

LANE_INLINE void lanes_norm_rows(const int rows, const umwelt_activation activation, int32_t width,
                                 const float *x, const float *gain, const float *bias,
                                 float epsilon, float *y) {
  moments_t m[NORM_ROWS];
  lanes_moments(rows, x, (size_t)width, width, epsilon, m);
#define LANES_NORM_STEP(i, count)                                                               \
  do {                                                                                          \
    f32x16 v = lanes_fma(lanes_load_some(x + (i), count), (f32x16)m[r].inverse,                 \
                         (f32x16)m[r].shift);                                                   \
    if (gain)                                                                                   \
      v = lanes_fma(v, lanes_load_some(gain + (i), count), lanes_load_some(bias + (i), count)); \
    lanes_store_some(y + (i), lanes_activate(activation, v), count);                            \
  } while (0)
  for (int r = 0; r < rows; r++, x += width, y += width) LANES_STEPS(width, LANES_NORM_STEP);
#undef LANES_NORM_STEP
}

LANE_INLINE void lanes_layer_norm(int32_t rows, int32_t width, const float *x, const float *gain,
                                  const float *bias, float epsilon, umwelt_activation activation,
                                  float *y) {
  int32_t r = 0;
#define LANES_NORM(activation)                                                          \
  for (; r + NORM_ROWS <= rows; r += NORM_ROWS) {                                       \
    size_t at = (size_t)r * (size_t)width;                                              \
    lanes_norm_rows(NORM_ROWS, activation, width, x + at, gain, bias, epsilon, y + at); \
  }                                                                                     \
  for (; r < rows; r++) {                                                               \
    size_t at = (size_t)r * (size_t)width;                                              \
    lanes_norm_rows(1, activation, width, x + at, gain, bias, epsilon, y + at);         \
  }
  LANES_SPECIALISE(activation, LANES_NORM)
#undef LANES_NORM
}

LANE_INLINE void lanes_adaptive_rows(const int rows, int32_t width, const float *x,
                                     const umwelt_modulation *a, size_t row, float *y) {
  moments_t m[NORM_ROWS];
  lanes_moments(rows, x, (size_t)width, width, a->inner_epsilon, m);
  for (int r = 0; r < rows; r++) {
    const float *from = x + (size_t)r * (size_t)width;
    float *to = y + (size_t)r * (size_t)width;
    const float *shift = a->shift + (row + (size_t)r) * a->stride;
    const float *scale = a->scale + (row + (size_t)r) * a->stride;
#define LANES_MODULATE(i, count)                                                \
  do {                                                                          \
    f32x16 v = lanes_fma(lanes_load_some(from + (i), count),                    \
                         (f32x16)m[r].inverse, (f32x16)m[r].shift);             \
    v = lanes_fma(v, lanes_load_some(scale + (i), count),                       \
                  v + lanes_load_some(shift + (i), count));                     \
    lanes_store_some(to + (i), v, count);                                       \
  } while (0)
    LANES_STEPS(width, LANES_MODULATE);
#undef LANES_MODULATE
  }
  lanes_norm_rows(rows, UMWELT_NO_ACTIVATION, width, y, a->gain, a->bias, a->epsilon, y);
}

LANE_INLINE void lanes_adaptive_norm(int32_t rows, int32_t width, const float *x,
                                     const umwelt_modulation *a, float *y) {
  size_t r = 0, w = (size_t)width;
  for (; r + NORM_ROWS <= (size_t)rows; r += NORM_ROWS)
    lanes_adaptive_rows(NORM_ROWS, width, x + r * w, a, r, y + r * w);
  for (; r < (size_t)rows; r++) lanes_adaptive_rows(1, width, x + r * w, a, r, y + r * w);
}
#endif
