// SPDX-License-Identifier: Apache-2.0
#include "CCodecs.h"

#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void tell(char *message, size_t size, const char *text) {
  if (message != NULL && size > 0) snprintf(message, size, "%s", text);
}

static int32_t fail(png_image *image, char *message, size_t size, int32_t code) {
  tell(message, size, image->message);
  png_image_free(image);
  return code;
}

int32_t umwelt_decode_png(const uint8_t *bytes, size_t count, size_t max_pixels, uint8_t **rgb,
                          int32_t *width, int32_t *height, char *message, size_t message_size) {
  *rgb = NULL;
  *width = *height = 0;
  tell(message, message_size, "");
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  if (!png_image_begin_read_from_memory(&image, bytes, count))
    return fail(&image, message, message_size, UMWELT_CODEC_FORMAT);
  // The header alone was read: nothing of the claimed size is allocated yet.
  if ((uint64_t)image.width * image.height > max_pixels) {
    snprintf(image.message, sizeof image.message, "it says %u x %u pixels", image.width,
             image.height);
    return fail(&image, message, message_size, UMWELT_CODEC_TOO_LARGE);
  }
  image.format = PNG_FORMAT_RGB;
  uint8_t *pixels = malloc((size_t)image.width * image.height * 3);
  if (pixels == NULL) return fail(&image, message, message_size, UMWELT_CODEC_MEMORY);
  const png_color black = {0, 0, 0};
  if (!png_image_finish_read(&image, &black, pixels, 0, NULL)) {
    free(pixels);
    return fail(&image, message, message_size, UMWELT_CODEC_FORMAT);
  }
  *rgb = pixels;
  *width = (int32_t)image.width;
  *height = (int32_t)image.height;
  return 0;
}

int32_t umwelt_encode_png(const char *path, const uint8_t *rgb, int32_t width, int32_t height,
                          char *message, size_t message_size) {
  tell(message, message_size, "");
  png_image image;
  memset(&image, 0, sizeof image);
  image.version = PNG_IMAGE_VERSION;
  image.width = (png_uint_32)width;
  image.height = (png_uint_32)height;
  image.format = PNG_FORMAT_RGB;
  if (!png_image_write_to_file(&image, path, 0, rgb, 0, NULL))
    return fail(&image, message, message_size, UMWELT_CODEC_WRITE);
  return 0;
}
