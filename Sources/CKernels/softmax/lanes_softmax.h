// SPDX-License-Identifier: Apache-2.0
// Softmax in lanes; the last step's missing lanes add an exact zero.
#ifndef UMWELT_LANES_SOFTMAX_H
#define UMWELT_LANES_SOFTMAX_H
#include "../lanes.h"

LANE_INLINE float lanes_row_max(const float *row, int32_t width) {
  f32x16 most = (f32x16)row[0];
  int32_t whole = width - width % UMWELT_LANES;
  for (int32_t i = 0; i < whole; i += UMWELT_LANES) most = lanes_max(lanes_load(row + i), most);
  float result = lanes_max_across(most);
  for (int32_t i = whole; i < width; i++) result = row[i] > result ? row[i] : result;
  return result;
}

// exp(scale * (v - most)) of `count` values; the missing ones are zero.
LANE_INLINE f32x16 lanes_softmax_step(const float *x, float most, float factor, int32_t count) {
  const i32x16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  f32x16 e = lanes_exp2((lanes_load_some(x, count) - most) * factor);
  return count >= UMWELT_LANES ? e : (index < count ? e : (f32x16)0.0f);
}

LANE_INLINE void lanes_softmax_row(int32_t width, float *x, float scale) {
  float most = lanes_row_max(x, width), factor = scale * UMWELT_LOG2_E;
  f32x16 sum = 0;
#define LANES_EXPONENTIALS(i, count)                              \
  do {                                                            \
    f32x16 e = lanes_softmax_step(x + (i), most, factor, count);  \
    sum += e;                                                     \
    lanes_store_some(x + (i), e, count);                          \
  } while (0)
  LANES_STEPS(width, LANES_EXPONENTIALS);
#undef LANES_EXPONENTIALS
  float inverse = 1.0f / lanes_sum(sum);
#define LANES_SCALE(i, count) \
  lanes_store_some(x + (i), lanes_load_some(x + (i), count) * inverse, count)
  LANES_STEPS(width, LANES_SCALE);
#undef LANES_SCALE
}
#endif
