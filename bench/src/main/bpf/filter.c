#include "program.h"
/* What a packet filter does, for 20 packets: headers in the order of the network, decisions, nothing twice. */
#define U16(at) ((u32)packet[at] << 8 | packet[(at) + 1])
#define U32(at) (U16(at) << 16 | U16((at) + 2))
PROGRAM(u8 *memory, u64 length) {
  u64 digest = 0;
  u8 *packet = memory;
  ONE_BY_ONE for (u32 i = 0; i < 20; i++, packet += 64) {
    u32 at = 14;
    if (U16(12) & 0x0100) at += 4;
    u32 words = packet[at] & 7;
    if (words < 5) words = 5;
    u32 source = U32(at + 12), target = U32(at + 16);
    u32 protocol = packet[at + 9];
    if (source == target) continue;
    digest = digest * 5 + (source ^ target);
    if ((protocol & 3) == 0) continue;
    at += words * 4;
    u32 ports = U16(at) + U16(at + 2);
    digest += protocol & 1 ? ports << 16 : ports;
  }
  return digest;
}
