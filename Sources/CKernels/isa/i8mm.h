// SPDX-License-Identifier: Apache-2.0
// Included first by every i8mm.c; the file ends with `#pragma clang attribute pop`.
#define UMWELT_TARGET "arch=armv8.2-a+dotprod+i8mm"
#include "neon.h"
