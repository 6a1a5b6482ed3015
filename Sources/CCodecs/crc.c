// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include "CCodecs.h"

uint32_t umwelt_crc32(uint32_t crc, const void *bytes, size_t count) {
  return (uint32_t)crc32_z(crc, bytes, count);
}
