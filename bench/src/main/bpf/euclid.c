#include "program.h"
/* Greatest common divisors of 64 pairs: divisions that depend on each other. */
PROGRAM(u8 *memory, u64 length) {
  u32 *number = (u32 *)memory;
  u64 sum = 0;
  ONE_BY_ONE for (u32 i = 0; i < 64; i++) {
    u32 a = number[2 * i] | 1, b = number[2 * i + 1] | 1;
    ONE_BY_ONE while (b != 0) {
      u32 rest = a % b;
      a = b;
      b = rest;
    }
    sum += a;
  }
  return sum;
}
