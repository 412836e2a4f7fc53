/* What library.c has, as a compiler with -fpatchable-function-entry=2 would begin it. */
.macro function name
.text
.globl \name
\name:
.section __patchable_function_entries, "a"
.quad \name
.text
nop
nop
.endm

function leaf
add x0, x0, #1
ret

function middle
stp x29, x30, [sp, #-32]!
str x19, [sp, #16]
bl leaf
mov x19, x0
bl leaf
add x0, x0, x19
ldr x19, [sp, #16]
ldp x29, x30, [sp], #32
ret

function top
stp x29, x30, [sp, #-32]!
str x19, [sp, #16]
bl middle
mov x19, x0
bl leaf
add x0, x0, x19
ldr x19, [sp, #16]
ldp x29, x30, [sp], #32
ret

function tail
add x0, x0, #10
b leaf

function fib
cmp x0, #2
b.lt 1f
stp x29, x30, [sp, #-32]!
stp x19, x20, [sp, #16]
mov x19, x0
sub x0, x19, #1
bl fib
mov x20, x0
sub x0, x19, #2
bl fib
add x0, x0, x20
ldp x19, x20, [sp, #16]
ldp x29, x30, [sp], #32
1: ret

function bare
stp x29, x30, [sp, #-32]!
stp x19, x20, [sp, #16]
mov x19, x0
mov x20, x0
1: bl leaf
subs x20, x20, #1
b.ne 1b
mov x0, x19
ldp x19, x20, [sp, #16]
ldp x29, x30, [sp], #32
ret

function six
mov x9, #2
madd x0, x1, x9, x0
mov x9, #3
madd x0, x2, x9, x0
mov x9, #5
madd x0, x3, x9, x0
mov x9, #7
madd x0, x4, x9, x0
mov x9, #11
madd x0, x5, x9, x0
ret

function eight
fmov d16, #2.0
fmadd d0, d1, d16, d0
fmov d16, #3.0
fmadd d0, d2, d16, d0
fmov d16, #5.0
fmadd d0, d3, d16, d0
fmov d16, #7.0
fmadd d0, d4, d16, d0
fmov d16, #11.0
fmadd d0, d5, d16, d0
fmov d16, #13.0
fmadd d0, d6, d16, d0
fmov d16, #17.0
fmadd d0, d7, d16, d0
ret
