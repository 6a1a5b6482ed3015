// SPDX-License-Identifier: Apache-2.0
// The specification: softmax(q k^T scale) v for each head; scores sum over the head's features in
// order, the softmax sum is the 16-lane tree, the weighted values sum over tokens in order.
// Source: Vaswani et al., "Attention Is All You Need" (2017), equation 1.
#include "../operations.h"
#include "../scalar.h"

void umwelt_attention_reference(int32_t tokens, int32_t heads, int32_t head, float scale,
                                const float *qkv, float *output) {
  size_t width = (size_t)heads * (size_t)head, stride = 3 * width;
  for (size_t h = 0; h < (size_t)heads; h++)
    for (size_t t = 0; t < (size_t)tokens; t++) {
      const float *q = qkv + t * stride + h * (size_t)head, *k = q - t * stride + width;
      const float *v = k + width;
      float weight[UMWELT_LANES] = {0}, most = 0;
      for (size_t j = 0; j < (size_t)tokens; j++) {
        float score = 0;
        for (int32_t d = 0; d < head; d++) score = umwelt_fma(q[d], k[j * stride + (size_t)d], score);
        weight[j] = score * scale;
        most = j == 0 || weight[j] > most ? weight[j] : most;
      }
      for (size_t j = 0; j < (size_t)tokens; j++)
        weight[j] = umwelt_exp2((weight[j] - most) * UMWELT_LOG2_E);
      float inverse = 1.0f / umwelt_tree_sum(weight);
      for (int32_t d = 0; d < head; d++) {
        float sum = 0;
        for (size_t j = 0; j < (size_t)tokens; j++)
          sum = umwelt_fma(weight[j], v[j * stride + (size_t)d], sum);
        output[t * width + h * (size_t)head + (size_t)d] = sum * inverse;
      }
    }
}
