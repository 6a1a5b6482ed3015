// SPDX-License-Identifier: Apache-2.0
#include "CCodecs.h"

#include <stdlib.h>

#include "jpeg_guard.h"

// What must outlive a longjmp stands in one struct in memory, not in registers.
struct decoding {
  struct jpeg_decompress_struct codec;
  struct guard guard;
  uint8_t *pixels;
};

static int32_t decode(struct decoding *d, const uint8_t *bytes, size_t count, size_t max_pixels) {
  d->codec.err = umwelt_jpeg_guard(&d->guard);
  if (setjmp(d->guard.back) != 0) return UMWELT_CODEC_FORMAT;
  jpeg_create_decompress(&d->codec);
  jpeg_mem_src(&d->codec, bytes, (unsigned long)count);
  jpeg_read_header(&d->codec, TRUE);
  size_t width = d->codec.image_width, height = d->codec.image_height;
  // The header alone was read: nothing of the claimed size is allocated yet.
  if (width * height > max_pixels) {
    snprintf(d->guard.text, sizeof d->guard.text, "it says %zu x %zu pixels", width, height);
    return UMWELT_CODEC_TOO_LARGE;
  }
  d->codec.out_color_space = JCS_RGB;
  d->pixels = malloc(width * height * 3);
  if (d->pixels == NULL) return UMWELT_CODEC_MEMORY;
  jpeg_start_decompress(&d->codec);
  while (d->codec.output_scanline < d->codec.output_height) {
    JSAMPROW row = d->pixels + (size_t)d->codec.output_scanline * width * 3;
    jpeg_read_scanlines(&d->codec, &row, 1);
  }
  jpeg_finish_decompress(&d->codec);
  return 0;
}

int32_t umwelt_decode_jpeg(const uint8_t *bytes, size_t count, size_t max_pixels, uint8_t **rgb,
                           int32_t *width, int32_t *height, char *message, size_t message_size) {
  *rgb = NULL;
  *width = *height = 0;
  struct decoding *d = calloc(1, sizeof *d);
  if (d == NULL) return UMWELT_CODEC_MEMORY;
  int32_t result = decode(d, bytes, count, max_pixels);
  if (message != NULL && message_size > 0) snprintf(message, message_size, "%s", d->guard.text);
  if (result == 0) {
    *rgb = d->pixels;
    *width = (int32_t)d->codec.image_width;
    *height = (int32_t)d->codec.image_height;
  } else {
    free(d->pixels);
  }
  jpeg_destroy_decompress(&d->codec);
  free(d);
  return result;
}
