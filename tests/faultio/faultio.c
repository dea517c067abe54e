/* faultio: stands between a process and the C library's file calls (LD_PRELOAD).
 *
 * Only files beneath one watched folder are touched. Every call that can change the disk (the
 * "write class": open that makes or empties a file, write, pwrite, ftruncate, posix_fallocate,
 * fsync, fdatasync, unlink, rename, link, mkdir) is counted, may be recorded, and may be made to
 * fail. A process arms it through the faultio_* functions at the end (tests/faultio/shim.py).
 *
 * A record is: op (1 byte), length of path, length of data, offset (little-endian u32, u32, u64),
 * then path and data; for rename and link the data is the second path.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum fault { NONE, KILL, TEAR, ERROR, SHORT, GATE, SLOW };
enum { MOST_FILES = 4096, LONGEST = 4096 };

static struct {
  char root[LONGEST];
  int log;
  long calls;
  enum fault fault;
  long at, argument;
  int error, sticky;
} self = {.log = -1};

static char *names[MOST_FILES]; /* by descriptor; NULL: not watched */

/* Bytes as they were before a write that no fsync has covered yet (GATE only). */
struct undo {
  struct undo *next;
  char *name;
  off_t at, size;
  size_t length;
  char before[];
};
static struct undo *undone;

#define REAL(result, name, ...)                              \
  static result (*real)(__VA_ARGS__);                        \
  if (!real) real = (result(*)(__VA_ARGS__))dlsym(RTLD_NEXT, name)

static ssize_t real_write(int fd, const void *data, size_t length) {
  REAL(ssize_t, "write", int, const void *, size_t);
  return real(fd, data, length);
}

static ssize_t real_pwrite(int fd, const void *data, size_t length, off_t at) {
  REAL(ssize_t, "pwrite64", int, const void *, size_t, off_t);
  return real(fd, data, length, at);
}

static int real_ftruncate(int fd, off_t size) {
  REAL(int, "ftruncate64", int, off_t);
  return real(fd, size);
}

static int within(const char *path) {
  size_t length = strlen(self.root);
  return length && !strncmp(path, self.root, length) && (!path[length] || path[length] == '/');
}

static const char *name_of(int fd) { return fd >= 0 && fd < MOST_FILES ? names[fd] : NULL; }

static void note(char op, const char *path, const void *data, size_t length, uint64_t at) {
  char head[17];
  uint32_t sizes[2] = {(uint32_t)strlen(path), (uint32_t)length};
  if (self.log < 0) return;
  head[0] = op;
  memcpy(head + 1, sizes, 8);
  memcpy(head + 9, &at, 8);
  real_write(self.log, head, sizeof head);
  real_write(self.log, path, sizes[0]);
  real_write(self.log, data, length);
}

/* One more call of the write class: the error it shall fail with, or 0. */
static int counted(void) {
  long n = ++self.calls;
  if (n < self.at || (n > self.at && !self.sticky)) return 0;
  if (self.fault == KILL || self.fault == TEAR) raise(SIGKILL);
  return self.fault == ERROR ? self.error : 0;
}

static int refused(int error) {
  errno = error;
  return -1;
}

static void remember(int fd, size_t length, off_t at) {
  struct stat now;
  struct undo *one = malloc(sizeof *one + length);
  if (!one || fstat(fd, &now)) abort();
  ssize_t got = pread(fd, one->before, length, at);
  one->name = strdup(names[fd]);
  one->at = at, one->size = now.st_size, one->length = got > 0 ? (size_t)got : 0;
  one->next = undone;
  undone = one;
}

/* Forget what is remembered of a file; with `back`, put it back first: the data is dropped. */
static void settle(int fd, int back) {
  for (struct undo **place = &undone; *place;) {
    struct undo *one = *place;
    if (strcmp(one->name, names[fd])) {
      place = &one->next;
      continue;
    }
    if (back) {
      real_pwrite(fd, one->before, one->length, one->at);
      real_ftruncate(fd, one->size);
    }
    *place = one->next;
    free(one->name);
    free(one);
  }
}

/* How much of a write may happen: everything, a torn beginning (then death), or half of it. */
static ssize_t written(int fd, const void *data, size_t length, off_t at, int positioned) {
  long next = self.calls + 1;
  int hit = next == self.at || (next > self.at && self.sticky);
  size_t part = length;
  if (hit && self.fault == TEAR) part = (size_t)self.argument < length ? (size_t)self.argument : length;
  if (hit && self.fault == SHORT) {
    if (next > self.at) return ++self.calls, refused(ENOSPC);
    part = length / 2;
  }
  if (self.fault == TEAR && hit) {
    positioned ? real_pwrite(fd, data, part, at) : real_write(fd, data, part);
    raise(SIGKILL);
  }
  int error = counted();
  if (error) return refused(error);
  if (self.fault == GATE) remember(fd, part, at);
  ssize_t done = positioned ? real_pwrite(fd, data, part, at) : real_write(fd, data, part);
  if (done > 0) note('w', names[fd], data, (size_t)done, (uint64_t)at);
  return done;
}

