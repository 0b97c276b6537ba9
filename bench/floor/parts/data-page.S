// A second segment, and a byte written there: a page fault.
.pushsection .bss
.balign 4096
memory: .skip 10000000
.popsection
    mov byte ptr [rip + memory], 1
