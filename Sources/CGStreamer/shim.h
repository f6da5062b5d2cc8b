#pragma once
#include <gst/gst.h>
#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/audio/audio.h>
#include <gst/controller/gstdirectcontrolbinding.h>
#include <gst/controller/gstinterpolationcontrolsource.h>

/* GST_TYPE_STRUCTURE reads a variable through a cast macro; macros with casts do not import. */
static inline GType ep_type_structure(void) { return GST_TYPE_STRUCTURE; }

/* GST_PARAM_MUTABLE_* are shifts of an enum's value; such macros do not import. */
static const gint ep_param_mutable_ready = GST_PARAM_MUTABLE_READY;
static const gint ep_param_mutable_paused = GST_PARAM_MUTABLE_PAUSED;
static const gint ep_param_mutable_playing = GST_PARAM_MUTABLE_PLAYING;
static const gint ep_param_controllable = GST_PARAM_CONTROLLABLE;
