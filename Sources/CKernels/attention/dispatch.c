// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

void umwelt_attention(umwelt_isa isa, int32_t tokens, int32_t heads, int32_t head, float scale,
                      const float *qkv, float *output) {
  UMWELT_FLOAT_TABLE(umwelt_attention);
  table[isa](tokens, heads, head, scale, qkv, output);
}
