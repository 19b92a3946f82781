// The screen: curses behind functions that Swift can call.
#define _GNU_SOURCE
#include "CTerminal.h"

#include <langinfo.h>
#include <locale.h>
#include "shim.h"
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>
#include <wchar.h>

// term.h, where it is declared, makes macros of words as common as `columns`.
struct term;
extern struct term *cur_term;
extern char *tigetstr(const char *name);
extern int setupterm(const char *term, int file, int *status);
extern int del_curterm(struct term *terminal);

// Above KEY_MAX, so that no terminfo entry has them.
enum { PASTE_BEGIN = 600, PASTE_END = 601 };

static SCREEN *screen;
static FILE *input, *output;
static bool has_pairs;

bool sekisho_locale_is_utf8(void) {
    if (setlocale(LC_ALL, "") == NULL) setlocale(LC_ALL, "C");
    return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

void sekisho_terminal_write(const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(STDOUT_FILENO, bytes, count);
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

// Appends a terminfo string without its padding notes, `$<5>`.
static void append_capability(char *to, size_t room, const char *name) {
    char *text = tigetstr(name);
    if (text == NULL || text == (char *)-1) return;
    size_t at = strlen(to);
    for (const char *from = text; *from != 0 && at + 1 < room; from++) {
        if (from[0] == '$' && from[1] == '<') {
            const char *end = strchr(from, '>');
            if (end != NULL) {
                from = end;
                continue;
            }
        }
        to[at++] = *from;
    }
    to[at] = 0;
}

static void modes_on(void) { sekisho_terminal_write("\033[?2004h", 8); }
static void modes_off(void) { sekisho_terminal_write("\033[?2004l", 8); }

static void close_files(void) {
    if (input != NULL) fclose(input);
    if (output != NULL) fclose(output);
    input = output = NULL;
}

sekisho_screen_result sekisho_screen_open(bool colour) {
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) return SEKISHO_SCREEN_NO_TERMINAL;
    int in = dup(STDIN_FILENO), out = dup(STDOUT_FILENO);
    input = in < 0 ? NULL : fdopen(in, "r");
    output = out < 0 ? NULL : fdopen(out, "w");
    if (input == NULL || output == NULL) {
        close_files();
        return SEKISHO_SCREEN_NO_MEMORY;
    }
    // LINES and COLUMNS in the environment would switch resizing off.
    use_env(FALSE);
    use_tioctl(TRUE);
    char restore[256] = "\033[?2004l";
    screen = newterm(NULL, output, input);
    if (screen == NULL) {
        close_files();
        return SEKISHO_SCREEN_UNKNOWN_TERM;
    }
    set_escdelay(25);
    cbreak();
    noecho();
    nonl();
    intrflush(stdscr, FALSE);
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    typeahead(-1);
    has_pairs = colour && has_colors() && start_color() == OK;
    if (has_pairs) use_default_colors();
    define_key("\033[200~", PASTE_BEGIN);
    define_key("\033[201~", PASTE_END);
    append_capability(restore, sizeof restore, "sgr0");
    append_capability(restore, sizeof restore, "op");
    append_capability(restore, sizeof restore, "rmkx");
    append_capability(restore, sizeof restore, "cnorm");
    append_capability(restore, sizeof restore, "rmcup");
    sekisho_restore_arm(restore);
    modes_on();
    int rows, columns;
    if (sekisho_terminal_size(&rows, &columns)) sekisho_screen_resize(rows, columns);
    return SEKISHO_SCREEN_OPENED;
}

void sekisho_screen_close(void) {
    if (screen == NULL) return;
    modes_off();
    curs_set(1);
    endwin();
    sekisho_restore_disarm();
    delscreen(screen);
    screen = NULL;
    close_files();
}

void sekisho_screen_pause(void) {
    modes_off();
    curs_set(1);
    endwin();
}

void sekisho_screen_resume(void) {
    modes_on();
    int rows, columns;
    if (sekisho_terminal_size(&rows, &columns)) sekisho_screen_resize(rows, columns);
    sekisho_frame_repaint();
}

int sekisho_screen_colours(void) { return has_pairs ? COLORS : 0; }

void sekisho_screen_define_pair(short pair, short foreground) {
    if (has_pairs) init_pair(pair, foreground, -1);
}

bool sekisho_terminal_size(int *rows, int *columns) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0) return false;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return true;
}

void sekisho_screen_resize(int rows, int columns) { resizeterm(rows, columns); }

void sekisho_frame_begin(void) { werase(stdscr); }

static attr_t curses_attributes(int attributes) {
    attr_t result = A_NORMAL;
    if (attributes & SEKISHO_BOLD) result |= A_BOLD;
    if (attributes & SEKISHO_DIM) result |= A_DIM;
    if (attributes & SEKISHO_REVERSE) result |= A_REVERSE;
    if (attributes & SEKISHO_UNDERLINE) result |= A_UNDERLINE;
    return result;
}

