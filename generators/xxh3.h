// xxHash, all of it inline.
#pragma once

#define XXH_INLINE_ALL
#ifndef NDEBUG  // newer versions demand inlining that a compiler which hardly optimizes refuses
#define XXH_NO_INLINE_HINTS 1
#endif
#include <xxhash.h>
