#include "program.h"
/* How long the Collatz sequences of the numbers below 128 are: branches that nobody predicts. */
PROGRAM(u8 *memory, u64 length) {
  u64 steps = 0;
  ONE_BY_ONE for (u64 start = 1; start < 128; start++) {
    ONE_BY_ONE for (u64 n = start; n != 1; steps++) n = n & 1 ? 3 * n + 1 : n >> 1;
  }
  return steps;
}
