// SPDX-License-Identifier: Apache-2.0
// Quantised rows are int16, padded with zeros to whole steps of 16: vpmaddwd takes int16 pairs.
#if defined(__x86_64__)
#include "../isa/avx2.h"
#include "lanes_quantise.h"

typedef int16_t i16x16 __attribute__((ext_vector_type(16)));

size_t umwelt_row_bytes_avx2(int32_t width) {
  size_t steps = ((size_t)width + UMWELT_LANES - 1) / UMWELT_LANES;
  return steps * UMWELT_LANES * sizeof(int16_t);
}

void umwelt_quantise_avx2(int32_t rows, int32_t width, const float *x, void *quantised,
                          float *row_scale) {
  for (size_t r = 0; r < (size_t)rows; r++) {
    const float *row = x + r * (size_t)width;
    i16x16 *q = (i16x16 *)((char *)quantised + r * umwelt_row_bytes_avx2(width));
    float scale = lanes_row_scale(row, width);
    row_scale[r] = scale;
    for (int32_t i = 0; i < width; i += UMWELT_LANES) {
      i32x16 v = 0;
      if (scale > 0) v = lanes_quantise(lanes_load_some(row + i, width - i), scale);
      q[i / UMWELT_LANES] = __builtin_convertvector(v, i16x16);
    }
  }
}
#pragma clang attribute pop
#endif
