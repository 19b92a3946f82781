/// The part of a terminal that Swift cannot hold itself: curses, whose interface is macros, globals and variadics, and
/// what must be done inside a signal handler. One thread calls these functions; only the handler runs on any other.
#ifndef SEKISHO_CTERMINAL_H
#define SEKISHO_CTERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// MARK: The screen (screen.c)

typedef enum {
    SEKISHO_SCREEN_OPENED = 0,
    SEKISHO_SCREEN_NO_TERMINAL = 1,
    SEKISHO_SCREEN_UNKNOWN_TERM = 2,
    SEKISHO_SCREEN_NO_MEMORY = 3,
} sekisho_screen_result;

/// True where the locale of the environment is UTF-8; also sets that locale, so call it before anything is drawn.
bool sekisho_locale_is_utf8(void);

/// Takes the terminal over. `colour` asks for the terminal's colours over its own background.
sekisho_screen_result sekisho_screen_open(bool colour);
/// Gives the terminal back; safe to call twice.
void sekisho_screen_close(void);
/// Gives the terminal back for a while (job control), and takes it again.
void sekisho_screen_pause(void);
void sekisho_screen_resume(void);
/// Colours that the terminal has; 0 without any.
int sekisho_screen_colours(void);
void sekisho_screen_define_pair(short pair, short foreground);

enum {
    SEKISHO_BOLD = 1,
    SEKISHO_DIM = 2,
    SEKISHO_REVERSE = 4,
    SEKISHO_UNDERLINE = 8,
};

/// Size of the terminal now, by the kernel; false where it does not say.
bool sekisho_terminal_size(int *rows, int *columns);
void sekisho_screen_resize(int rows, int columns);
void sekisho_frame_begin(void);
/// Draws one cell: a base character and the marks that combine with it. `cells` is the width that the caller counts
/// with; where the C library counts otherwise, question marks of that width are drawn, so that columns hold.
void sekisho_frame_put(int row, int column, const uint32_t *scalars, int count, int cells, int attributes, short pair);
/// Sends what changed. The cursor is hidden when `cursor_row` is negative.
void sekisho_frame_end(int cursor_row, int cursor_column);
/// Sends the last frame again, whole, for a terminal on which something else has written.
void sekisho_frame_repaint(void);
/// Bytes for the terminal itself, such as OSC 52; call it between frames.
void sekisho_terminal_write(const char *bytes, size_t count);

typedef enum { SEKISHO_INPUT_NONE, SEKISHO_INPUT_CHARACTER, SEKISHO_INPUT_KEY } sekisho_input_kind;

enum {
    SEKISHO_KEY_OTHER, SEKISHO_KEY_UP, SEKISHO_KEY_DOWN, SEKISHO_KEY_LEFT, SEKISHO_KEY_RIGHT, SEKISHO_KEY_HOME,
    SEKISHO_KEY_END, SEKISHO_KEY_PAGE_UP, SEKISHO_KEY_PAGE_DOWN, SEKISHO_KEY_ENTER, SEKISHO_KEY_BACKSPACE,
    SEKISHO_KEY_DELETE, SEKISHO_KEY_BACKTAB, SEKISHO_KEY_RESIZE, SEKISHO_KEY_PASTE_BEGIN, SEKISHO_KEY_PASTE_END,
};

/// The next character or key that was typed; returns at once.
sekisho_input_kind sekisho_input_next(uint32_t *value);

/// Asks the terminal how many cells U+25CF takes; 0 when it does not answer in time. Before the screen is opened.
int sekisho_ambiguous_width(int milliseconds);

// MARK: Ends and signals (restore.c)

/// Remembers the terminal as it is, and gives it back when the process ends by a signal.
void sekisho_restore_arm(const char *sequence);
/// Takes the handlers away again.
void sekisho_restore_disarm(void);
/// Keeps standard error in memory while the screen is up; at most `limit` bytes.
bool sekisho_errors_capture(void);
/// Forgets what is kept once it is more than `limit` bytes.
void sekisho_errors_bound(size_t limit);
/// Gives standard error back and prints the last `tail` bytes of what was kept.
void sekisho_errors_release(size_t tail);

/// Takes WINCH TERM HUP INT TSTP CONT, on whichever thread they come, and returns a descriptor that is readable when
/// one has come; negative on failure. Call it before the screen is opened, so that curses leaves them alone.
int sekisho_signals_open(void);
/// Next signal, or 0.
int sekisho_signals_next(void);
/// Puts the handlers back that were there before.
void sekisho_signals_close(void);
/// Stops this process as Ctrl-Z does, until it is continued.
void sekisho_signals_stop_here(void);
/// A descriptor on which `sekisho_wakeup_post` makes poll return.
int sekisho_wakeup_open(void);
void sekisho_wakeup_post(int descriptor);
void sekisho_wakeup_drain(int descriptor);

#endif
