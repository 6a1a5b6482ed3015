// SPDX-License-Identifier: Apache-2.0
// Cameras through V4L2: formats, memory-mapped streaming, controls.
#ifndef UMWELT_CLINUX_CAMERA_H
#define UMWELT_CLINUX_CAMERA_H

#include <stdint.h>

#include "CLinuxSystem.h"

// Pixel formats by their four characters, first in the lowest byte.
enum {
  UMWELT_GREY = 0x59455247,   // one byte a pixel
  UMWELT_YUYV = 0x56595559,   // two pixels: Y0 U Y1 V
  UMWELT_MJPEG = 0x47504A4D,  // a JPEG a frame
  UMWELT_JPEG = 0x4745504A    // the same by another name
};

struct umwelt_camera_facts {
  char driver[16];
  char card[32];  // "UVC Camera (046d:0825)"
  char bus[32];   // "usb-0000:01:00.0-1.3", "platform:…"
  uint8_t can_capture;        // frames to mapped memory, one plane
  uint8_t is_many_planes;     // frames only through the interface for several planes
};

// What the camera can make of one pixel format: widths and heights from least to most in steps; a
// step of 0 is the one size given.
struct umwelt_camera_sizes {
  uint32_t least_width, most_width, step_width;
  uint32_t least_height, most_height, step_height;
};

struct umwelt_camera_format {
  uint32_t pixels;  // four characters
  uint32_t width, height;
  uint32_t row_bytes;
  uint32_t frame_bytes;
  uint8_t is_full_range;  // luma 0 to 255 rather than 16 to 235
};

enum { UMWELT_TIME_IS_MONOTONIC = 1, UMWELT_FRAME_IS_DAMAGED = 2 };

struct umwelt_camera_buffer {
  uint32_t index;
  uint32_t used_bytes;
  uint32_t sequence;
  uint32_t flags;
  int64_t time_ns;
};

enum umwelt_control_kind {
  UMWELT_CONTROL_NUMBER,
  UMWELT_CONTROL_SWITCH,
  UMWELT_CONTROL_MENU,
  UMWELT_CONTROL_OTHER
};

struct umwelt_camera_control {
  uint32_t id;
  char name[32];  // "Exposure, Auto"
  enum umwelt_control_kind kind;
  int32_t least, most, step, initial;
  uint8_t is_inactive;  // another control has it, such as an automatic
  uint8_t is_read_only;
};

int32_t umwelt_camera_facts(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_facts *facts);
// The index'th pixel format; -EINVAL behind the last.
int32_t umwelt_camera_pixels(
    const struct umwelt_system *system, int32_t file, uint32_t index, uint32_t *pixels);
// The index'th entry of sizes of a pixel format; -EINVAL behind the last, -ENOTTY when the driver
// lists none.
int32_t umwelt_camera_sizes(
    const struct umwelt_system *system, int32_t file, uint32_t pixels, uint32_t index,
    struct umwelt_camera_sizes *sizes);
// Asks for pixels, width and height; all fields become what the camera took.
int32_t umwelt_camera_set_format(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_format *format);
// Asks for a time between frames; becomes what the camera took. -ENOTTY when it has no choice.
int32_t umwelt_camera_set_period(
    const struct umwelt_system *system, int32_t file, uint32_t *numerator, uint32_t *denominator);

// Asks for buffers; becomes how many there are. 0 gives all back.
int32_t umwelt_camera_set_buffers(
    const struct umwelt_system *system, int32_t file, uint32_t *count);
int32_t umwelt_camera_map(
    const struct umwelt_system *system, int32_t file, uint32_t index, void **memory,
    uint64_t *length);
int32_t umwelt_camera_unmap(const struct umwelt_system *system, void *memory, uint64_t length);
int32_t umwelt_camera_stream(const struct umwelt_system *system, int32_t file, int32_t is_on);
// Gives a buffer to the camera to fill.
int32_t umwelt_camera_give(const struct umwelt_system *system, int32_t file, uint32_t index);
// Takes the oldest filled buffer: 1 when there was one, 0 when there is none yet. Never waits.
int32_t umwelt_camera_take(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_buffer *buffer);

// The first control whose id is greater than `control->id`; -EINVAL behind the last.
int32_t umwelt_camera_next_control(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_control *control);
int32_t umwelt_camera_get_control(
    const struct umwelt_system *system, int32_t file, uint32_t id, int32_t *value);
int32_t umwelt_camera_set_control(
    const struct umwelt_system *system, int32_t file, uint32_t id, int32_t value);

#endif
