// SPDX-License-Identifier: Apache-2.0
// Layer norm in lanes; the last step's missing lanes add an exact zero.
#ifndef UMWELT_LANES_NORM_H
#define UMWELT_LANES_NORM_H
#include "../lanes.h"

LANE_INLINE void lanes_layer_norm(int32_t rows, int32_t width, const float *x, const float *gain,
                                  const float *bias, float epsilon, float *y) {
  const i32x16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  int32_t whole = width - width % UMWELT_LANES, rest = width - whole;
  for (size_t r = 0; r < (size_t)rows; r++) {
    const float *row = x + r * (size_t)width;
    float *out = y + r * (size_t)width;
    f32x16 last = rest ? lanes_load_some(row + whole, rest) : (f32x16)0.0f;
    f32x16 partial = 0;
    for (int32_t i = 0; i < whole; i += UMWELT_LANES) partial += lanes_load(row + i);
    if (rest) partial += last;
    float mean = lanes_sum(partial) / (float)width;
    f32x16 square = 0;
    for (int32_t i = 0; i < whole; i += UMWELT_LANES) {
      f32x16 d = lanes_load(row + i) - mean;
      square += d * d;
    }
    if (rest) {
      f32x16 d = lanes_select(index < rest, last - mean, (f32x16)0.0f);
      square += d * d;
    }
    float variance = lanes_sum(square) / (float)width;
    float inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
    for (int32_t i = 0; i < whole; i += UMWELT_LANES)
      lanes_store(out + i, (lanes_load(row + i) - mean) * inverse * lanes_load(gain + i) +
                               lanes_load(bias + i));
    if (rest) {
      f32x16 v = (last - mean) * inverse * lanes_load_some(gain + whole, rest) +
                 lanes_load_some(bias + whole, rest);
      lanes_store_some(out + whole, v, rest);
    }
  }
}
#endif
