/* Calls into libjpeg whose errors come back as return values.
 *
 * libjpeg reports a fatal error by a callback that must not return. Here it jumps back to the function that was
 * called from Rust, so that no jump ever crosses a Rust frame. Every function below sets its own target first. */

#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "jpeglib.h"
#include "jerror.h"

/* Progressive files may hold thousands of scans that each cost a pass over the whole picture. */
#define MAX_SCANS 200

struct failure {
  struct jpeg_error_mgr manager;
  jmp_buf target;
  int truncated;
  int corrupt;
  char message[JMSG_LENGTH_MAX];
};

struct imaging_jpeg_reader {
  struct jpeg_decompress_struct info;
  struct failure failure;
  struct jpeg_progress_mgr progress;
};

struct imaging_jpeg_header {
  uint32_t width;
  uint32_t height;
  uint32_t components;
  uint32_t inverted;
};

static void fail(j_common_ptr info) {
  struct failure *failure = (struct failure *)info->err;
  info->err->format_message(info, failure->message);
  switch (info->err->msg_code) {
    case JERR_INPUT_EOF:
    case JERR_INPUT_EMPTY:
      failure->truncated = 1;
  }
  longjmp(failure->target, 1);
}

/* Warnings that mean lost pixels are remembered; stray bytes between markers are not worth a refusal. */
static void warn(j_common_ptr info, int level) {
  struct failure *failure = (struct failure *)info->err;
  if (level >= 0) return;
  info->err->num_warnings++;
  switch (info->err->msg_code) {
    case JWRN_JPEG_EOF:
      failure->truncated = 1;
      break;
    case JWRN_HIT_MARKER:
      if (info->is_decompressor && ((j_decompress_ptr)info)->unread_marker == JPEG_EOI) {
        failure->truncated = 1;
        break;
      }
      /* fall through */
    case JWRN_HUFF_BAD_CODE:
    case JWRN_MUST_RESYNC:
    case JWRN_BOGUS_PROGRESSION:
      if (!failure->corrupt) info->err->format_message(info, failure->message);
      failure->corrupt = 1;
  }
}

static void discard(j_common_ptr info) { (void)info; }

static void count_scans(j_common_ptr info) {
  j_decompress_ptr reader = (j_decompress_ptr)info;
  if (info->is_decompressor && reader->input_scan_number > MAX_SCANS) {
    struct failure *failure = (struct failure *)info->err;
    snprintf(failure->message, sizeof failure->message, "more than %d scans", MAX_SCANS);
    failure->corrupt = 1;
    longjmp(failure->target, 1);
  }
}

static struct jpeg_error_mgr *failures(struct failure *failure) {
  jpeg_std_error(&failure->manager);
  failure->manager.error_exit = fail;
  failure->manager.emit_message = warn;
  failure->manager.output_message = discard;
  return &failure->manager;
}

struct imaging_jpeg_reader *imaging_jpeg_open(const uint8_t *bytes, size_t length, size_t memory,
                                              struct imaging_jpeg_header *header) {
  struct imaging_jpeg_reader *reader = calloc(1, sizeof *reader);
  if (!reader) return NULL;
  reader->info.err = failures(&reader->failure);
  memset(header, 0, sizeof *header);
  if (setjmp(reader->failure.target)) return reader;
  jpeg_create_decompress(&reader->info);
  reader->info.mem->max_memory_to_use = (long)memory;
  reader->progress.progress_monitor = count_scans;
  reader->info.progress = &reader->progress;
  jpeg_mem_src(&reader->info, bytes, (unsigned long)length);
  jpeg_read_header(&reader->info, TRUE);
  header->components = (uint32_t)reader->info.num_components;
  header->inverted = reader->info.saw_Adobe_marker ? 1 : 0;
  header->height = reader->info.image_height;
  /* The width last: it says that the header was read to its end. */
  header->width = reader->info.image_width;
  return reader;
}

/* Begins to decode at `eighths` of the size in each direction: to RGB, or to CMYK where the file has four components. */
int imaging_jpeg_start(struct imaging_jpeg_reader *reader, unsigned eighths, uint32_t *width, uint32_t *height) {
  if (setjmp(reader->failure.target)) return -1;
  reader->info.out_color_space = reader->info.num_components == 4 ? JCS_CMYK : JCS_RGB;
  reader->info.scale_num = eighths;
  reader->info.scale_denom = 8;
  reader->info.dct_method = JDCT_ISLOW;
  reader->info.do_fancy_upsampling = eighths == 8;
  jpeg_start_decompress(&reader->info);
  *width = reader->info.output_width;
  *height = reader->info.output_height;
  return 0;
}

/* Reads up to `rows` rows that lie `stride` bytes apart; answers how many, or -1. */
int imaging_jpeg_read(struct imaging_jpeg_reader *reader, uint8_t *out, size_t stride, unsigned rows) {
  const unsigned first = reader->info.output_scanline;
  if (setjmp(reader->failure.target)) return -1;
  while (reader->info.output_scanline - first < rows && reader->info.output_scanline < reader->info.output_height) {
    JSAMPROW lines[16];
    unsigned done = reader->info.output_scanline - first;
    unsigned wanted = rows - done < 16 ? rows - done : 16;
    for (unsigned i = 0; i < wanted; i++) lines[i] = out + (size_t)(done + i) * stride;
    jpeg_read_scanlines(&reader->info, lines, wanted);
  }
  return (int)(reader->info.output_scanline - first);
}

int imaging_jpeg_truncated(const struct imaging_jpeg_reader *reader) { return reader->failure.truncated; }
int imaging_jpeg_corrupt(const struct imaging_jpeg_reader *reader) { return reader->failure.corrupt; }
const char *imaging_jpeg_message(const struct imaging_jpeg_reader *reader) { return reader->failure.message; }

void imaging_jpeg_close(struct imaging_jpeg_reader *reader) {
  if (!setjmp(reader->failure.target)) jpeg_destroy_decompress(&reader->info);
  free(reader);
}

/* Encodes RGB rows that lie close together. `*out` is to be given back with `imaging_jpeg_free`. */
int imaging_jpeg_encode(const uint8_t *rgb, uint32_t width, uint32_t height, int quality, int optimised,
                        uint8_t **out, size_t *length) {
  struct jpeg_compress_struct info;
  struct failure failure;
  unsigned long size = 0;
  memset(&info, 0, sizeof info);
  memset(&failure, 0, sizeof failure);
  info.err = failures(&failure);
  *out = NULL;
  if (setjmp(failure.target)) {
    jpeg_destroy_compress(&info);
    /* Whether libjpeg has moved the buffer meanwhile is not known, so it is not given back. */
    *out = NULL;
    return -1;
  }
  jpeg_create_compress(&info);
  jpeg_mem_dest(&info, out, &size);
  info.image_width = width;
  info.image_height = height;
  info.input_components = 3;
  info.in_color_space = JCS_RGB;
  jpeg_c_set_int_param(&info, JINT_COMPRESS_PROFILE, JCP_FASTEST);
  jpeg_set_defaults(&info);
  info.optimize_coding = optimised ? TRUE : FALSE;
  jpeg_set_quality(&info, quality, TRUE);
  jpeg_start_compress(&info, TRUE);
  while (info.next_scanline < height) {
    JSAMPROW line = (JSAMPROW)(rgb + (size_t)info.next_scanline * width * 3);
    jpeg_write_scanlines(&info, &line, 1);
  }
  jpeg_finish_compress(&info);
  jpeg_destroy_compress(&info);
  *length = size;
  return 0;
}

void imaging_jpeg_free(uint8_t *bytes) { free(bytes); }
