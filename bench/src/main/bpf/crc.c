#include "program.h"
/* CRC-32 of 128 bytes, bit by bit: short loops, shifts and masks. */
PROGRAM(u8 *memory, u64 length) {
  u32 crc = ~0u;
  ONE_BY_ONE for (u32 i = 0; i < 128; i++) {
    crc ^= memory[i];
    ONE_BY_ONE for (u32 bit = 0; bit < 8; bit++) crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}
