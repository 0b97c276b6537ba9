/* `just bench-compute`: the same functions in C, which is also valid C++. compute FUNCTION NUMBER... prints nanoseconds and the result. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include "loops.c"

static int fibonacci(int n) { return n <= 1 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

/* The same with two levels inlined by hand, as by our inliner, for another compiler. */
static int by_hand(int n);
static inline int level_2(int n) { return n <= 1 ? n : by_hand(n - 1) + by_hand(n - 2); }
static inline int level_1(int n) { return n <= 1 ? n : level_2(n - 1) + level_2(n - 2); }
static int by_hand(int n) { return n <= 1 ? n : level_1(n - 1) + level_1(n - 2); }

static int tak(int x, int y, int z) { return y < x ? tak(tak(x - 1, y, z), tak(y - 1, z, x), tak(z - 1, x, y)) : z; }

static unsigned collatz(unsigned limit) {
    unsigned longest = 0;
    for (unsigned first = 1; first < limit; first++) {
        unsigned long n = first;
        unsigned steps = 0;
        while (n != 1) {
            n = n % 2 == 0 ? n / 2 : 3 * n + 1;
            steps++;
        }
        if (steps > longest) longest = steps;
    }
    return longest;
}

int main(int count, char **words) {
    int n[3] = {0, 0, 0};
    struct timespec start, stop;
    long result;
    for (int i = 0; i < 3 && i + 2 < count; i++) n[i] = atoi(words[i + 2]);
    clock_gettime(CLOCK_MONOTONIC, &start);
    if (strcmp(words[1], "fibonacci") == 0) result = fibonacci(n[0]);
    else if (strcmp(words[1], "by_hand") == 0) result = by_hand(n[0]);
    else if (strcmp(words[1], "tak") == 0) result = tak(n[0], n[1], n[2]);
    else if (strcmp(words[1], "collatz") == 0) result = collatz(n[0]);
    else if (strcmp(words[1], "sum") == 0) result = sum(n[0]);
    else if (strcmp(words[1], "dot_product") == 0) result = dot_product(n[0]);
    else if (strcmp(words[1], "matrix_product") == 0) result = (long)matrix_product(n[0]);
    else if (strcmp(words[1], "string_search") == 0) result = string_search(n[0]);
    else if (strcmp(words[1], "quicksort") == 0) result = quicksort(n[0]);
    else if (strcmp(words[1], "sieve") == 0) result = sieve(n[0]);
    else if (strcmp(words[1], "n_body") == 0) result = n_body(n[0]);
    else if (strcmp(words[1], "base64_encode") == 0) result = base64_encode(n[0]);
    else if (strcmp(words[1], "json_walk") == 0) result = json_walk(n[0]);
    else return 1;
    clock_gettime(CLOCK_MONOTONIC, &stop);
    printf("%ld %ld\n", (stop.tv_sec - start.tv_sec) * 1000000000L + stop.tv_nsec - start.tv_nsec, result);
    return 0;
}
