// SPDX-License-Identifier: Apache-2.0
// Causal attention in short windows, one head a lane: a score, a softmax and a weighted sum of
// sixteen heads need no sum across lanes.
#ifndef UMWELT_LANES_WINDOW_H
#define UMWELT_LANES_WINDOW_H
#include "../lanes.h"

// Scores of one query against `keys` keys, constant at each call; even and odd features apart.
LANE_INLINE void lanes_window_scores(const int keys, int32_t head, size_t heads, const float *q,
                                     const float *k, size_t k_stride, float scale, f32x16 *score) {
  f32x16 even[4], odd[4];
#pragma clang loop unroll(full)
  for (int j = 0; j < keys; j++) even[j] = odd[j] = 0;
  int32_t d = 0;
  for (; d + 2 <= head; d += 2) {
    f32x16 q0 = lanes_load(q + (size_t)d * heads), q1 = lanes_load(q + (size_t)(d + 1) * heads);
#pragma clang loop unroll(full)
    for (int j = 0; j < keys; j++) {
      const float *key = k + (size_t)j * k_stride + (size_t)d * heads;
      even[j] = lanes_fma(q0, lanes_load(key), even[j]);
      odd[j] = lanes_fma(q1, lanes_load(key + heads), odd[j]);
    }
  }
  if (d < head) {
    f32x16 q0 = lanes_load(q + (size_t)d * heads);
    for (int j = 0; j < keys; j++)
      even[j] = lanes_fma(q0, lanes_load(k + (size_t)j * k_stride + (size_t)d * heads), even[j]);
  }
#pragma clang loop unroll(full)
  for (int j = 0; j < keys; j++) score[j] = (even[j] + odd[j]) * scale;
}

// One query's sixteen heads over `keys` keys.
LANE_INLINE void lanes_window_query(int32_t keys, const umwelt_windows *w, const float *q,
                                    const float *k, const float *v, float *output) {
  size_t heads = (size_t)w->heads, stride = w->kv_token;
  f32x16 weight[UMWELT_WINDOW_MAX];
  int32_t j = 0;
  for (; j + 4 <= keys; j += 4)
    lanes_window_scores(4, w->head, heads, q, k + (size_t)j * stride, stride, w->scale, weight + j);
  const float *rest = k + (size_t)j * stride;
  if (keys - j == 3) lanes_window_scores(3, w->head, heads, q, rest, stride, w->scale, weight + j);
  if (keys - j == 2) lanes_window_scores(2, w->head, heads, q, rest, stride, w->scale, weight + j);
  if (keys - j == 1) lanes_window_scores(1, w->head, heads, q, rest, stride, w->scale, weight + j);
  f32x16 most = weight[0], sum = 0;
  for (j = 1; j < keys; j++) most = lanes_max(weight[j], most);
  for (j = 0; j < keys; j++) {
    weight[j] = lanes_exp2((weight[j] - most) * UMWELT_LOG2_E);
    sum += weight[j];
  }
  f32x16 inverse = 1.0f / sum;
  for (j = 0; j < keys; j++) weight[j] = weight[j] * inverse;
  for (size_t d = 0; d < (size_t)w->head; d++) {
    f32x16 total = 0;
    for (j = 0; j < keys; j++)
      total = lanes_fma(weight[j], lanes_load(v + (size_t)j * stride + d * heads), total);
    lanes_store(output + d * heads, total);
  }
}

LANE_INLINE void lanes_window_attention(const umwelt_windows *w) {
  for (size_t b = 0; b < (size_t)w->windows; b++)
    for (int32_t i = 0; i < w->queries; i++) {
      const float *q = w->q + b * w->q_window + (size_t)i * w->q_token;
      float *output = w->output + b * w->output_window + (size_t)i * w->output_token;
      int32_t keys = w->tokens - w->queries + i + 1;
      for (int32_t h = 0; h < w->heads; h += UMWELT_LANES)
        lanes_window_query(keys, w, q + h, w->k + b * w->kv_window + h,
                           w->v + b * w->kv_window + h, output + h);
    }
}
#endif
