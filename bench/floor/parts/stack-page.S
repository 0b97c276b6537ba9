// A byte written one page below the stack's top: for most starts a page fault.
    mov byte ptr [rsp - 4096], 1
