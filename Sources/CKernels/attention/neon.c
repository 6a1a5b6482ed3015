// SPDX-License-Identifier: Apache-2.0
#if defined(__aarch64__)
#include "../isa/neon.h"
#include "lanes_attention.h"

void umwelt_attention_neon(int32_t tokens, int32_t heads, int32_t head, float scale,
                           const float *qkv, float *output) {
  lanes_attention(tokens, heads, head, scale, qkv, output);
}
#pragma clang attribute pop
#endif
