/*
 * A program of src/main/bpf, compiled natively, called over and over: prints its result and the time of one call in nanoseconds,
 * on a processor: what others do on the machine meanwhile does not count.
 *
 *   bpf-native MEMORY-BYTES ROUNDS MILLISECONDS
 *
 * The memory is filled as the benchmark fills it: byte i is the upper half of (i + 1) * 40503, cut to 16 bits.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

unsigned long long program(unsigned char *memory, unsigned long long length);

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return time.tv_sec * 1e9 + time.tv_nsec;
}

static int ascending(const void *a, const void *b) {
  double x = *(const double *)a, y = *(const double *)b;
  return (x > y) - (x < y);
}

static double calls_for(double wanted, unsigned char *memory, size_t length, unsigned long long *result) {
  long calls = 0;
  double start = now(), end;
  do {
    for (int i = 0; i < 100; i++) *result = program(memory, length);
    calls += 100;
    end = now();
  } while (end - start < wanted);
  return (end - start) / calls;
}

int main(int count, char **words) {
  if (count != 4) return 2;
  size_t length = strtoul(words[1], NULL, 10);
  int rounds = atoi(words[2]);
  double wanted = atof(words[3]) * 1e6;
  unsigned char *memory = malloc(length);
  double *times = malloc(rounds * sizeof *times);
  for (size_t i = 0; i < length; i++) memory[i] = (uint16_t)((i + 1) * 40503) >> 8;
  unsigned long long result = 0;
  for (int round = 0; round < rounds; round++) times[round] = calls_for(wanted, memory, length, &result);
  qsort(times, rounds, sizeof *times, ascending);
  printf("%llu %.2f\n", result, times[rounds / 2]);
  return 0;
}
