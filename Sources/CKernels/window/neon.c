// SPDX-License-Identifier: Apache-2.0
#if defined(__aarch64__)
#include "../isa/neon.h"
#include "lanes_window.h"

void umwelt_window_attention_neon(const umwelt_windows *windows) {
  lanes_window_attention(windows);
}
#pragma clang attribute pop
#endif
