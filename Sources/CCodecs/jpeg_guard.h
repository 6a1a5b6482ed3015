// SPDX-License-Identifier: Apache-2.0
// libjpeg's errors as a jump back to the decoder: its default ends the process.
#ifndef UMWELT_JPEG_GUARD_H
#define UMWELT_JPEG_GUARD_H

#include <setjmp.h>
#include <stdio.h>
// jpeglib.h needs stdio.h before it.
#include <jpeglib.h>
// and jerror.h jpeglib.h.
#include <jerror.h>

struct guard {
  struct jpeg_error_mgr manager;
  jmp_buf back;
  char text[JMSG_LENGTH_MAX];
};

static void jump_back(j_common_ptr codec) {
  struct guard *guard = (struct guard *)codec->err;
  codec->err->format_message(codec, guard->text);
  longjmp(guard->back, 1);
}

// Level -1 is a warning, mostly of damaged data that libjpeg would paint over: an error here. Odd
// version marks and padding between markers, which some cameras write, harm no pixel.
static void on_message(j_common_ptr codec, int level) {
  int code = codec->err->msg_code;
  int harmless =
      code == JWRN_JFIF_MAJOR || code == JWRN_ADOBE_XFORM || code == JWRN_EXTRANEOUS_DATA;
  if (level < 0 && !harmless) jump_back(codec);
}

static void say_nothing(j_common_ptr codec) { (void)codec; }

// What a codec's `err` must be. `guard->back` must be set before the codec is used.
static struct jpeg_error_mgr *umwelt_jpeg_guard(struct guard *guard) {
  struct jpeg_error_mgr *manager = jpeg_std_error(&guard->manager);
  manager->error_exit = jump_back;
  manager->emit_message = on_message;
  manager->output_message = say_nothing;
  return manager;
}

#endif
