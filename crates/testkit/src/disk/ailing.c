/*
 * Goes before the C library in the process of a server, and lets the disk that the file named by AILING_DISK lies on be ill:
 *
 *   "full": what makes a file longer fails with ENOSPC; what has room is still written, as on a real disk;
 *   "read-only": nothing is written, made, renamed or removed: EROFS, as after a fault of the file system.
 *
 * So it is for the calls by which SQLite and PostgreSQL write; what else there is, such as openat or link, is left alone.
 *
 * Anything else in that file, or no such file: the disk is well. It is read before each call, so that a disk falls ill and
 * recovers while the server runs. Other disks, pipes and sockets are left alone.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

static const char *ailment_file;
static dev_t disk;

__attribute__((constructor)) static void begin(void) {
    const char *name = getenv("AILING_DISK");
    char folder[PATH_MAX];
    struct stat status;
    if (name == NULL || strlen(name) >= sizeof folder)
        return;
    char *end = strrchr(strcpy(folder, name), '/');
    if (end == NULL)
        return;
    *end = '\0';
    if (stat(folder, &status) == 0) {
        disk = status.st_dev;
        /* The environment may be written over later. */
        ailment_file = strdup(name);
    }
}

/* 'f' when the disk is full, 'r' when it can only be read, otherwise 0. */
static char ailment(void) {
    int before = errno;
    char word = 0;
    if (ailment_file != NULL) {
        int file = (int)syscall(SYS_openat, AT_FDCWD, ailment_file, O_RDONLY | O_CLOEXEC);
        if (file >= 0) {
            if (syscall(SYS_read, file, &word, 1) != 1)
                word = 0;
            syscall(SYS_close, file);
        }
    }
    errno = before;
    return word;
}

/* Why so much can't be written to this file from there on, or 0. Whatever is not a file of the disk can. */
static int refused(int file, off_t from, off_t length) {
    char word = ailment();
    struct stat status;
    if (word == 0 || fstat(file, &status) != 0 || !S_ISREG(status.st_mode) || status.st_dev != disk)
        return 0;
    if (word == 'r')
        return EROFS;
    if (from < 0)
        from = (fcntl(file, F_GETFL) & O_APPEND) ? status.st_size : lseek(file, 0, SEEK_CUR);
    return word == 'f' && from + length > status.st_size ? ENOSPC : 0;
}

/* Why nothing can be made, renamed or removed here, or 0. */
static int refused_at(const char *path) {
    char folder[PATH_MAX];
    struct stat status;
    if (ailment() != 'r' || strlen(path) >= sizeof folder)
        return 0;
    if (lstat(path, &status) != 0) {
        char *end = strrchr(strcpy(folder, path), '/');
        if (end != NULL)
            *end = '\0';
        if (stat(end == NULL ? "." : folder, &status) != 0)
            return 0;
    } else if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) {
        return 0;
    }
    return status.st_dev == disk ? EROFS : 0;
}

#define THE_REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

#define UNLESS(reason)                                                                                                          \
    do {                                                                                                                        \
        int why = (reason);                                                                                                     \
        if (why != 0) {                                                                                                         \
            errno = why;                                                                                                        \
            return -1;                                                                                                          \
        }                                                                                                                       \
    } while (0)

static off_t length_of(const struct iovec *parts, int number) {
    off_t length = 0;
    for (int part = 0; part < number; part++)
        length += (off_t)parts[part].iov_len;
    return length;
}

ssize_t write(int file, const void *bytes, size_t length) {
    UNLESS(refused(file, -1, (off_t)length));
    return THE_REAL(write)(file, bytes, length);
}

ssize_t pwrite(int file, const void *bytes, size_t length, off_t from) {
    UNLESS(refused(file, from, (off_t)length));
    return THE_REAL(pwrite)(file, bytes, length, from);
}

ssize_t pwrite64(int file, const void *bytes, size_t length, off64_t from) {
    UNLESS(refused(file, from, (off_t)length));
    return THE_REAL(pwrite64)(file, bytes, length, from);
}

ssize_t writev(int file, const struct iovec *parts, int number) {
    UNLESS(refused(file, -1, length_of(parts, number)));
    return THE_REAL(writev)(file, parts, number);
}

ssize_t pwritev(int file, const struct iovec *parts, int number, off_t from) {
    UNLESS(refused(file, from, length_of(parts, number)));
    return THE_REAL(pwritev)(file, parts, number, from);
}

ssize_t pwritev64(int file, const struct iovec *parts, int number, off64_t from) {
    UNLESS(refused(file, from, length_of(parts, number)));
    return THE_REAL(pwritev64)(file, parts, number, from);
}

int ftruncate(int file, off_t length) {
    UNLESS(refused(file, length, 0));
    return THE_REAL(ftruncate)(file, length);
}

int ftruncate64(int file, off64_t length) {
    UNLESS(refused(file, length, 0));
    return THE_REAL(ftruncate64)(file, length);
}

int fallocate(int file, int mode, off_t from, off_t length) {
    UNLESS(refused(file, from, length));
    return THE_REAL(fallocate)(file, mode, from, length);
}

/* This one returns what is wrong instead of leaving it in errno. */
int posix_fallocate(int file, off_t from, off_t length) {
    int why = refused(file, from, length);
    return why != 0 ? why : THE_REAL(posix_fallocate)(file, from, length);
}

int posix_fallocate64(int file, off64_t from, off64_t length) {
    int why = refused(file, from, length);
    return why != 0 ? why : THE_REAL(posix_fallocate64)(file, from, length);
}

#define OPEN(name)                                                                                                              \
    int name(const char *path, int flags, ...) {                                                                                \
        va_list more;                                                                                                           \
        va_start(more, flags);                                                                                                  \
        mode_t mode = (flags & (O_CREAT | __O_TMPFILE)) ? va_arg(more, mode_t) : 0;                                             \
        va_end(more);                                                                                                           \
        if ((flags & O_ACCMODE) != O_RDONLY || (flags & O_CREAT))                                                               \
            UNLESS(refused_at(path));                                                                                           \
        return THE_REAL(name)(path, flags, mode);                                                                               \
    }

OPEN(open)
OPEN(open64)

int unlink(const char *path) {
    UNLESS(refused_at(path));
    return THE_REAL(unlink)(path);
}

int mkdir(const char *path, mode_t mode) {
    UNLESS(refused_at(path));
    return THE_REAL(mkdir)(path, mode);
}

int rename(const char *from, const char *to) {
    UNLESS(refused_at(from));
    return THE_REAL(rename)(from, to);
}
