// SPDX-License-Identifier: Apache-2.0
// Camera frames, one after the other, without asking for memory: rows of any size to one RGB
// picture of a fixed size, and JPEGs to such rows.
//
// Every function returns 0 or one of CCodecs.h's negative codes.
#ifndef UMWELT_CCODECS_FRAMES_H
#define UMWELT_CCODECS_FRAMES_H

#include <stddef.h>
#include <stdint.h>

// Which rows come in.
enum umwelt_rows {
  UMWELT_ROWS_RGB,
  UMWELT_ROWS_GREY,
  UMWELT_ROWS_YUYV,            // luma 16 to 235 (ITU-R BT.601), as cameras have it
  UMWELT_ROWS_YUYV_FULL_RANGE  // luma 0 to 255
};

// The part of a source that becomes the picture, and the picture's size.
struct umwelt_scaling {
  uint32_t left, top, width, height;  // left is even where rows are YUYV
  uint32_t out_width, out_height;
};

struct umwelt_scaler;

int32_t umwelt_scaler_new(
    const struct umwelt_scaling *scaling, enum umwelt_rows rows, struct umwelt_scaler **scaler);
void umwelt_scaler_free(struct umwelt_scaler *scaler);
// Begins a picture in `rgb`: out_height x out_width x 3 bytes that outlive its last row.
void umwelt_scaler_begin(struct umwelt_scaler *scaler, uint8_t *rgb);
// Takes the source's next row, from its left end; rows above and below the part are let pass. Each
// pixel becomes the mean of the area it covers, rounded half up. `scaler` is a umwelt_scaler.
void umwelt_scaler_row(void *scaler, const uint8_t *row);

struct umwelt_jpeg_frames;

// Decodes JPEGs of this size, at 1/`shrink` of it (1, 2, 4 or 8; sides rounded up).
int32_t umwelt_jpeg_frames_new(
    uint32_t width, uint32_t height, uint32_t shrink, struct umwelt_jpeg_frames **frames);
void umwelt_jpeg_frames_free(struct umwelt_jpeg_frames *frames);
// Decodes one and hands its rows, RGB, to `row`. A damaged one is an error, perhaps after some
// rows. Asks for no memory after the first frame that is whole, unless a frame is progressive.
int32_t umwelt_jpeg_frames_decode(
    struct umwelt_jpeg_frames *frames, const uint8_t *bytes, size_t count,
    void (*row)(void *context, const uint8_t *row), void *context);

#endif
