// The floor: what no runtime can leave out, and nothing else. Every figure of `just bench-cold-start` is divided by this program's.
//
// x86-64 Linux, no libc, no data segment: it works in the registers and on the stack, whose first page the kernel has made anyway. No signal
// has a handler, so what lies below the stack pointer stays as it is.
// It finds AWS_LAMBDA_RUNTIME_API, connects, asks for an invocation, answers each with the same text, for ever. What it sends is what the
// bootstrap sends with the handler `minimal`, byte for byte.
//
// It must not grow what a runtime needs and a benchmark does not: it understands an address a.b.c.d:port only, and a reply only as the
// bench's own server writes it: whole in one piece, in under REPLY bytes, with the header `Lambda-Runtime-Aws-Request-Id: ` so spelt.
// Whatever else it meets ends it with status 1.
//
// Registers that keep their meaning:  r12 the address as text   r13 its length   r14 the socket   r15 the request being written

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

// Copies a text that is known here to where the request is being written.
.macro push_text text, end
    lea rsi, [rip + \text]
    mov ecx, offset \end - \text
    rep movsb
.endm

// Copies the address there.
.macro push_address
    mov rsi, r12
    mov ecx, r13d
    rep movsb
.endm

.section .text
.globl _start
_start:
    // The kernel's block: the argument count, the arguments, a null pointer, the environment, a null pointer.
    mov rax, [rsp]
    lea rbx, [rsp + rax * 8 + 16]

    // Requests are written over that block, once it has been read: it is memory that is there already. With the pointers to two texts or more
    // and the auxiliary vector behind them it has some 370 bytes; the longest request has 290.
    mov r15, rsp

    // Walk the environment to the variable that says where the Runtime API is.
1:  mov rsi, [rbx]
    add rbx, 8
    test rsi, rsi
    jz fail                             // there is none
    lea rdi, [rip + variable]
    mov ecx, offset variable_end - variable
    repe cmpsb
    jne 1b
    mov r12, rsi                        // behind the name and the equals sign: its value

    // Read the four numbers of the address into edx, the first in the highest byte, and the port into eax.
    xor edx, edx
2:  xor eax, eax                        // a number begins
3:  movzx ecx, byte ptr [rsi]
    inc rsi
    sub ecx, '0'
    cmp ecx, 9
    ja 4f                               // no digit (what is below '0' became very large)
    lea eax, [rax + rax * 4]
    lea eax, [rcx + rax * 2]            // ten times as much, and the digit
    jmp 3b
4:  cmp ecx, -'0'
    je 5f                               // the end of the text: eax is the port
    shl edx, 8                          // a dot or the colon: one number more of the address
    or edx, eax
    jmp 2b
5:  mov r13, rsi
    sub r13, r12
    dec r13                             // the length of the text, its closing zero left out
    cmp r13d, ADDRESS_MAX
    ja fail

    // struct sockaddr_in: the family, then the port and the address with their highest bytes first; pushed as two words.
    bswap edx
    shl rdx, 32
    xchg al, ah
    shl eax, 16
    or eax, AF_INET
    or rdx, rax
    push 0                              // its last eight bytes, which mean nothing
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

    // Of the reply at rdx eax bytes have come. Find the request id's header in them.
    lea rbx, [rdx + rax]                // the end of what came
6:  lea rax, [rdx + (id_end - id)]
    cmp rax, rbx
    jae fail                            // there is none
    mov rsi, rdx
    inc rdx
    lea rdi, [rip + id]
    mov ecx, offset id_end - id
    repe cmpsb
    jne 6b

    // POST response: the id, up to the end of its line, stands in the middle of the path.
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
    jz fail                             // longer than there is room for
    cmp rsi, rbx
    jb 7b
    jmp fail                            // it does not end
8:  push_text response, response_end
    push_address
    push_text agent, agent_end
    push_text body, body_end
    call exchange                       // its reply is read, and says nothing that matters here
    jmp next

// Sends the request that ends at rdi, and waits for the reply: eax bytes of it, at rdx.
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
    jne fail                            // an error, or not all of it was taken

    // read(socket, reply, REPLY), below all that is ever pushed
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

// A stack that cannot be executed: without this note the kernel would make every page so.
.section .note.GNU-stack, "", @progbits
