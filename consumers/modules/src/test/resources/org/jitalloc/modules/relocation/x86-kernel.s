# What a kernel module may have, and what compilers make besides, everything within reach.
.text
f:      call ext
        call ext@PLT
        jmp ext+4
        lea ext+8(%rip), %rax
        mov $ext, %rdi
        mov $small, %eax
        movabs $ext+3, %rax
        cmpl $7, dat(%rip)
        movb $1, dat+4(%rip)
        movw $1, dat+5(%rip)
        mov weakling, %rax
        .weak weakling
        mov ext@GOTPCREL(%rip), %rax ||| mov got_ext(%rip), %rax
        mov ext@GOTPCREL(%rip), %eax ||| mov got_ext(%rip), %eax
        call *ext@GOTPCREL(%rip) ||| call *got_ext(%rip)
        addq dat@GOTPCREL(%rip), %rax ||| addq got_dat(%rip), %rax
        .long ext@GOTPCREL ||| .long got_ext-.
        lea _GLOBAL_OFFSET_TABLE_(%rip), %rbx ||| lea gotbase(%rip), %rbx
        movabs $_GLOBAL_OFFSET_TABLE_-., %rbx ||| .byte 0x48, 0xbb; .quad gotbase-.+2
        movabs $ext@GOT, %rax ||| movabs $off_ext, %rax
        .quad ext@GOTPCREL ||| .quad got_ext-.
        nop
.data
        .globl dat
dat:    .quad ext+9
        .long small
        .short small16
        .byte small8
        .byte 0
        .short near-.
        .byte near-.
        .section .near, "aw"
near:   .quad f-.
        .quad ext-.
        .long ext-.
        .section .init.text, "ax"
        call f
