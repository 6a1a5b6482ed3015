// SPDX-License-Identifier: Apache-2.0
// Quantisation in lanes, to plain int8.
#ifndef UMWELT_LANES_QUANTISE_H
#define UMWELT_LANES_QUANTISE_H
#include "../lanes.h"

LANE_INLINE float lanes_row_magnitude(const float *row, int32_t width) {
  u32x16 most = 0, more = 0;
  int32_t i = 0;
  for (; i + 2 * UMWELT_LANES <= width; i += 2 * UMWELT_LANES) {
    most = lanes_greater_magnitude(most, lanes_load(row + i));
    more = lanes_greater_magnitude(more, lanes_load(row + i + UMWELT_LANES));
  }
  if (i + UMWELT_LANES <= width) {
    most = lanes_greater_magnitude(most, lanes_load(row + i));
    i += UMWELT_LANES;
  }
  if (i < width) more = lanes_greater_magnitude(more, lanes_load_some(row + i, width - i));
  return lanes_magnitude(__builtin_elementwise_max(most, more));
}

LANE_INLINE void lanes_put_int8(int8_t *q, i8x16 v, int32_t count) {
  if (count >= UMWELT_LANES) *(i8x16_unaligned *)q = v;
  else __builtin_memcpy(q, &v, (size_t)count);
}

LANE_INLINE void lanes_quantise_rows(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                     int8_t *q, float *scale) {
  for (size_t r = 0; r < (size_t)rows; r++, x += x_stride, q += width) {
    float magnitude = lanes_row_magnitude(x, width), quantiser = umwelt_quantiser(magnitude);
    scale[r] = umwelt_scale_of(magnitude);
#define LANES_PUT(i, count)                                                                     \
  lanes_put_int8(q + (i), lanes_narrow(lanes_round(lanes_load_some(x + (i), count) * quantiser)), \
                 count)
    LANES_STEPS(width, LANES_PUT);
#undef LANES_PUT
  }
}

// Sixteen columns (or the `count` that are left) over all rows.
LANE_INLINE void lanes_quantise_columns(int32_t rows, int32_t width, const float *x,
                                        size_t x_stride, int8_t *q, float *scale) {
  for (int32_t i = 0; i < width; i += UMWELT_LANES) {
    int32_t count = width - i;
    u32x16 most = 0;
    for (size_t r = 0; r < (size_t)rows; r++)
      most = lanes_greater_magnitude(most, lanes_load_some(x + r * x_stride + i, count));
    f32x16 magnitude = (f32x16)most;
    f32x16 quantiser = magnitude < UMWELT_LEAST_MAGNITUDE ? (f32x16)0.0f : 127.0f / magnitude;
    f32x16 unit = magnitude / 127.0f + (magnitude - magnitude);
    lanes_store_some(scale + i, magnitude < UMWELT_LEAST_MAGNITUDE ? (f32x16)0.0f : unit, count);
    for (size_t r = 0; r < (size_t)rows; r++)
      lanes_put_int8(q + r * (size_t)width + (size_t)i,
                     lanes_narrow(lanes_round(lanes_load_some(x + r * x_stride + i, count) *
                                              quantiser)), count);
  }
}
#endif
