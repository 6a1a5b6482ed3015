// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "CCodecs.h"

// A source pixel under an output pixel, and by how much of it. In units of 1 / (width x out_width)
// of the side, a source pixel is `out_width` long and an output pixel `width` long.
struct overlap {
  uint32_t source, target, weight;
};

struct umwelt_scaler {
  struct umwelt_scaling scaling;
  enum umwelt_rows rows;
  uint32_t overlap_count;
  struct overlap *overlaps;  // of one row, from left to right
  uint8_t *row;              // the part's source row as RGB
  uint32_t *narrow;          // that row at the output's width, times `width`
  uint64_t *sums;            // the output row that is being made, times width x height
  uint8_t *rgb;
  uint32_t source_row, output_row;
};

static uint32_t least(uint32_t a, uint32_t b) { return a < b ? a : b; }
static uint32_t most(uint32_t a, uint32_t b) { return a > b ? a : b; }

static void list_overlaps(struct umwelt_scaler *scaler) {
  uint32_t from = scaler->scaling.width, to = scaler->scaling.out_width;
  for (uint32_t target = 0; target < to; target++) {
    uint32_t start = target * from, end = start + from;
    for (uint32_t source = start / to; source * to < end; source++) {
      uint32_t weight = least(end, (source + 1) * to) - most(start, source * to);
      scaler->overlaps[scaler->overlap_count++] = (struct overlap){source, target, weight};
    }
  }
}

int32_t umwelt_scaler_new(
    const struct umwelt_scaling *scaling, enum umwelt_rows rows, struct umwelt_scaler **scaler) {
  *scaler = NULL;
  struct umwelt_scaler *made = calloc(1, sizeof *made);
  if (made == NULL) return UMWELT_CODEC_MEMORY;
  size_t out_values = (size_t)scaling->out_width * 3;
  made->scaling = *scaling;
  made->rows = rows;
  // Each border between source pixels and each between output pixels starts an overlap.
  made->overlaps = calloc((size_t)scaling->width + scaling->out_width, sizeof *made->overlaps);
  made->row = calloc((size_t)scaling->width + 1, 3);  // a last pair of YUYV may be cut in two
  made->narrow = calloc(out_values, sizeof *made->narrow);
  made->sums = calloc(out_values, sizeof *made->sums);
  if (!made->overlaps || !made->row || !made->narrow || !made->sums) {
    umwelt_scaler_free(made);
    return UMWELT_CODEC_MEMORY;
  }
  list_overlaps(made);
  *scaler = made;
  return 0;
}

void umwelt_scaler_free(struct umwelt_scaler *scaler) {
  free(scaler->overlaps);
  free(scaler->row);
  free(scaler->narrow);
  free(scaler->sums);
  free(scaler);
}

void umwelt_scaler_begin(struct umwelt_scaler *scaler, uint8_t *rgb) {
  scaler->rgb = rgb;
  scaler->source_row = scaler->output_row = 0;
  memset(scaler->sums, 0, (size_t)scaler->scaling.out_width * 3 * sizeof *scaler->sums);
}

static uint8_t clamped(int32_t value) {
  return (uint8_t)(value < 0 ? 0 : value > 255 ? 255 : value);
}

// ITU-R BT.601, section 3.5 (Kr = 0.299, Kb = 0.114), in 1/256: R = Y + 2(1 - Kr) Cr,
// G = Y - (Kb 2(1 - Kb) Cb + Kr 2(1 - Kr) Cr) / (1 - Kr - Kb), B = Y + 2(1 - Kb) Cb, where luma has
// 219 steps and chroma 224 of 255 unless the range is full.
struct matrix {
  int32_t black, luma, red_v, green_u, green_v, blue_u;
};
static const struct matrix studio_range = {16, 298, 409, 100, 208, 516};
static const struct matrix full_range = {0, 256, 359, 88, 183, 454};

