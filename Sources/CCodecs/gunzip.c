// SPDX-License-Identifier: Apache-2.0
#include "CCodecs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

// A cut-off gzip file ends with a plain end of file in gzread; gzclose_r alone tells (Z_BUF_ERROR).
static int32_t finish(gzFile file, int32_t result) {
  int closed = gzclose_r(file);
  if (result != 0) return result;
  return closed == Z_OK ? 0 : closed == Z_BUF_ERROR ? UMWELT_CODEC_FORMAT : UMWELT_CODEC_READ;
}

// Makes room for more; a byte beyond the limit is asked for, so that "too large" shows.
static int32_t grow(uint8_t **data, size_t *capacity, size_t limit) {
  size_t wanted = *capacity < 65536 ? 65536 : *capacity * 2;
  if (wanted > limit + 1) wanted = limit + 1;
  uint8_t *more = realloc(*data, wanted);
  if (more == NULL) return UMWELT_CODEC_MEMORY;
  *data = more;
  *capacity = wanted;
  return 0;
}

static int32_t read_all(gzFile file, size_t limit, uint8_t **data, size_t *used) {
  size_t capacity = 0;
  for (;;) {
    if (*used == capacity) {
      int32_t grown = grow(data, &capacity, limit);
      if (grown != 0) return grown;
    }
    size_t room = capacity - *used;
    int got = gzread(file, *data + *used, room > (1u << 30) ? (1u << 30) : (unsigned)room);
    if (got == 0) return 0;
    if (got < 0) {
      int code = Z_OK;
      gzerror(file, &code);
      return code == Z_ERRNO ? UMWELT_CODEC_READ
             : code == Z_MEM_ERROR ? UMWELT_CODEC_MEMORY
                                   : UMWELT_CODEC_FORMAT;
    }
    *used += (size_t)got;
    if (*used > limit) return UMWELT_CODEC_TOO_LARGE;
  }
}

int32_t umwelt_gunzip_file(const char *path, size_t limit, uint8_t **bytes, size_t *count) {
  *bytes = NULL;
  *count = 0;
  if (limit > SIZE_MAX / 4) limit = SIZE_MAX / 4;
  errno = 0;
  gzFile file = gzopen(path, "rbe");
  if (file == NULL) return errno == 0 ? UMWELT_CODEC_MEMORY : UMWELT_CODEC_OPEN;
  uint8_t *data = NULL;
  size_t used = 0;
  int32_t result = read_all(file, limit, &data, &used);
  int error = errno;
  result = finish(file, result);
  if (result != 0) {
    free(data);
    errno = error;
    return result;
  }
  *bytes = data;
  *count = used;
  return 0;
}

void umwelt_free(void *memory) { free(memory); }
