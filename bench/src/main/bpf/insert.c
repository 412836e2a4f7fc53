#include "program.h"
/* Insertion sort of 48 numbers on the stack, then a digest of their order. */
PROGRAM(u8 *memory, u64 length) {
  u32 sorted[48];
  ONE_BY_ONE for (u32 i = 0; i < 48; i++) {
    u32 value = ((u32 *)memory)[i];
    u32 at = i;
    ONE_BY_ONE while (at > 0 && sorted[at - 1] > value) {
      sorted[at] = sorted[at - 1];
      at--;
    }
    sorted[at] = value;
  }
  u64 digest = 0;
  ONE_BY_ONE for (u32 i = 0; i < 48; i++) digest = digest * 33 + sorted[i];
  return digest;
}
