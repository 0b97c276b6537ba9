// A second segment, of zeros, that nothing touches.
.pushsection .bss
.balign 4096
memory: .skip 10000000
.popsection
