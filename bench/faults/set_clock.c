/*
 * A clock that is set, for the processes of a container: CLOCK_REALTIME is so many seconds beside the machine's as a file
 * says, which is looked into once a second. It stands in front of libc (LD_PRELOAD). All other clocks are true, and so
 * are timed waits: whoever waits until a point in time would otherwise wait by two clocks.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const char OFFSET[] = "/clock/offset";

static _Atomic long offset;
static _Atomic long looked = -1;

static void look(long second)
{
	char text[32];
	int file = open(OFFSET, O_RDONLY | O_CLOEXEC);
	ssize_t length = file < 0 ? 0 : read(file, text, sizeof(text) - 1);

	if (file >= 0) {
		close(file);
	}
	if (length > 0) {
		text[length] = '\0';
		atomic_store(&offset, atol(text));
	}
	atomic_store(&looked, second);
}

/* What the clocks of this container are beside the machine's, in seconds. */
static long beside(void)
{
	struct timespec now;

	syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now);
	if (atomic_load(&looked) != now.tv_sec) {
		look(now.tv_sec);
	}
	return atomic_load(&offset);
}

int clock_gettime(clockid_t clock, struct timespec *now)
{
	int failed = syscall(SYS_clock_gettime, clock, now);

	if (!failed && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) {
		now->tv_sec += beside();
	}
	return failed;
}

int gettimeofday(struct timeval *now, void *zone)
{
	struct timespec exact;

	(void) zone;
	clock_gettime(CLOCK_REALTIME, &exact);
	now->tv_sec = exact.tv_sec;
	now->tv_usec = exact.tv_nsec / 1000;
	return 0;
}

time_t time(time_t *now)
{
	struct timespec exact;

	clock_gettime(CLOCK_REALTIME, &exact);
	if (now) {
		*now = exact.tv_sec;
	}
	return exact.tv_sec;
}

/* A point in time is one of the machine's clock to the kernel. The monotonic clock counts from the machine's start, and
   has not come to a date of this century. */
static clockid_t true_point(const struct timespec *until, struct timespec *truly)
{
	*truly = *until;
	if (until->tv_sec < 1000000000) {
		return CLOCK_MONOTONIC;
	}
	truly->tv_sec -= beside();
	return CLOCK_REALTIME;
}

int pthread_cond_timedwait(pthread_cond_t *condition, pthread_mutex_t *mutex, const struct timespec *until)
{
	struct timespec truly;
	clockid_t clock = true_point(until, &truly);

	return pthread_cond_clockwait(condition, mutex, clock, &truly);
}

int pthread_mutex_timedlock(pthread_mutex_t *mutex, const struct timespec *until)
{
	struct timespec truly;
	clockid_t clock = true_point(until, &truly);

	return pthread_mutex_clocklock(mutex, clock, &truly);
}

int sem_timedwait(sem_t *semaphore, const struct timespec *until)
{
	struct timespec truly;
	clockid_t clock = true_point(until, &truly);

	return sem_clockwait(semaphore, clock, &truly);
}
