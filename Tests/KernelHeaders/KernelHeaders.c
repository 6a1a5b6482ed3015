// SPDX-License-Identifier: Apache-2.0
// A module needs a source file.
#include "KernelHeaders.h"
