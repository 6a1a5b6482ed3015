// SPDX-License-Identifier: Apache-2.0
// Included first by every dotprod.c; the file ends with `#pragma clang attribute pop`.
#define UMWELT_TARGET "arch=armv8.2-a+dotprod"
#include "neon.h"
