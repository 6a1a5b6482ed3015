// SPDX-License-Identifier: Apache-2.0
// The specification: mean, then the mean squared deviation (two passes), sums in 16 partials.
// Source: Ba, Kiros and Hinton, "Layer Normalization" (2016).
#include "../activation/scalar.h"
#include "../operations.h"

void umwelt_layer_norm_reference(int32_t rows, int32_t width, const float *x, const float *gain,
                                 const float *bias, float epsilon, float *y) {
  for (size_t r = 0; r < (size_t)rows; r++) {
    const float *row = x + r * (size_t)width;
    float *out = y + r * (size_t)width;
    float partial[UMWELT_LANES] = {0};
    for (int32_t i = 0; i < width; i++) partial[i % UMWELT_LANES] += row[i];
    float mean = umwelt_tree_sum(partial) / (float)width;
    float square[UMWELT_LANES] = {0};
    for (int32_t i = 0; i < width; i++) {
      float d = row[i] - mean;
      square[i % UMWELT_LANES] += d * d;
    }
    float variance = umwelt_tree_sum(square) / (float)width;
    float inverse = 1.0f / __builtin_sqrtf(variance + epsilon);
    for (int32_t i = 0; i < width; i++) out[i] = (row[i] - mean) * inverse * gain[i] + bias[i];
  }
}
