// What must work at any end: the terminal as it was, and what a library wrote to standard error meanwhile. Only
// functions that POSIX calls async-signal-safe are used in the handler.
#define _GNU_SOURCE
#include "CTerminal.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

static const int fatal[] = {SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE, SIGSYS, SIGQUIT};
enum { FATAL = sizeof fatal / sizeof fatal[0] };
static struct sigaction earlier[FATAL];
static volatile sig_atomic_t armed;
static struct termios terminal_before;
static bool terminal_known;
static char sequence_to_send[256];
static size_t sequence_length;
static int real_errors = -1, kept_errors = -1;

static void write_whole(int to, const char *bytes, size_t count) {
    while (count > 0) {
        ssize_t written = write(to, bytes, count);
        if (written < 0 && errno == EINTR) continue;
        if (written <= 0) return;
        bytes += written;
        count -= (size_t)written;
    }
}

static void print_kept(off_t from) {
    char chunk[1024];
    ssize_t got;
    while ((got = pread(kept_errors, chunk, sizeof chunk, from)) > 0) {
        write_whole(real_errors, chunk, (size_t)got);
        from += got;
    }
}

static void errors_back(void) {
    if (kept_errors < 0 || real_errors < 0) return;
    dup2(real_errors, STDERR_FILENO);
}

static void give_back_and_chain(int signal_number) {
    if (armed) {
        armed = 0;
        write_whole(STDOUT_FILENO, sequence_to_send, sequence_length);
        if (terminal_known) tcsetattr(STDIN_FILENO, TCSANOW, &terminal_before);
        errors_back();
        if (kept_errors >= 0) print_kept(0);
    }
    // The signal comes again when this handler returns, at the instruction that failed, and finds who was there before.
    for (int i = 0; i < FATAL; i++)
        if (fatal[i] == signal_number) sigaction(signal_number, &earlier[i], NULL);
    raise(signal_number);
}

__attribute__((constructor)) static void remember_terminal(void) {
    terminal_known = tcgetattr(STDIN_FILENO, &terminal_before) == 0;
}

void sekisho_restore_arm(const char *sequence) {
    sequence_length = strnlen(sequence, sizeof sequence_to_send);
    memcpy(sequence_to_send, sequence, sequence_length);
    struct sigaction action = {.sa_handler = give_back_and_chain, .sa_flags = SA_ONSTACK};
    sigemptyset(&action.sa_mask);
    for (int i = 0; i < FATAL; i++) {
        sigaction(fatal[i], NULL, &earlier[i]);
        if (!(earlier[i].sa_flags & SA_SIGINFO) && earlier[i].sa_handler == SIG_IGN) continue;
        sigaction(fatal[i], &action, NULL);
    }
    armed = 1;
}

void sekisho_restore_disarm(void) {
    if (!armed) return;
    armed = 0;
    for (int i = 0; i < FATAL; i++) sigaction(fatal[i], &earlier[i], NULL);
}

bool sekisho_errors_capture(void) {
    int memory = memfd_create("sekisho-errors", MFD_CLOEXEC);
    if (memory < 0) return false;
    int saved = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 10);
    if (saved < 0 || fcntl(memory, F_SETFL, O_APPEND) < 0) {
        close(memory);
        if (saved >= 0) close(saved);
        return false;
    }
    real_errors = saved;
    kept_errors = memory;
    dup2(memory, STDERR_FILENO);
    return true;
}

static off_t kept_size(void) {
    struct stat status;
    return kept_errors >= 0 && fstat(kept_errors, &status) == 0 ? status.st_size : 0;
}

void sekisho_errors_bound(size_t limit) {
    if (kept_size() > (off_t)limit && ftruncate(kept_errors, 0) != 0) errors_back();
}

void sekisho_errors_release(size_t tail) {
    if (kept_errors < 0) return;
    errors_back();
    off_t size = kept_size();
    print_kept(size > (off_t)tail ? size - (off_t)tail : 0);
    close(kept_errors);
    close(real_errors);
    kept_errors = real_errors = -1;
}

// Not signalfd: in a program whose main function is asynchronous the main thread waits in libdispatch's
// sigsuspend(2) with an empty mask, so signals that are blocked everywhere else are delivered there. A handler that
// writes to a pipe works on whichever thread it runs.
static const int taken[] = {SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGTSTP, SIGCONT};
enum { TAKEN = sizeof taken / sizeof taken[0] };
static struct sigaction taken_before[TAKEN];
static int signal_pipe[2] = {-1, -1};

static void note_signal(int signal_number) {
    int error = errno;
    unsigned char byte = (unsigned char)signal_number;
    // A full pipe already holds more than anyone would act on.
    if (write(signal_pipe[1], &byte, 1) < 0) {}
    errno = error;
}

int sekisho_signals_open(void) {
    if (pipe2(signal_pipe, O_NONBLOCK | O_CLOEXEC) != 0) return -1;
    struct sigaction action = {.sa_handler = note_signal, .sa_flags = SA_RESTART};
    sigset_t set;
    sigemptyset(&action.sa_mask);
    sigemptyset(&set);
    for (int i = 0; i < TAKEN; i++) {
        sigaction(taken[i], &action, &taken_before[i]);
        sigaddset(&set, taken[i]);
    }
    // Whatever other threads block, this one takes them.
    pthread_sigmask(SIG_UNBLOCK, &set, NULL);
    return signal_pipe[0];
}

int sekisho_signals_next(void) {
    unsigned char byte;
    return read(signal_pipe[0], &byte, 1) == 1 ? byte : 0;
}

void sekisho_signals_close(void) {
    if (signal_pipe[0] < 0) return;
    for (int i = 0; i < TAKEN; i++) sigaction(taken[i], &taken_before[i], NULL);
    // The pipe stays open: a handler may be running on another thread still.
}

void sekisho_signals_stop_here(void) { kill(getpid(), SIGSTOP); }

int sekisho_wakeup_open(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

void sekisho_wakeup_post(int descriptor) {
    uint64_t one = 1;
    if (write(descriptor, &one, sizeof one) < 0) return;
}

void sekisho_wakeup_drain(int descriptor) {
    uint64_t count;
    if (read(descriptor, &count, sizeof count) < 0) return;
}
