// A jump to the file's third page and back.
    jmp elsewhere
back:
.pushsection .text, 1
.skip 9 << 10, 0x90
elsewhere:
    jmp back
.popsection
