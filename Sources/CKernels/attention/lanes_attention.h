// SPDX-License-Identifier: Apache-2.0
// Attention of a few tokens in lanes: scores with one lane per key (keys transposed first), values
// with one lane per feature.
#ifndef UMWELT_LANES_ATTENTION_H
#define UMWELT_LANES_ATTENTION_H
#include "../lanes.h"

LANE_INLINE void lanes_attention_head(size_t tokens, int32_t head, float scale, size_t width,
                                      const float *q, float *output) {
  const i32x16 index = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
  size_t stride = 3 * width;
  const float *k = q + width, *v = k + width;
  float keys[UMWELT_ATTENTION_HEAD_MAX][UMWELT_LANES];
  for (int32_t d = 0; d < head; d++)
    for (size_t j = 0; j < UMWELT_LANES; j++)
      keys[d][j] = j < tokens ? k[j * stride + (size_t)d] : 0.0f;
  for (size_t t = 0; t < tokens; t++) {
    f32x16 score = 0;
    for (int32_t d = 0; d < head; d++)
      score = lanes_fma((f32x16)q[t * stride + (size_t)d], lanes_load(keys[d]), score);
    score = score * scale;
    if (tokens < UMWELT_LANES) score = index < (int32_t)tokens ? score : (f32x16)score[0];
    f32x16 weight = lanes_exp2((score - lanes_max_across(score)) * UMWELT_LOG2_E);
    if (tokens < UMWELT_LANES) weight = index < (int32_t)tokens ? weight : (f32x16)0.0f;
    float inverse = 1.0f / lanes_sum(weight);
    float w[UMWELT_LANES];
    lanes_store(w, weight);
    for (int32_t d = 0; d < head; d += UMWELT_LANES) {
      f32x16 sum = 0;
      for (size_t j = 0; j < tokens; j++)
        sum = lanes_fma((f32x16)w[j], lanes_load_some(v + j * stride + (size_t)d, head - d), sum);
      lanes_store_some(output + t * width + (size_t)d, sum * inverse, head - d);
    }
  }
}

LANE_INLINE void lanes_attention(int32_t tokens, int32_t heads, int32_t head, float scale,
                                 const float *qkv, float *output) {
  size_t width = (size_t)heads * (size_t)head;
  for (size_t h = 0; h < (size_t)heads; h++)
    lanes_attention_head((size_t)tokens, head, scale, width, qkv + h * (size_t)head,
                         output + h * (size_t)head);
}
#endif
