#pragma once
#include <flite/flite.h>
#include <stdlib.h>

// flite declares its voices nowhere: each library has one function, which makes the voice or returns the one it made.
cst_voice *register_cmu_us_kal16(const char *voxdir);
cst_voice *register_cmu_us_awb(const char *voxdir);
cst_voice *register_cmu_us_rms(const char *voxdir);
cst_voice *register_cmu_us_slt(const char *voxdir);

// The noise in flite's voices comes from rand(): started afresh, the same text gives the same samples.
static inline void cflite_restart_noise(void) { srand(1); }
