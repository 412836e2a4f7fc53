#include "program.h"
/* FNV-1a of all bytes: a load and a multiplication each, one behind the other. */
PROGRAM(u8 *memory, u64 length) {
  u64 hash = 0xcbf29ce484222325ull;
  ONE_BY_ONE for (u64 i = 0; i < length; i++) {
    hash ^= memory[i];
    hash *= 0x100000001b3ull;
  }
  return hash;
}
