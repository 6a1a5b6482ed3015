// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

void umwelt_softmax(umwelt_isa isa, int32_t rows, int32_t width, float *x, size_t x_stride,
                    float scale) {
  UMWELT_FLOAT_TABLE(umwelt_softmax);
  table[isa](rows, width, x, x_stride, scale);
}

void umwelt_softmax_quantise(umwelt_isa isa, int32_t rows, int32_t width, float *x, size_t x_stride,
                             float scale, void *quantised, float *row_scale) {
  UMWELT_ROWS_TABLE(umwelt_softmax_quantise);
  table[isa](rows, width, x, x_stride, scale, quantised, row_scale);
}
