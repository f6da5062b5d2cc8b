#pragma once
#include <gio/gio.h>
#include <glib-object.h>
#include <glib-unix.h>
#ifdef __linux__
#include <linux/falloc.h>

/// Swift's Glibc module leaves out what needs _GNU_SOURCE.
int fallocate(int fd, int mode, __off_t offset, __off_t length);

static inline int ep_punch_hole(int file, gint64 offset, gint64 length) {
    return fallocate(file, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, length);
}
#endif
