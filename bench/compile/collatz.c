#include <stdio.h>

static long steps(long start) {
    long count = 0;
    for (long n = start; n != 1; count++) n = n % 2 == 0 ? n / 2 : 3 * n + 1;
    return count;
}

int main(void) {
    long longest = 0;
    for (long start = 1; start < 300000; start++) {
        long count = steps(start);
        if (count > longest) longest = count;
    }
    printf("%ld\n", longest);
}
