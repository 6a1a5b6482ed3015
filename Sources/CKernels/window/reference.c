// SPDX-License-Identifier: Apache-2.0
// The specification: causal softmax(q k^T scale) v; a score is the sum over even features plus the
// sum over odd ones, the softmax sum and the weighted values add in the order of the keys.
#include "../operations.h"
#include "../scalar.h"

static void query(const umwelt_windows *w, int32_t keys, const float *q, const float *k,
                  const float *v, float *output) {
  size_t heads = (size_t)w->heads;
  float weight[UMWELT_WINDOW_MAX], most = 0, sum = 0;
  for (int32_t j = 0; j < keys; j++) {
    float part[2] = {0, 0};
    for (size_t d = 0; d < (size_t)w->head; d++)
      part[d % 2] = umwelt_fma(q[d * heads], k[(size_t)j * w->kv_token + d * heads], part[d % 2]);
    weight[j] = (part[0] + part[1]) * w->scale;
    most = j == 0 || weight[j] > most ? weight[j] : most;
  }
  for (int32_t j = 0; j < keys; j++) {
    weight[j] = umwelt_exp2((weight[j] - most) * UMWELT_LOG2_E);
    sum += weight[j];
  }
  for (int32_t j = 0; j < keys; j++) weight[j] = weight[j] * (1.0f / sum);
  for (size_t d = 0; d < (size_t)w->head; d++) {
    float total = 0;
    for (int32_t j = 0; j < keys; j++)
      total = umwelt_fma(weight[j], v[(size_t)j * w->kv_token + d * heads], total);
    output[d * heads] = total;
  }
}

void umwelt_window_attention_reference(const umwelt_windows *w) {
  for (size_t b = 0; b < (size_t)w->windows; b++)
    for (int32_t i = 0; i < w->queries; i++)
      for (int32_t h = 0; h < w->heads; h++)
        query(w, w->tokens - w->queries + i + 1,
              w->q + b * w->q_window + (size_t)i * w->q_token + h, w->k + b * w->kv_window + h,
              w->v + b * w->kv_window + h,
              w->output + b * w->output_window + (size_t)i * w->output_token + h);
}
