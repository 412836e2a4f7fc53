# What a kernel module may have, and what compilers make besides.
.text
f:      larl %r1, close+2
        brasl %r14, far@PLT ||| brasl %r14, plt_far
        brasl %r14, close@PLT
        brasl %r14, other@PLT ||| brasl %r14, plt_other
        bras %r14, near@PLT
        bras %r14, near
        bras %r14, close@PLT ||| bras %r14, plt_close
        lgrl %r2, far@GOTENT ||| lgrl %r2, got_far
        larl %r2, close@GOTENT ||| larl %r2, got_close
        lgrl %r2, dat@GOTENT ||| lgrl %r2, got_dat
        larl %r12, _GLOBAL_OFFSET_TABLE_ ||| larl %r12, gotbase
        lg %r1, far@GOT(%r12) ||| lg %r1, off_far(%r12)
        l %r1, dat@GOT(%r12) ||| l %r1, off_dat(%r12)
        lhi %r1, dat@GOT ||| lhi %r1, off_dat
        la %r3, small12(%r4)
        lay %r3, small20(%r4)
        lay %r3, negative20(%r4)
        lhi %r5, small16
        bprp 1, near, near
        .globl near
near:   br %r14
.data
        .globl dat
dat:    .quad far+7
        .long small32
        .short small16
        .byte small8
        .byte 0
        .quad far-.
        .long f-.
        .reloc ., R_390_PC16, f
        .short 0
        .long dat@GOT ||| .long off_dat
        .quad far@GOT ||| .quad off_far
        .quad far@PLT ||| .quad far-.
        .long close@PLT ||| .long close-.
        .quad close@GOTOFF ||| .quad close_offset
        .long close@GOTOFF ||| .long close_offset
        .quad far@PLTOFF ||| .quad plt_far_offset
        .long far@PLTOFF ||| .long plt_far_offset
        .section .init.text, "ax"
        brasl %r14, f@PLT
||| .section .slots, "ax"
||| basr %r1, 0
||| lg %r1, 12(%r1)
||| brcl 15, 9f
||| .quad far
||| basr %r1, 0
||| lg %r1, 12(%r1)
||| brcl 15, 9f
||| .quad close
||| basr %r1, 0
||| lg %r1, 12(%r1)
||| brcl 15, 9f
||| .quad other
||| .space 44
||| 9: exrl %r0, .+10
||| j .
||| br %r1
