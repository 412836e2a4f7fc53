#include "program.h"
/* How many primes there are below 3,584, by a sieve on the stack, a bit a number. */
PROGRAM(u8 *memory, u64 length) {
  u64 composite[56];
  ONE_BY_ONE for (u32 i = 0; i < 56; i++) ((volatile u64 *)composite)[i] = 0;
  u64 primes = 0;
  ONE_BY_ONE for (u32 n = 2; n < 3584; n++) {
    if (composite[n >> 6] >> (n & 63) & 1) continue;
    primes++;
    ONE_BY_ONE for (u32 m = n * n; m < 3584; m += n) composite[m >> 6] |= 1ull << (m & 63);
  }
  return primes;
}
