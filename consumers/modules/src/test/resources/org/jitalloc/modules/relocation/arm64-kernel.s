# What a kernel module may have, and what compilers make besides.
.text
f:      tbz x0, #3, g
        b.eq h
        cbz x1, h
        ldr x2, literal
        adr x3, dat+1
        adrp x4, ext+4096
        add x4, x4, :lo12:ext+4096
        ldrb w5, [x4, :lo12:ext+3]
        ldrh w5, [x4, :lo12:ext+2]
        ldr w5, [x4, :lo12:ext+4]
        ldr x5, [x4, :lo12:ext+8]
        ldr q5, [x4, :lo12:ext+16]
        adrp x4, :pg_hi21_nc:ext
        movz x6, #:abs_g3:ext
        movk x6, #:abs_g2_nc:ext
        movk x6, #:abs_g1_nc:ext
        movk x6, #:abs_g0_nc:ext
        movz x7, #:abs_g0:small
        movz x7, #:abs_g1:small2
        movz x7, #:abs_g2:small3
        movz x8, #:abs_g0_s:small
        movn x8, #:abs_g0_s:negative
        movz x8, #:abs_g1_s:small2
        movz x8, #:abs_g1_s:negative
        movz x8, #:abs_g2_s:small3
        movz x9, #:prel_g0:h
        movk x9, #:prel_g0_nc:ext
        movz x9, #:prel_g1:ext
        movk x9, #:prel_g1_nc:ext
        movz x9, #:prel_g2:ext
        movk x9, #:prel_g2_nc:ext
        movz x9, #:prel_g3:ext
        adrp x0, :got:ext ||| adrp x0, got_ext
        ldr x0, [x0, :got_lo12:ext] ||| ldr x0, [x0, :lo12:got_ext]
        ldr x1, :got:dat ||| ldr x1, got_dat
        ldr x0, [x0, :gotpage_lo15:dat] ||| ldr x0, [x0, :lo12:got_dat]
        bl close
        b close+4
        bl ext ||| bl plt_ext
        b ext ||| b plt_ext
        bl ext+4 ||| bl plt_ext_4
        bl f
        .section .text.b, "ax"
g:      nop
h:
        bl ext ||| bl plt_ext
literal: .quad 0
.data
        .globl dat
dat:    .xword ext+5
        .word small2-0
        .hword small
        .xword ext-.
        .word f-.
        .hword f-.
        .xword -1
||| .section .slots, "ax"
||| adrp x16, ext
||| add x16, x16, :lo12:ext
||| br x16
||| adrp x16, ext+4
||| add x16, x16, :lo12:ext+4
||| br x16
