// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include "../isa/avx2.h"
#include "lanes_window.h"

void umwelt_window_attention_avx2(const umwelt_windows *windows) {
  lanes_window_attention(windows);
}
#pragma clang attribute pop
#endif
