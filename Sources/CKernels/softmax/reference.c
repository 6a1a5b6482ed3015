// SPDX-License-Identifier: Apache-2.0
// The specification: the greatest value off, exponentials, their sum in 16 partials.
#include "../operations.h"
#include "../scalar.h"

static float exponentials(int32_t width, float *x, float scale) {
  float most = x[0], factor = scale * UMWELT_LOG2_E, partial[UMWELT_LANES] = {0};
  for (int32_t i = 0; i < width; i++) most = x[i] > most ? x[i] : most;
  for (int32_t i = 0; i < width; i++) {
    x[i] = umwelt_exp2((x[i] - most) * factor);
    partial[i % UMWELT_LANES] += x[i];
  }
  return umwelt_tree_sum(partial);
}

void umwelt_softmax_reference(int32_t rows, int32_t width, float *x, size_t x_stride,
                              float scale) {
  for (size_t r = 0; r < (size_t)rows; r++, x += x_stride) {
    float inverse = 1.0f / exponentials(width, x, scale);
    for (int32_t i = 0; i < width; i++) x[i] *= inverse;
  }
}

void umwelt_softmax_quantise_reference(int32_t rows, int32_t width, float *x, size_t x_stride,
                                       float scale, void *quantised, float *row_scale) {
  for (size_t r = 0; r < (size_t)rows; r++, x += x_stride) {
    int8_t *q = (int8_t *)quantised + r * umwelt_row_bytes_reference(width);
    row_scale[r] = 1.0f / (127.0f * exponentials(width, x, scale));
    for (int32_t i = 0; i < width; i++) q[i] = umwelt_quantised(x[i], 127.0f);
  }
}
