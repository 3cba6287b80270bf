/* Stands between the daemon and the kernel: its clock can be stepped and its disk made to fail, by
 * whoever writes into the file SHIM_CONTROL (32 bytes, native order):
 *
 *   int64  nanoseconds that the system clock is off; the steady clock never moves
 *   int64  what the disk answers: 0 all is well, 1 ENOSPC, 2 EIO, 3 EROFS at each write, 4 EIO when
 *          asked to make sure (fdatasync: what was written may be there or not)
 *   int64  how often the disk has failed so
 *
 * Only files below the folder SHIM_FOLDER are on that disk. Timed waits against the system clock
 * follow a step of it within 100 ms, as the kernel's do at once. Loaded with LD_PRELOAD.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

struct control {
  volatile int64_t offset;
  volatile int64_t disk;
  volatile int64_t failures;
};

static struct control all_is_well;
static struct control* control = &all_is_well;
static char folder[PATH_MAX];

__attribute__((constructor)) static void open_control(void) {
  const char* path = getenv("SHIM_CONTROL");
  const char* below = getenv("SHIM_FOLDER");
  if (path == NULL || below == NULL || realpath(below, folder) == NULL) return;
  const int file = open(path, O_RDWR | O_CLOEXEC);
  if (file < 0) return;
  void* page = mmap(NULL, sizeof(struct control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  close(file);
  if (page != MAP_FAILED) control = page;
}

/* ---- the clock */

static int64_t real_now(void) {
  struct timespec now;
  syscall(SYS_clock_gettime, CLOCK_REALTIME, &now);
  return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

static struct timespec at(int64_t nanoseconds) {
  const struct timespec time = {nanoseconds / 1000000000, nanoseconds % 1000000000};
  return time;
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  if (clock != CLOCK_REALTIME && clock != CLOCK_REALTIME_COARSE)
    return (int)syscall(SYS_clock_gettime, clock, now);
  *now = at(real_now() + control->offset);
  return 0;
}

int gettimeofday(struct timeval* restrict now, void* restrict zone) {
  (void)zone;
  const int64_t stepped = real_now() + control->offset;
  now->tv_sec = stepped / 1000000000;
  now->tv_usec = stepped % 1000000000 / 1000;
  return 0;
}

time_t time(time_t* now) {
  const time_t seconds = (real_now() + control->offset) / 1000000000;
  if (now != NULL) *now = seconds;
  return seconds;
}

/* Of a wait until `until` on the stepped clock: the next 100 ms, on the real one. */
static struct timespec slice(const struct timespec* until) {
  const int64_t wanted = (int64_t)until->tv_sec * 1000000000 + until->tv_nsec - control->offset;
  const int64_t most = real_now() + 100000000;
  return at(wanted < most ? wanted : most);
}

static int is_over(const struct timespec* until) {
  return real_now() + control->offset >= (int64_t)until->tv_sec * 1000000000 + until->tv_nsec;
}

int pthread_cond_timedwait(pthread_cond_t* restrict condition, pthread_mutex_t* restrict mutex,
                           const struct timespec* restrict until) {
  static int (*wait)(pthread_cond_t*, pthread_mutex_t*, const struct timespec*);
  if (wait == NULL) *(void**)&wait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  if (until->tv_sec < 1000000000) return wait(condition, mutex, until); /* the steady clock's */
  int code;
  do {
    const struct timespec next = slice(until);
    code = wait(condition, mutex, &next);
  } while (code == ETIMEDOUT && !is_over(until));
  return code;
}

int sem_timedwait(sem_t* restrict semaphore, const struct timespec* restrict until) {
  static int (*wait)(sem_t*, const struct timespec*);
  if (wait == NULL) *(void**)&wait = dlsym(RTLD_NEXT, "sem_timedwait");
  int code;
  do {
    const struct timespec next = slice(until);
    code = wait(semaphore, &next);
  } while (code != 0 && errno == ETIMEDOUT && !is_over(until));
  return code;
}

/* ---- the disk */

/* What a write to this file is refused with, or 0. */
static int refusal(int file, int makes_sure) {
  const int64_t disk = control->disk;
  if (disk == 0 || (disk == 4) != makes_sure) return 0;
  char name[64], path[PATH_MAX];
  snprintf(name, sizeof name, "/proc/self/fd/%d", file);
  const ssize_t length = readlink(name, path, sizeof path - 1);
  const size_t below = strlen(folder);
  if (length < 0) return 0;
  path[length] = 0;
  if (strncmp(path, folder, below) != 0 || path[below] != '/') return 0;
  control->failures = control->failures + 1;
  return disk == 1 ? ENOSPC : disk == 3 ? EROFS : EIO;
}

#define REFUSED(file, makes_sure)                       \
  do {                                                  \
    const int error = refusal(file, makes_sure);        \
    if (error != 0) {                                   \
      errno = error;                                    \
      return -1;                                        \
    }                                                   \
  } while (0)

ssize_t pwrite64(int file, const void* bytes, size_t count, off64_t offset) {
  REFUSED(file, 0);
  return syscall(SYS_pwrite64, file, bytes, count, offset);
}

ssize_t pwrite(int file, const void* bytes, size_t count, off_t offset) {
  return pwrite64(file, bytes, count, offset);
}

ssize_t write(int file, const void* bytes, size_t count) {
  REFUSED(file, 0);
  return syscall(SYS_write, file, bytes, count);
}

int ftruncate64(int file, off64_t length) {
  REFUSED(file, 0);
  return (int)syscall(SYS_ftruncate, file, length);
}

int ftruncate(int file, off_t length) { return ftruncate64(file, length); }

int fdatasync(int file) {
  REFUSED(file, 1);
  return (int)syscall(SYS_fdatasync, file);
}

int fsync(int file) {
  REFUSED(file, 1);
  return (int)syscall(SYS_fsync, file);
}