static void from_yuyv(
    const struct matrix *m, const uint8_t *yuyv, uint8_t *rgb, uint32_t width) {
  for (uint32_t x = 0; x < width; x += 2, yuyv += 4) {
    int32_t u = yuyv[1] - 128, v = yuyv[3] - 128;
    for (int i = 0; i < 2; i++, rgb += 3) {
      int32_t y = m->luma * (yuyv[2 * i] - m->black) + 128;  // half, for rounding
      rgb[0] = clamped((y + m->red_v * v) >> 8);
      rgb[1] = clamped((y - m->green_u * u - m->green_v * v) >> 8);
      rgb[2] = clamped((y + m->blue_u * u) >> 8);
    }
  }
}

// The part's pixels of a source row as RGB.
static const uint8_t *as_rgb(struct umwelt_scaler *scaler, const uint8_t *row) {
  uint32_t left = scaler->scaling.left, width = scaler->scaling.width;
  switch (scaler->rows) {
    case UMWELT_ROWS_RGB:
      return row + (size_t)left * 3;
    case UMWELT_ROWS_GREY:
      for (uint32_t x = 0; x < width; x++) memset(scaler->row + 3 * x, row[left + x], 3);
      return scaler->row;
    case UMWELT_ROWS_YUYV:
      from_yuyv(&studio_range, row + (size_t)left * 2, scaler->row, width);
      return scaler->row;
    case UMWELT_ROWS_YUYV_FULL_RANGE:
      from_yuyv(&full_range, row + (size_t)left * 2, scaler->row, width);
      return scaler->row;
  }
  return row;
}

static void add_row(struct umwelt_scaler *scaler, const uint8_t *rgb) {
  uint32_t out_values = scaler->scaling.out_width * 3;
  memset(scaler->narrow, 0, out_values * sizeof *scaler->narrow);
  for (uint32_t i = 0; i < scaler->overlap_count; i++) {
    const struct overlap *o = &scaler->overlaps[i];
    const uint8_t *from = rgb + 3 * (size_t)o->source;
    uint32_t *to = scaler->narrow + 3 * (size_t)o->target;
    for (int c = 0; c < 3; c++) to[c] += o->weight * from[c];
  }
}

// Writes the output row that is complete and begins the next.
static void finish_row(struct umwelt_scaler *scaler) {
  uint32_t out_values = scaler->scaling.out_width * 3;
  uint64_t area = (uint64_t)scaler->scaling.width * scaler->scaling.height;
  uint8_t *out = scaler->rgb + (size_t)scaler->output_row * out_values;
  for (uint32_t i = 0; i < out_values; i++) {
    out[i] = (uint8_t)((scaler->sums[i] + area / 2) / area);
    scaler->sums[i] = 0;
  }
  scaler->output_row++;
}

static void take_part_row(struct umwelt_scaler *scaler, const uint8_t *row, uint32_t y) {
  const struct umwelt_scaling *s = &scaler->scaling;
  const uint8_t *rgb = as_rgb(scaler, row);
  if (s->width == s->out_width && s->height == s->out_height) {
    size_t bytes = (size_t)s->width * 3;
    memcpy(scaler->rgb + y * bytes, rgb, bytes);
    return;
  }
  add_row(scaler, rgb);
  uint32_t top = y * s->out_height, bottom = top + s->out_height;
  while (scaler->output_row < s->out_height && scaler->output_row * s->height < bottom) {
    uint32_t start = scaler->output_row * s->height, end = start + s->height;
    uint64_t weight = least(bottom, end) - most(top, start);
    for (uint32_t i = 0; i < s->out_width * 3; i++) {
      scaler->sums[i] += weight * scaler->narrow[i];
    }
    if (bottom < end) return;
    finish_row(scaler);
  }
}

void umwelt_scaler_row(void *context, const uint8_t *row) {
  struct umwelt_scaler *scaler = context;
  const struct umwelt_scaling *s = &scaler->scaling;
  uint32_t at = scaler->source_row++;
  if (at < s->top || at - s->top >= s->height) return;
  take_part_row(scaler, row, at - s->top);
}
