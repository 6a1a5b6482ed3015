// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

size_t umwelt_row_bytes(umwelt_isa isa, int32_t width) {
  UMWELT_ROWS_TABLE(umwelt_row_bytes);
  return table[isa](width);
}

void umwelt_quantise(umwelt_isa isa, int32_t rows, int32_t width, const float *x, size_t x_stride,
                     void *quantised, float *row_scale) {
  UMWELT_ROWS_TABLE(umwelt_quantise);
  table[isa](rows, width, x, x_stride, quantised, row_scale);
}

void umwelt_quantise_rows(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                          size_t x_stride, int8_t *q, float *row_scale) {
  UMWELT_FLOAT_TABLE(umwelt_quantise_rows);
  table[isa](rows, width, x, x_stride, q, row_scale);
}

void umwelt_quantise_columns(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                             size_t x_stride, int8_t *q, float *column_scale) {
  UMWELT_FLOAT_TABLE(umwelt_quantise_columns);
  table[isa](rows, width, x, x_stride, q, column_scale);
}
