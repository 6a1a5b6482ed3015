// SPDX-License-Identifier: Apache-2.0
// Included first by every avxvnni.c; the file ends with `#pragma clang attribute pop`.
#define UMWELT_TARGET "avx2,fma,avxvnni"
#include "avx2.h"
