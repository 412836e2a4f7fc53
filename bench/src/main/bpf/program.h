/* What the programs share: compiled for BPF they are run here, by gcc they are what we compare with. */
typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;

#ifdef __bpf__
#define PROGRAM __attribute__((section("bpf"), used)) u64 program
#define ONE_BY_ONE _Pragma("clang loop unroll(disable) vectorize(disable) interleave(disable)")
#else
#define PROGRAM u64 program
#define ONE_BY_ONE
#endif