static off_t place(int fd) {
  struct stat now;
  if (fcntl(fd, F_GETFL) & O_APPEND) return fstat(fd, &now) ? 0 : now.st_size;
  return lseek(fd, 0, SEEK_CUR);
}

ssize_t write(int fd, const void *data, size_t length) {
  return name_of(fd) ? written(fd, data, length, place(fd), 0) : real_write(fd, data, length);
}

ssize_t pwrite64(int fd, const void *data, size_t length, off_t at) {
  return name_of(fd) ? written(fd, data, length, at, 1) : real_pwrite(fd, data, length, at);
}

ssize_t pwrite(int fd, const void *data, size_t length, off_t at) {
  return pwrite64(fd, data, length, at);
}

static int opened(const char *path, int flags, mode_t mode) {
  REAL(int, "open64", const char *, int, ...);
  int watched = within(path), fresh = 0;
  if (watched && flags & (O_CREAT | O_TRUNC)) {
    fresh = access(path, F_OK) != 0;
    int error = fresh || flags & O_TRUNC ? counted() : 0;
    if (error) return refused(error);
  }
  int fd = real(path, flags, mode);
  if (!watched || fd < 0 || fd >= MOST_FILES) return fd;
  names[fd] = strdup(path);
  if (fresh) note('c', path, "", 0, 0);
  else if (flags & O_TRUNC) note('t', path, "", 0, 0);
  return fd;
}

int open64(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
  va_end(more);
  return opened(path, flags, mode);
}

int open(const char *path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  mode_t mode = flags & O_CREAT ? va_arg(more, mode_t) : 0;
  va_end(more);
  return opened(path, flags, mode);
}

int close(int fd) {
  REAL(int, "close", int);
  if (name_of(fd)) {
    free(names[fd]);
    names[fd] = NULL;
  }
  return real(fd);
}

int ftruncate64(int fd, off_t size) {
  if (name_of(fd)) {
    int error = counted();
    if (error) return refused(error);
    note('t', names[fd], "", 0, (uint64_t)size);
  }
  return real_ftruncate(fd, size);
}

int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }

int posix_fallocate64(int fd, off_t at, off_t length) {
  REAL(int, "posix_fallocate64", int, off_t, off_t);
  if (name_of(fd)) {
    int error = counted();
    if (error) return error;
    note('t', names[fd], "", 0, (uint64_t)(at + length));
  }
  return real(fd, at, length);
}

int posix_fallocate(int fd, off_t at, off_t length) { return posix_fallocate64(fd, at, length); }

static int synced(int fd, int (*real)(int)) {
  const char *name = name_of(fd);
  if (!name) return real(fd);
  int error = counted();
  if (self.fault == SLOW) {
    struct timespec wait = {self.argument / 1000, self.argument % 1000 * 1000000};
    nanosleep(&wait, NULL);
  }
  if (self.fault == GATE && self.calls == self.at) {
    settle(fd, 1);
    return refused(EIO);
  }
  if (error) return refused(error);
  settle(fd, 0);
  note('s', name, "", 0, 0);
  return real(fd);
}

int fsync(int fd) {
  REAL(int, "fsync", int);
  return synced(fd, real);
}

int fdatasync(int fd) {
  REAL(int, "fdatasync", int);
  return synced(fd, real);
}

int unlink(const char *path) {
  REAL(int, "unlink", const char *);
  int error = within(path) ? counted() : 0;
  if (error) return refused(error);
  int done = real(path);
  if (within(path) && !done) note('u', path, "", 0, 0);
  return done;
}

int mkdir(const char *path, mode_t mode) {
  REAL(int, "mkdir", const char *, mode_t);
  int error = within(path) ? counted() : 0;
  if (error) return refused(error);
  int done = real(path, mode);
  if (within(path) && !done) note('d', path, "", 0, 0);
  return done;
}

int rename(const char *from, const char *to) {
  REAL(int, "rename", const char *, const char *);
  int error = within(from) ? counted() : 0;
  if (error) return refused(error);
  int done = real(from, to);
  if (within(from) && !done) note('r', from, to, strlen(to), 0);
  return done;
}

int link(const char *from, const char *to) {
  REAL(int, "link", const char *, const char *);
  int error = within(from) ? counted() : 0;
  if (error) return refused(error);
  int done = real(from, to);
  if (within(from) && !done) note('l', from, to, strlen(to), 0);
  return done;
}

/* --- asked for by tests/faultio/shim.py --------------------------------------------------- */

void faultio_watch(const char *root) { snprintf(self.root, sizeof self.root, "%s", root); }

void faultio_record(int fd) { self.log = fd; }

void faultio_mark(const char *text) { note('m', text, "", 0, 0); }

long faultio_calls(void) { return self.calls; }

void faultio_arm(int fault, long at, long argument, int error, int sticky) {
  self.fault = (enum fault)fault;
  self.at = at, self.argument = argument, self.error = error, self.sticky = sticky;
  self.calls = 0;
}
