# Calls that only a slot can make, since what is called is in a library far away.
.text
f:
        call far@PLT ||| call plt_far
        jmp far@PLT ||| jmp plt_far
        call close@PLT
        call other@PLT ||| call plt_other
        mov far@GOTPCREL(%rip), %rax ||| mov got_far(%rip), %rax
        movabs $far@PLTOFF, %rax ||| movabs $far_offset, %rax
        movabs $far@GOTOFF, %rax ||| movabs $far_offset, %rax
||| .section .slots, "ax"
||| jmp *0(%rip)
||| .quad far
||| int3; int3
||| .space 16
||| jmp *0(%rip)
||| .quad other
||| int3; int3
