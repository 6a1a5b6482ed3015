// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

void umwelt_layer_norm(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                       const float *gain, const float *bias, float epsilon, float *y) {
  UMWELT_TABLE(umwelt_layer_norm);
  table[isa](rows, width, x, gain, bias, epsilon, y);
}
