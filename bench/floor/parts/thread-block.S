// The two system calls by which musl makes a thread's block known, arch_prctl and set_tid_address.
    mov eax, 158
    mov edi, 0x1002
    mov rsi, rsp
    syscall
    mov eax, 218
    mov rdi, rsp
    syscall
