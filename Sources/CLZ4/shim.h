// SPDX-License-Identifier: Apache-2.0
// LZ4's frame format, as MCAP chunks are packed.
#include <lz4frame.h>
