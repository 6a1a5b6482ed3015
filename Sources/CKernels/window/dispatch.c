// SPDX-License-Identifier: Apache-2.0
#include "../operations.h"

void umwelt_window_attention(umwelt_isa isa, const umwelt_windows *windows) {
  UMWELT_FLOAT_TABLE(umwelt_window_attention);
  table[isa](windows);
}
