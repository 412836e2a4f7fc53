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

/* Keeps its own registers as a function that calls does: X19, and if asked for X20. */
.macro keep more
stp x29, x30, [sp, #-32]!
.ifb \more
str x19, [sp, #16]
.else
stp x19, \more, [sp, #16]
.endif
.endm

.macro give_back more
.ifb \more
ldr x19, [sp, #16]
.else
ldp x19, \more, [sp, #16]
.endif
ldp x29, x30, [sp], #32
.endm

/* What the callee gives, and a leaf called with that, together. */
.macro sum_of callee
keep
bl \callee
mov x19, x0
bl leaf
add x0, x0, x19
give_back
ret
.endm

/* x0 += register * factor */
.macro times register, factor
mov x9, #\factor
madd x0, \register, x9, x0
.endm

/* d0 += register * factor */
.macro times_d register, factor
fmov d16, #\factor
fmadd d0, \register, d16, d0
.endm

function leaf
add x0, x0, #1
ret

function middle
sum_of leaf

function top
sum_of middle

function tail
add x0, x0, #10
b leaf

function fib
cmp x0, #2
b.lt 1f
keep x20
mov x19, x0
sub x0, x19, #1
bl fib
mov x20, x0
sub x0, x19, #2
bl fib
add x0, x0, x20
give_back x20
1: ret

function bare
keep x20
mov x19, x0
mov x20, x0
1: bl leaf
subs x20, x20, #1
b.ne 1b
mov x0, x19
give_back x20
ret

function six
times x1, 2
times x2, 3
times x3, 5
times x4, 7
times x5, 11
ret

function eight
times_d d1, 2.0
times_d d2, 3.0
times_d d3, 5.0
times_d d4, 7.0
times_d d5, 11.0
times_d d6, 13.0
times_d d7, 17.0
ret
