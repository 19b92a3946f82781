#ifndef SEKISHO_PREFETCH_H
#define SEKISHO_PREFETCH_H

/// Starts to bring a cache line nearer, to be written to soon. Any address may be given: one that is none does nothing.
static inline void prefetch_line(const void *_Nullable address) { __builtin_prefetch(address, 1, 3); }

#endif
