// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"
#include "lanes_norm.h"

void umwelt_layer_norm_avx512vnni(int32_t rows, int32_t width, const float *x, const float *gain,
                            const float *bias, float epsilon, umwelt_activation activation,
                            float *y) {
  lanes_layer_norm(rows, width, x, gain, bias, epsilon, activation, y);
}

void umwelt_adaptive_norm_avx512vnni(int32_t rows, int32_t width, const float *x,
                               const umwelt_modulation *modulation, float *y) {
  lanes_adaptive_norm(rows, width, x, modulation, y);
}
#pragma clang attribute pop
#endif
