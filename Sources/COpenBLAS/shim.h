// SPDX-License-Identifier: Apache-2.0
// OpenBLAS under every Debian layout: the headers stand on the compiler's default path.
#include <cblas.h>
