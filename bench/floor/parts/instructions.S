// Five thousand instructions, of which the processor guesses every jump.
    mov ecx, 2500
9:  dec ecx
    jnz 9b
