// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>

#include "CCodecs.h"
#include "jpeg_guard.h"

// libjpeg asks its memory manager for everything anew with each picture, and that asks malloc. Here
// what belongs to one picture comes from a block made once, and goes back to it as a whole. What
// does not fit comes from malloc as ever.
struct block {
  uint8_t *bytes;
  size_t size, used;
};

// libjpeg-turbo's SIMD code wants sample rows aligned to 32 bytes and padded to 64.
enum { ALIGNMENT = 64 };

struct umwelt_jpeg_frames {
  struct jpeg_decompress_struct codec;
  struct guard guard;
  struct jpeg_memory_mgr standard;  // the manager's own functions
  struct block block;
  uint32_t width, height, shrink;
  uint8_t *row;
  int is_made;
};

// For a row of width w, 4:2:0: about 45 w for the rows under way and upsampling, and less than
// 64 KiB for tables (jdmainct.c, jdsample.c, jdhuff.c). Twice that is plenty.
static size_t block_size(uint32_t width) { return 128 * 1024 + (size_t)width * 96; }

static struct umwelt_jpeg_frames *owner(j_common_ptr codec) { return codec->client_data; }

static size_t aligned(size_t size) {
  return (size + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
}

static void *take(struct block *block, size_t size) {
  if (size > block->size - block->used) return NULL;
  void *taken = block->bytes + block->used;
  block->used += aligned(size);
  if (block->used > block->size) block->used = block->size;
  return taken;
}

static void *alloc_small(j_common_ptr codec, int pool, size_t size) {
  void *taken = pool == JPOOL_IMAGE ? take(&owner(codec)->block, size) : NULL;
  return taken != NULL ? taken : owner(codec)->standard.alloc_small(codec, pool, size);
}

static void *alloc_large(j_common_ptr codec, int pool, size_t size) {
  void *taken = pool == JPOOL_IMAGE ? take(&owner(codec)->block, size) : NULL;
  return taken != NULL ? taken : owner(codec)->standard.alloc_large(codec, pool, size);
}

static JSAMPARRAY alloc_rows(j_common_ptr codec, int pool, JDIMENSION width, JDIMENSION count) {
  size_t row = aligned(width), pointers = aligned(count * sizeof(JSAMPROW));
  uint8_t *taken = NULL;
  if (pool == JPOOL_IMAGE) taken = take(&owner(codec)->block, pointers + row * count);
  if (taken == NULL) return owner(codec)->standard.alloc_sarray(codec, pool, width, count);
  JSAMPARRAY rows = (JSAMPARRAY)taken;
  for (JDIMENSION i = 0; i < count; i++) rows[i] = taken + pointers + row * i;
  return rows;
}

static void free_pool(j_common_ptr codec, int pool) {
  if (pool == JPOOL_IMAGE) owner(codec)->block.used = 0;
  owner(codec)->standard.free_pool(codec, pool);
}

static int32_t make_codec(struct umwelt_jpeg_frames *frames) {
  frames->codec.err = umwelt_jpeg_guard(&frames->guard);
  if (setjmp(frames->guard.back) != 0) return UMWELT_CODEC_MEMORY;
  jpeg_create_decompress(&frames->codec);
  frames->is_made = 1;
  frames->codec.client_data = frames;
  frames->standard = *frames->codec.mem;
  frames->codec.mem->alloc_small = alloc_small;
  frames->codec.mem->alloc_large = alloc_large;
  frames->codec.mem->alloc_sarray = alloc_rows;
  frames->codec.mem->free_pool = free_pool;
  return 0;
}

int32_t umwelt_jpeg_frames_new(
    uint32_t width, uint32_t height, uint32_t shrink, struct umwelt_jpeg_frames **frames) {
  *frames = NULL;
  struct umwelt_jpeg_frames *made = calloc(1, sizeof *made);
  if (made == NULL) return UMWELT_CODEC_MEMORY;
  made->width = width;
  made->height = height;
  made->shrink = shrink;
  made->block.size = aligned(block_size(width));
  made->block.bytes = aligned_alloc(ALIGNMENT, made->block.size);
  made->row = aligned_alloc(ALIGNMENT, aligned((size_t)width * 3));
  int32_t result = UMWELT_CODEC_MEMORY;
  if (made->block.bytes != NULL && made->row != NULL) result = make_codec(made);
  if (result != 0) {
    umwelt_jpeg_frames_free(made);
    return result;
  }
  *frames = made;
  return 0;
}

void umwelt_jpeg_frames_free(struct umwelt_jpeg_frames *frames) {
  if (frames->is_made) jpeg_destroy_decompress(&frames->codec);
  free(frames->block.bytes);
  free(frames->row);
  free(frames);
}

int32_t umwelt_jpeg_frames_decode(
    struct umwelt_jpeg_frames *frames, const uint8_t *bytes, size_t count,
    void (*row)(void *context, const uint8_t *row), void *context) {
  struct jpeg_decompress_struct *codec = &frames->codec;
  if (setjmp(frames->guard.back) != 0) {
    jpeg_abort_decompress(codec);
    return UMWELT_CODEC_FORMAT;
  }
  jpeg_mem_src(codec, bytes, (unsigned long)count);
  jpeg_read_header(codec, TRUE);
  if (codec->image_width != frames->width || codec->image_height != frames->height) {
    jpeg_abort_decompress(codec);
    return UMWELT_CODEC_FORMAT;
  }
  codec->out_color_space = JCS_RGB;
  codec->scale_num = 1;
  codec->scale_denom = frames->shrink;
  jpeg_start_decompress(codec);
  while (codec->output_scanline < codec->output_height) {
    JSAMPROW line = frames->row;
    jpeg_read_scanlines(codec, &line, 1);
    row(context, frames->row);
  }
  jpeg_finish_decompress(codec);
  return 0;
}
