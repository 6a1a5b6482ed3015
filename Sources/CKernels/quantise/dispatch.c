// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

size_t umwelt_row_bytes(umwelt_isa isa, int32_t width) {
  UMWELT_TABLE(umwelt_row_bytes);
  return table[isa](width);
}

void umwelt_quantise(umwelt_isa isa, int32_t rows, int32_t width, const float *x, void *quantised,
                     float *row_scale) {
  UMWELT_TABLE(umwelt_quantise);
  table[isa](rows, width, x, quantised, row_scale);
}
