// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"
#include "lanes_attention.h"

void umwelt_attention_avx512vnni(int32_t tokens, int32_t heads, int32_t head, float scale,
                           const float *qkv, float *output) {
  lanes_attention(tokens, heads, head, scale, qkv, output);
}
#pragma clang attribute pop
#endif
