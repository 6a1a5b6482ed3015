// SPDX-License-Identifier: Apache-2.0
// The C face of zlib, libpng and libjpeg: bytes and pictures in plain memory, none of their structs.
//
// Every function returns 0 or one of the negative codes below. Memory handed out is freed with
// umwelt_free. On an error the outputs are NULL and 0. `message` (may be NULL) gets a
// NUL-terminated text of the library's, cut to `message_size`.
#ifndef UMWELT_CCODECS_H
#define UMWELT_CCODECS_H

#include <stddef.h>
#include <stdint.h>

#include "CCodecsFrames.h"

enum {
  UMWELT_CODEC_OPEN = -1,      // the file could not be opened; errno says why
  UMWELT_CODEC_READ = -2,      // it could not be read; errno may say why
  UMWELT_CODEC_TOO_LARGE = -3, // more than the given limit
  UMWELT_CODEC_MEMORY = -4,    // no memory
  UMWELT_CODEC_FORMAT = -5,    // not what it should be, damaged or cut off
  UMWELT_CODEC_WRITE = -6      // the file could not be written; errno may say why
};

// Reads a whole file, plain or gzip (told by its first bytes), of at most `limit` bytes unpacked.
int32_t umwelt_gunzip_file(const char *path, size_t limit, uint8_t **bytes, size_t *count);

// Decodes to 8-bit RGB, rows top down without padding, at most `max_pixels` pixels. Transparency is
// laid over black. A picture that is cut off or damaged is an error, not a half-grey picture.
int32_t umwelt_decode_png(const uint8_t *bytes, size_t count, size_t max_pixels, uint8_t **rgb,
                          int32_t *width, int32_t *height, char *message, size_t message_size);
int32_t umwelt_decode_jpeg(const uint8_t *bytes, size_t count, size_t max_pixels, uint8_t **rgb,
                           int32_t *width, int32_t *height, char *message, size_t message_size);

// Writes 8-bit RGB, rows top down without padding, as a PNG file.
int32_t umwelt_encode_png(const char *path, const uint8_t *rgb, int32_t width, int32_t height,
                          char *message, size_t message_size);

void umwelt_free(void *memory);

// The CRC-32 of gzip and PNG (RFC 1952, section 8) of these bytes after others; 0 to begin with.
uint32_t umwelt_crc32(uint32_t crc, const void *bytes, size_t count);

#endif
