// The system's validating resolver library.
#ifndef SEKISHO_CUNBOUND_SHIM_H
#define SEKISHO_CUNBOUND_SHIM_H
#include <unbound.h>
#endif
