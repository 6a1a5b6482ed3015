// SPDX-License-Identifier: Apache-2.0
#include <errno.h>
#include <linux/videodev2.h>
#include <string.h>

#include "CLinux.h"

_Static_assert(UMWELT_GREY == V4L2_PIX_FMT_GREY, "the same four characters");
_Static_assert(UMWELT_YUYV == V4L2_PIX_FMT_YUYV, "the same four characters");
_Static_assert(UMWELT_MJPEG == V4L2_PIX_FMT_MJPEG, "the same four characters");
_Static_assert(UMWELT_JPEG == V4L2_PIX_FMT_JPEG, "the same four characters");

static int32_t ask(
    const struct umwelt_system *system, int32_t file, uint64_t request, void *argument) {
  int32_t result = system->ioctl(system->context, file, request, argument);
  return result < 0 ? result : 0;
}

// Of a kernel's text field, which may fill all of its bytes.
#define COPY_TEXT(to, from)                      \
  do {                                           \
    memcpy((to), (from), sizeof(to) - 1);        \
    (to)[sizeof(to) - 1] = '\0';                 \
  } while (0)

int32_t umwelt_camera_facts(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_facts *facts) {
  memset(facts, 0, sizeof *facts);
  struct v4l2_capability found;
  memset(&found, 0, sizeof found);
  int32_t result = ask(system, file, VIDIOC_QUERYCAP, &found);
  if (result < 0) return result;
  COPY_TEXT(facts->driver, found.driver);
  COPY_TEXT(facts->card, found.card);
  COPY_TEXT(facts->bus, found.bus_info);
  uint32_t can = (found.capabilities & V4L2_CAP_DEVICE_CAPS) ? found.device_caps
                                                             : found.capabilities;
  facts->can_capture = (can & V4L2_CAP_VIDEO_CAPTURE) && (can & V4L2_CAP_STREAMING);
  facts->is_many_planes = !facts->can_capture && (can & V4L2_CAP_VIDEO_CAPTURE_MPLANE);
  return 0;
}

int32_t umwelt_camera_pixels(
    const struct umwelt_system *system, int32_t file, uint32_t index, uint32_t *pixels) {
  struct v4l2_fmtdesc format;
  memset(&format, 0, sizeof format);
  format.index = index;
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  int32_t result = ask(system, file, VIDIOC_ENUM_FMT, &format);
  if (result < 0) return result;
  *pixels = format.pixelformat;
  return 0;
}

int32_t umwelt_camera_sizes(
    const struct umwelt_system *system, int32_t file, uint32_t pixels, uint32_t index,
    struct umwelt_camera_sizes *sizes) {
  struct v4l2_frmsizeenum found;
  memset(&found, 0, sizeof found);
  found.index = index;
  found.pixel_format = pixels;
  int32_t result = ask(system, file, VIDIOC_ENUM_FRAMESIZES, &found);
  if (result < 0) return result;
  if (found.type == V4L2_FRMSIZE_TYPE_DISCRETE) {
    *sizes = (struct umwelt_camera_sizes){
        found.discrete.width,  found.discrete.width,  0,
        found.discrete.height, found.discrete.height, 0};
  } else {
    *sizes = (struct umwelt_camera_sizes){
        found.stepwise.min_width,  found.stepwise.max_width,  found.stepwise.step_width,
        found.stepwise.min_height, found.stepwise.max_height, found.stepwise.step_height};
  }
  return 0;
}

int32_t umwelt_camera_set_format(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_format *format) {
  struct v4l2_format wanted;
  memset(&wanted, 0, sizeof wanted);
  wanted.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  wanted.fmt.pix.width = format->width;
  wanted.fmt.pix.height = format->height;
  wanted.fmt.pix.pixelformat = format->pixels;
  wanted.fmt.pix.field = V4L2_FIELD_NONE;
  int32_t result = ask(system, file, VIDIOC_S_FMT, &wanted);
  if (result < 0) return result;
  *format = (struct umwelt_camera_format){
      .pixels = wanted.fmt.pix.pixelformat,
      .width = wanted.fmt.pix.width,
      .height = wanted.fmt.pix.height,
      .row_bytes = wanted.fmt.pix.bytesperline,
      .frame_bytes = wanted.fmt.pix.sizeimage,
      .is_full_range = wanted.fmt.pix.quantization == V4L2_QUANTIZATION_FULL_RANGE,
  };
  return 0;
}

int32_t umwelt_camera_set_period(
    const struct umwelt_system *system, int32_t file, uint32_t *numerator, uint32_t *denominator) {
  struct v4l2_streamparm parameters;
  memset(&parameters, 0, sizeof parameters);
  parameters.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
  parameters.parm.capture.timeperframe.numerator = *numerator;
  parameters.parm.capture.timeperframe.denominator = *denominator;
  int32_t result = ask(system, file, VIDIOC_S_PARM, &parameters);
  if (result < 0) return result;
  *numerator = parameters.parm.capture.timeperframe.numerator;
  *denominator = parameters.parm.capture.timeperframe.denominator;
  return 0;
}

int32_t umwelt_camera_next_control(
    const struct umwelt_system *system, int32_t file, struct umwelt_camera_control *control) {
  struct v4l2_queryctrl found;
  memset(&found, 0, sizeof found);
  found.id = control->id | V4L2_CTRL_FLAG_NEXT_CTRL;
  int32_t result = ask(system, file, VIDIOC_QUERYCTRL, &found);
  if (result < 0) return result;
  memset(control, 0, sizeof *control);
  control->id = found.id;
  COPY_TEXT(control->name, found.name);
  control->kind = found.type == V4L2_CTRL_TYPE_INTEGER   ? UMWELT_CONTROL_NUMBER
                  : found.type == V4L2_CTRL_TYPE_BOOLEAN ? UMWELT_CONTROL_SWITCH
                  : found.type == V4L2_CTRL_TYPE_MENU || found.type == V4L2_CTRL_TYPE_INTEGER_MENU
                      ? UMWELT_CONTROL_MENU
                      : UMWELT_CONTROL_OTHER;
  if (found.flags & V4L2_CTRL_FLAG_DISABLED) control->kind = UMWELT_CONTROL_OTHER;
  control->least = found.minimum;
  control->most = found.maximum;
  control->step = found.step;
  control->initial = found.default_value;
  control->is_inactive = (found.flags & V4L2_CTRL_FLAG_INACTIVE) != 0;
  control->is_read_only = (found.flags & V4L2_CTRL_FLAG_READ_ONLY) != 0;
  return 0;
}

int32_t umwelt_camera_get_control(
    const struct umwelt_system *system, int32_t file, uint32_t id, int32_t *value) {
  struct v4l2_control control = {.id = id};
  int32_t result = ask(system, file, VIDIOC_G_CTRL, &control);
  if (result == 0) *value = control.value;
  return result;
}

int32_t umwelt_camera_set_control(
    const struct umwelt_system *system, int32_t file, uint32_t id, int32_t value) {
  struct v4l2_control control = {.id = id, .value = value};
  return ask(system, file, VIDIOC_S_CTRL, &control);
}
