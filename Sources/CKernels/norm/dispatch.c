// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

void umwelt_layer_norm(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                       const float *gain, const float *bias, float epsilon,
                       umwelt_activation activation, float *y) {
  UMWELT_FLOAT_TABLE(umwelt_layer_norm);
  table[isa](rows, width, x, gain, bias, epsilon, activation, y);
}

void umwelt_adaptive_norm(umwelt_isa isa, int32_t rows, int32_t width, const float *x,
                          const umwelt_modulation *modulation, float *y) {
  UMWELT_FLOAT_TABLE(umwelt_adaptive_norm);
  table[isa](rows, width, x, modulation, y);
}
