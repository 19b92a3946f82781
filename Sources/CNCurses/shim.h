// The system's wide-character curses. Its macros are left out, since they would rewrite names of ours; all that they
// do can be had as functions.
#ifndef SEKISHO_CNCURSES_SHIM_H
#define SEKISHO_CNCURSES_SHIM_H
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <ncurses.h>
#endif
