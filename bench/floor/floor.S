// The floor: the operations that no runtime can omit, and nothing else. `just bench-cold-start`
// divides every time by this program's.
//
// x86-64 Linux, no libc, no data segment: it works in registers and on the stack, whose first page
// exists anyway. No signal has a handler, so memory below the stack pointer is not overwritten. It
// reads AWS_LAMBDA_RUNTIME_API, connects, and in an endless loop requests an invocation and answers
// it with a constant. Its requests are identical to the bootstrap's with the handler `minimal`.
//
// It omits what a runtime needs but a benchmark does not: it parses only addresses a.b.c.d:port,
// and only replies as the bench's server writes them: in one piece, shorter than REPLY bytes, with
// the header `Lambda-Runtime-Aws-Request-Id: ` in this case. Anything else ends it with status 1.
//
// Registers with a fixed meaning:  r12 the address string   r13 its length   r14 the socket   r15
// the request being written

.intel_syntax noprefix

.set SYS_read, 0
.set SYS_write, 1
.set SYS_socket, 41
.set SYS_connect, 42
.set SYS_exit, 60
.set AF_INET, 2
.set SOCK_STREAM, 1

.set ADDRESS_MAX, 21        // 255.255.255.255:65535
.set ID_MAX, 64             // a request id has 36
.set REPLY, 1536            // room for a reply
.set PUSHED, 32             // bytes that are ever pushed below the socket's address: a return address and a call's number

// Copies a constant string to the request.
.macro push_text text, end
    lea rsi, [rip + \text]
    mov ecx, offset \end - \text
    rep movsb
.endm

// Copies the address to the request.
.macro push_address
    mov rsi, r12
    mov ecx, r13d
    rep movsb
.endm

.section .text
.globl _start
_start:
    // The initial stack: the argument count, the arguments, a null pointer, the environment, a null
    // pointer.
    mov rax, [rsp]
    lea rbx, [rsp + rax * 8 + 16]

    // Requests overwrite that block once it was read, because its memory already exists. With
    // pointers to at least two strings and the auxiliary vector after them it has about 370 bytes;
    // the longest request has 290.
    mov r15, rsp

    // Search the environment for AWS_LAMBDA_RUNTIME_API.
1:  mov rsi, [rbx]
    add rbx, 8
    test rsi, rsi
    jz fail                             // there is none
    lea rdi, [rip + variable]
    mov ecx, offset variable_end - variable
    repe cmpsb
    jne 1b
    mov r12, rsi                        // its value, after the name and the equals sign

    // Parse the four numbers of the address into edx, the first in the highest byte, and the port
    // into eax.
    xor edx, edx
2:  xor eax, eax                        // a number begins
3:  movzx ecx, byte ptr [rsi]
    inc rsi
    sub ecx, '0'
    cmp ecx, 9
    ja 4f                               // not a digit (bytes below '0' wrapped)
    lea eax, [rax + rax * 4]
    lea eax, [rcx + rax * 2]            // times ten, plus the digit
    jmp 3b
4:  cmp ecx, -'0'
    je 5f                               // end of the string: eax is the port
    shl edx, 8                          // a dot or the colon: the next number of the address
    or edx, eax
    jmp 2b
5:  mov r13, rsi
    sub r13, r12
    dec r13                             // the length of the string, without its NUL
    cmp r13d, ADDRESS_MAX
    ja fail

    // struct sockaddr_in: the family, then the port and the address in network byte order; pushed
    // as two words.
    bswap edx
    shl rdx, 32
    xchg al, ah
    shl eax, 16
    or eax, AF_INET
    or rdx, rax
    push 0                              // its last eight bytes, which are padding
    push rdx

    // socket(AF_INET, SOCK_STREAM, 0)
    push AF_INET
    pop rdi
    push SOCK_STREAM
    pop rsi
    xor edx, edx
    push SYS_socket
    pop rax
    syscall
    test eax, eax
    js fail
    mov r14d, eax

    // connect(socket, address, 16)
    mov edi, eax
    mov rsi, rsp
    push 16
    pop rdx
    push SYS_connect
    pop rax
    syscall
    test eax, eax
    jnz fail

    // GET next: its head, with the address as the host.
next:
    mov rdi, r15
    push_text get, get_end
    push_address
    push_text agent, agent_end
    push_text blank, blank_end
    call exchange

    // The reply at rdx has eax bytes. Find the header with the request id.
    lea rbx, [rdx + rax]                // the end of the reply
6:  lea rax, [rdx + (id_end - id)]
    cmp rax, rbx
    jae fail                            // there is none
    mov rsi, rdx
    inc rdx
    lea rdi, [rip + id]
    mov ecx, offset id_end - id
    repe cmpsb
    jne 6b

    // POST response: the id, up to the end of its line, is in the middle of the path.
    mov rdx, rsi                        // the id
    mov rdi, r15
    push_text post, post_end
    mov rsi, rdx
    mov ecx, ID_MAX
7:  lodsb
    cmp al, '\r'
    je 8f
    stosb
    dec ecx
    jz fail                             // longer than the buffer
    cmp rsi, rbx
    jb 7b
    jmp fail                            // without an end
8:  push_text response, response_end
    push_address
    push_text agent, agent_end
    push_text body, body_end
    call exchange                       // its reply is read and ignored
    jmp next

// Sends the request that ends at rdi, and receives the reply: eax bytes at rdx.
exchange:
    // write(socket, request, length)
    mov rdx, rdi
    sub rdx, r15
    mov rsi, r15
    mov edi, r14d
    push SYS_write
    pop rax
    syscall
    cmp eax, edx
    jne fail                            // an error, or a partial write

    // read(socket, reply, REPLY), below everything that is pushed
    mov edi, r14d
    lea rsi, [rsp - REPLY - PUSHED]
    mov edx, REPLY
    xor eax, eax                        // SYS_read
    syscall
    mov rdx, rsi
    test eax, eax
    jle fail                            // an error, or the connection was closed
    ret

// exit(1)
fail:
    push 1
    pop rdi
    push SYS_exit
    pop rax
    syscall

variable:   .ascii "AWS_LAMBDA_RUNTIME_API="
variable_end:
get:        .ascii "GET /2018-06-01/runtime/invocation/next HTTP/1.1\r\nHost: "
get_end:
agent:      .ascii "\r\nUser-Agent: aws-lambda-ruchy/0.1.0\r\n"
agent_end:
blank:      .ascii "\r\n"
blank_end:
id:         .ascii "Lambda-Runtime-Aws-Request-Id: "
id_end:
post:       .ascii "POST /2018-06-01/runtime/invocation/"
post_end:
response:   .ascii "/response HTTP/1.1\r\nHost: "
response_end:
body:       .ascii "Content-Type: application/json\r\nContent-Length: 30\r\n\r\n{\"statusCode\":200,\"body\":\"ok\"}"
body_end:

// A non-executable stack: without this note the kernel would make every page executable.
.section .note.GNU-stack, "", @progbits