void sekisho_frame_put(int row, int column, const uint32_t *scalars, int count, int cells, int attributes, short pair) {
    attr_t look = curses_attributes(attributes);
    short colour = has_pairs ? pair : 0;
    cchar_t cell;
    wchar_t text[CCHARW_MAX + 1] = {0};
    if (count >= 1 && count < CCHARW_MAX && wcwidth((wchar_t)scalars[0]) == cells) {
        for (int i = 0; i < count; i++) text[i] = (wchar_t)scalars[i];
        if (setcchar(&cell, text, look, colour, NULL) == OK) {
            mvwadd_wch(stdscr, row, column, &cell);
            return;
        }
    }
    wchar_t unknown[2] = {L'?', 0};
    setcchar(&cell, unknown, look, colour, NULL);
    for (int i = 0; i < cells; i++) mvwadd_wch(stdscr, row, column + i, &cell);
}

void sekisho_frame_end(int cursor_row, int cursor_column) {
    if (cursor_row >= 0) wmove(stdscr, cursor_row, cursor_column);
    curs_set(cursor_row >= 0 ? 1 : 0);
    wnoutrefresh(stdscr);
    doupdate();
}

void sekisho_frame_repaint(void) {
    redrawwin(stdscr);
    clearok(curscr, TRUE);
    wrefresh(stdscr);
}

static uint32_t named_key(wint_t code) {
    switch (code) {
    case KEY_UP: return SEKISHO_KEY_UP;
    case KEY_DOWN: return SEKISHO_KEY_DOWN;
    case KEY_LEFT: return SEKISHO_KEY_LEFT;
    case KEY_RIGHT: return SEKISHO_KEY_RIGHT;
    case KEY_HOME: return SEKISHO_KEY_HOME;
    case KEY_END: return SEKISHO_KEY_END;
    case KEY_PPAGE: return SEKISHO_KEY_PAGE_UP;
    case KEY_NPAGE: return SEKISHO_KEY_PAGE_DOWN;
    case KEY_ENTER: return SEKISHO_KEY_ENTER;
    case KEY_BACKSPACE: return SEKISHO_KEY_BACKSPACE;
    case KEY_DC: return SEKISHO_KEY_DELETE;
    case KEY_BTAB: return SEKISHO_KEY_BACKTAB;
    case KEY_RESIZE: return SEKISHO_KEY_RESIZE;
    case PASTE_BEGIN: return SEKISHO_KEY_PASTE_BEGIN;
    case PASTE_END: return SEKISHO_KEY_PASTE_END;
    default: return SEKISHO_KEY_OTHER;
    }
}

sekisho_input_kind sekisho_input_next(uint32_t *value) {
    wint_t typed = 0;
    switch (wget_wch(stdscr, &typed)) {
    case OK: *value = (uint32_t)typed; return SEKISHO_INPUT_CHARACTER;
    case KEY_CODE_YES: *value = named_key(typed); return SEKISHO_INPUT_KEY;
    default: return SEKISHO_INPUT_NONE;
    }
}

static long milliseconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000L + now.tv_nsec / 1000000L;
}

// Reads a cursor position report, `ESC [ row ; column R`; 0 when none came in time.
static int reported_column(int milliseconds) {
    char text[64];
    size_t count = 0;
    long end = milliseconds_now() + milliseconds;
    while (count + 1 < sizeof text) {
        long left = end - milliseconds_now();
        struct pollfd terminal = {.fd = STDIN_FILENO, .events = POLLIN};
        if (left <= 0 || poll(&terminal, 1, (int)left) <= 0) return 0;
        if (read(STDIN_FILENO, text + count, 1) != 1) return 0;
        text[++count] = 0;
        if (text[count - 1] != 'R') continue;
        const char *start = strchr(text, '\033');
        int row, column;
        if (start != NULL && sscanf(start, "\033[%d;%dR", &row, &column) == 2) return column;
        return 0;
    }
    return 0;
}

int sekisho_ambiguous_width(int milliseconds) {
    struct termios before, raw;
    // A terminal that cannot be opened is asked nothing: the question would stand in the error's line.
    int status;
    if (setupterm(NULL, STDOUT_FILENO, &status) != OK) return 0;
    del_curterm(cur_term);
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO) || tcgetattr(STDIN_FILENO, &before) != 0) return 0;
    raw = before;
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 1;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSANOW, &raw) != 0) return 0;
    const char question[] = "\r\xE2\x97\x8F\033[6n";
    sekisho_terminal_write(question, sizeof question - 1);
    int column = reported_column(milliseconds);
    sekisho_terminal_write("\r\033[K", 4);
    tcsetattr(STDIN_FILENO, TCSANOW, &before);
    return column == 2 || column == 3 ? column - 1 : 0;
}
