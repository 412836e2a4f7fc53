#include "program.h"
/* The trace of the product of two 8 x 8 matrices, four times: loads at computed addresses. */
PROGRAM(u8 *memory, u64 length) {
  u32 *a = (u32 *)memory, *b = a + 64;
  u64 trace = 0;
  ONE_BY_ONE for (u32 round = 0; round < 4; round++)
    ONE_BY_ONE for (u32 row = 0; row < 8; row++)
      ONE_BY_ONE for (u32 column = 0; column < 8; column++) {
        u32 sum = round;
        ONE_BY_ONE for (u32 k = 0; k < 8; k++) sum += a[row * 8 + k] * b[k * 8 + column];
        trace = trace * 31 + sum;
      }
  return trace;
}
