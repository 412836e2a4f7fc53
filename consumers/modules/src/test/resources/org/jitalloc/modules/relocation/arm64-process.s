# Branches to libraries that are anywhere.
.text
f:
        bl far ||| bl plt_far
        b other ||| b plt_other
        bl far ||| bl plt_far
        adrp x0, :got:far ||| adrp x0, got_far
        ldr x0, [x0, :got_lo12:far] ||| ldr x0, [x0, :lo12:got_far]
||| .section .slots, "ax"
||| ldr x16, .+8
||| br x16
||| .quad far
||| ldr x16, .+8
||| br x16
||| .quad other
