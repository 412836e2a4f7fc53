#include "program.h"
/* What a packet filter does: headers in the order of the network, decisions, a sum over the payload's start. */
#define U16(at) ((u32)memory[at] << 8 | memory[(at) + 1])
#define U32(at) (U16(at) << 16 | U16((at) + 2))
PROGRAM(u8 *memory, u64 length) {
  u32 at = 14;
  if (length < 64) return 1;
  if (U16(12) == 0x8100) at += 4;
  u32 words = memory[at] & 15;
  if (words < 5) words = 5;
  u32 source = U32(at + 12), target = U32(at + 16);
  u32 protocol = memory[at + 9];
  at += words * 4;
  if (protocol != 6 && protocol != 17) return source ^ target;
  u32 ports = U16(at) + U16(at + 2);
  if (ports == 0) return 2;
  u64 sum = 0;
  ONE_BY_ONE for (u32 i = 0; i < 16; i++) sum += memory[at + i];
  return sum << 32 | ((source - target) ^ ports);
}
