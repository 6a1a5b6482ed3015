// SPDX-License-Identifier: Apache-2.0
#if defined(__x86_64__)
#include "../isa/avx512vnni.h"
#include "lanes_window.h"

void umwelt_window_attention_avx512vnni(const umwelt_windows *windows) {
  lanes_window_attention(windows);
}
#pragma clang attribute pop
#endif
