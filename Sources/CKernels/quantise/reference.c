// SPDX-License-Identifier: Apache-2.0
// The specification. A row whose scale is zero (all zeros, or so small that max / 127 underflows)
// quantises to zeros. A NaN becomes 127: defined, and caught by the caller's finiteness checks.
#include "../activation/scalar.h"
#include "../operations.h"

size_t umwelt_row_bytes_reference(int32_t width) { return (size_t)width; }

void umwelt_quantise_reference(int32_t rows, int32_t width, const float *x, void *quantised,
                               float *row_scale) {
  for (size_t r = 0; r < (size_t)rows; r++) {
    const float *row = x + r * (size_t)width;
    int8_t *q = (int8_t *)quantised + r * (size_t)width;
    float most = 0;
    for (int32_t i = 0; i < width; i++) {
      float a = __builtin_fabsf(row[i]);
      most = a > most ? a : most;
    }
    float scale = most / 127.0f;
    row_scale[r] = scale;
    for (int32_t i = 0; i < width; i++) {
      float v = scale > 0 ? row[i] / scale : 0.0f;
      v = v < 127.0f ? v : 127.0f;
      v = v > -127.0f ? v : -127.0f;
      q[i] = (int8_t)((v + UMWELT_ROUND_MAGIC) - UMWELT_ROUND_MAGIC);
    }
  }
}
