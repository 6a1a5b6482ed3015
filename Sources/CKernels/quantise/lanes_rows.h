// SPDX-License-Identifier: Apache-2.0
// Rows for the gemm in lanes. The including file says how sixteen rounded values are stored
// (lanes_put(row, i, values); LANES_PUT_FOUR for 64 at once, where that is faster) and how long a
// row is (lanes_row_bytes).
#ifndef UMWELT_LANES_ROWS_H
#define UMWELT_LANES_ROWS_H
#include "../softmax/lanes_softmax.h"
#include "lanes_quantise.h"

// Padding lanes are zero in and zero out.
LANE_INLINE void lanes_quantise(int32_t rows, int32_t width, const float *x, size_t x_stride,
                                void *quantised, float *row_scale) {
  for (size_t r = 0; r < (size_t)rows; r++, x += x_stride) {
    char *q = (char *)quantised + r * lanes_row_bytes(width);
    float magnitude = lanes_row_magnitude(x, width), quantiser = umwelt_quantiser(magnitude);
    row_scale[r] = umwelt_scale_of(magnitude);
    int32_t whole = width - width % UMWELT_LANES, i = 0;
#if defined(LANES_PUT_FOUR)
    for (; i + 64 <= width; i += 64)
      LANES_PUT_FOUR(q, i, lanes_round(lanes_load(x + i) * quantiser),
                     lanes_round(lanes_load(x + i + 16) * quantiser),
                     lanes_round(lanes_load(x + i + 32) * quantiser),
                     lanes_round(lanes_load(x + i + 48) * quantiser));
#endif
    for (; i < whole; i += UMWELT_LANES)
      lanes_put(q, i, lanes_round(lanes_load(x + i) * quantiser));
    if (whole < width)
      lanes_put(q, whole, lanes_round(lanes_load_some(x + whole, width - whole) * quantiser));
  }
}

LANE_INLINE void lanes_softmax_quantise(int32_t rows, int32_t width, const float *x,
                                        size_t x_stride, float scale, void *quantised,
                                        float *row_scale) {
  for (size_t r = 0; r < (size_t)rows; r++, x += x_stride) {
    char *q = (char *)quantised + r * lanes_row_bytes(width);
    float most = lanes_row_max(x, width), factor = scale * UMWELT_LOG2_E;
    f32x16 sum = 0;
#define LANES_EXPONENTIALS(i, count)                              \
  do {                                                            \
    f32x16 e = lanes_softmax_step(x + (i), most, factor, count);  \
    sum += e;                                                     \
    lanes_put(q, i, lanes_round(e * 127.0f));                     \
  } while (0)
    LANES_STEPS(width, LANES_EXPONENTIALS);
#undef LANES_EXPONENTIALS
    row_scale[r] = 1.0f / (127.0f * lanes_sum(sum));
  }
}
#endif
