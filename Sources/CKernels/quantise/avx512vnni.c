// SPDX-License-Identifier: Apache-2.0
// Quantised rows are uint8 = q + 128, padded to whole steps of 16: vpdpbusd takes unsigned times
// signed. The gemm takes 128 * sum(weights) off again.
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"
#include "lanes_quantise.h"

typedef uint8_t u8x16 __attribute__((ext_vector_type(16)));

size_t umwelt_row_bytes_avx512vnni(int32_t width) {
  size_t steps = ((size_t)width + UMWELT_LANES - 1) / UMWELT_LANES;
  return steps * UMWELT_LANES * sizeof(uint8_t);
}

void umwelt_quantise_avx512vnni(int32_t rows, int32_t width, const float *x, void *quantised,
                          float *row_scale) {
  for (size_t r = 0; r < (size_t)rows; r++) {
    const float *row = x + r * (size_t)width;
    u8x16 *q = (u8x16 *)((char *)quantised + r * umwelt_row_bytes_avx512vnni(width));
    float scale = lanes_row_scale(row, width);
    row_scale[r] = scale;
    for (int32_t i = 0; i < width; i += UMWELT_LANES) {
      i32x16 v = 0;
      if (scale > 0) v = lanes_quantise(lanes_load_some(row + i, width - i), scale);
      q[i / UMWELT_LANES] = __builtin_convertvector(v + 128, u8x16);
    }
  }
}
#pragma clang attribute pop
#endif
