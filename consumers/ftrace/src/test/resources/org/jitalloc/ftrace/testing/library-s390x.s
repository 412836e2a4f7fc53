/* What library.c has, as a compiler with -mfentry -mnop-mcount would begin it. */
.macro function name
.text
.balign 4
.globl \name
\name:
.section __mcount_loc, "a"
.quad \name
.text
brcl 0, .
.endm

.macro times register, factor
lghi %r1, \factor
cdgbr %f1, %r1
mdbr \register, %f1
adbr %f0, \register
.endm

/* What the callee gives, and a leaf called with that, together. */
.macro sum_of callee
stmg %r12, %r15, 96(%r15)
aghi %r15, -160
brasl %r14, \callee
lgr %r12, %r2
brasl %r14, leaf
agr %r2, %r12
lmg %r12, %r15, 256(%r15)
br %r14
.endm

function leaf
aghi %r2, 1
br %r14

function middle
sum_of leaf

function top
sum_of middle

function tail
aghi %r2, 10
jg leaf

function fib
cghi %r2, 2
jl 1f
stmg %r11, %r15, 88(%r15)
aghi %r15, -160
lgr %r12, %r2
aghi %r2, -1
brasl %r14, fib
lgr %r11, %r2
lgr %r2, %r12
aghi %r2, -2
brasl %r14, fib
agr %r2, %r11
lmg %r11, %r15, 248(%r15)
1: br %r14

function bare
stmg %r11, %r15, 88(%r15)
aghi %r15, -160
lgr %r12, %r2
lgr %r11, %r2
1: brasl %r14, leaf
brctg %r11, 1b
lgr %r2, %r12
lmg %r11, %r15, 248(%r15)
br %r14

function six
mghi %r3, 2
agr %r2, %r3
mghi %r4, 3
agr %r2, %r4
mghi %r5, 5
agr %r2, %r5
lgr %r1, %r6
mghi %r1, 7
agr %r2, %r1
lg %r1, 160(%r15)
mghi %r1, 11
agr %r2, %r1
br %r14

function eight
times %f2, 2
times %f4, 3
times %f6, 5
ld %f3, 160(%r15)
times %f3, 7
ld %f3, 168(%r15)
times %f3, 11
ld %f3, 176(%r15)
times %f3, 13
ld %f3, 184(%r15)
times %f3, 17
br %r14
