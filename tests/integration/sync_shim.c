/* Preloaded into the hub by sync_test.cpp: a disk whose syncs wait while the file SYNC_SHIM_HOLD is there, and fail
   while the file SYNC_SHIM_FAIL is there. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static int there(const char* variable) {
  const char* path = getenv(variable);
  return path != NULL && access(path, F_OK) == 0;
}

static int sync_with(long number, int fd) {
  const struct timespec pause = {0, 5 * 1000 * 1000};
  while (there("SYNC_SHIM_HOLD")) nanosleep(&pause, NULL);
  if (there("SYNC_SHIM_FAIL")) {
    errno = EIO;
    return -1;
  }
  return (int)syscall(number, fd);
}

int fsync(int fd) { return sync_with(SYS_fsync, fd); }
int fdatasync(int fd) { return sync_with(SYS_fdatasync, fd); }
