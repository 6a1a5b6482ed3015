// SPDX-License-Identifier: Apache-2.0
// Row quantisation in lanes; the including file says how sixteen rounded values are stored.
#ifndef UMWELT_LANES_QUANTISE_H
#define UMWELT_LANES_QUANTISE_H
#include "../lanes.h"

LANE_INLINE float lanes_row_scale(const float *row, int32_t width) {
  f32x16 most = 0;
  int32_t whole = width - width % UMWELT_LANES;
  for (int32_t i = 0; i < whole; i += UMWELT_LANES)
    most = lanes_max(lanes_abs(lanes_load(row + i)), most);
  if (whole < width)
    most = lanes_max(lanes_abs(lanes_load_some(row + whole, width - whole)), most);
  return lanes_max_across(most) / 127.0f;
}

// Padding lanes are zero in and zero out.
LANE_INLINE i32x16 lanes_quantise(f32x16 x, float scale) {
  f32x16 v = x / scale;
  v = lanes_min(v, (f32x16)127.0f);
  v = lanes_max(v, (f32x16)-127.0f);
  return __builtin_convertvector((v + UMWELT_ROUND_MAGIC) - UMWELT_ROUND_MAGIC, i32x16);
}
#endif
