/* The loop-heavy functions of the folder functions, the same algorithms in C; included by compute.c. */
#include <math.h>
#include <stdint.h>

static uint32_t next_random(uint32_t *state) { return *state = *state * 1664525u + 1013904223u; }
static uint32_t rotate_left(uint32_t number) { return number << 1 | number >> 31; }
static void *allocate(size_t bytes) {
    void *memory = malloc(bytes ? bytes : 1);
    if (!memory) abort();
    return memory;
}

static uint32_t sum(size_t count) {
    uint32_t *numbers = (uint32_t *)allocate(count * sizeof *numbers), state = 1, total = 0;
    for (size_t i = 0; i < count; i++) numbers[i] = next_random(&state);
    for (uint32_t pass = 0; pass < 400; pass++) {
        total = rotate_left(total);
        for (size_t i = 0; i < count; i++) total += numbers[i] ^ pass;
    }
    free(numbers);
    return total;
}

static uint32_t dot_product(size_t count) {
    uint32_t *left = (uint32_t *)allocate(count * sizeof *left), *right = (uint32_t *)allocate(count * sizeof *right);
    uint32_t state = 1, total = 0;
    for (size_t i = 0; i < count; i++) left[i] = next_random(&state) >> 8;
    state = 2;
    for (size_t i = 0; i < count; i++) right[i] = next_random(&state) >> 8;
    for (uint32_t pass = 0; pass < 300; pass++) {
        total = rotate_left(total);
        for (size_t i = 0; i < count; i++) total += (left[i] ^ pass) * right[i];
    }
    free(left);
    free(right);
    return total;
}

static uint64_t matrix_product(size_t size) {
    double *left = (double *)allocate(size * size * sizeof *left), *right = (double *)allocate(size * size * sizeof *right);
    double *product = (double *)calloc(size * size, sizeof *product), total = 0;
    uint32_t state = 1;
    if (!product) abort();
    for (size_t i = 0; i < size * size; i++) left[i] = next_random(&state) >> 24;
    state = 2;
    for (size_t i = 0; i < size * size; i++) right[i] = next_random(&state) >> 24;
    for (size_t row = 0; row < size; row++) {
        double *sums = product + row * size;
        for (size_t i = 0; i < size; i++) {
            double factor = left[row * size + i];
            const double *elements = right + i * size;
            for (size_t column = 0; column < size; column++) sums[column] += factor * elements[column];
        }
    }
    for (size_t i = 0; i < size * size; i++) total += product[i];
    free(left);
    free(right);
    free(product);
    return (uint64_t)total;
}

static uint32_t string_search(size_t length) {
    static const char needle[] = "abbabaab";
    const size_t bytes = sizeof needle - 1;
    char *text = (char *)allocate(length);
    uint32_t state = 1, found = 0;
    for (size_t i = 0; i < length; i++) text[i] = (char)('a' + (next_random(&state) >> 31));
    for (size_t pass = 0; pass < 4; pass++) {
        uint32_t here = 0;
        for (size_t i = pass; i + bytes <= length; i++) here += memcmp(text + i, needle, bytes) == 0;
        found = found * 31 + here;
    }
    free(text);
    return found;
}

static void insertion_sort(uint32_t *numbers, size_t count) {
    for (size_t end = 1; end < count; end++) {
        uint32_t number = numbers[end];
        size_t at = end;
        while (at > 0 && numbers[at - 1] > number) {
            numbers[at] = numbers[at - 1];
            at--;
        }
        numbers[at] = number;
    }
}

static void sort(uint32_t *numbers, size_t count) {
    if (count <= 16) {
        insertion_sort(numbers, count);
        return;
    }
    uint32_t pivot = numbers[count / 2];
    size_t low = 0, high = count - 1;
    for (;;) {
        while (numbers[low] < pivot) low++;
        while (numbers[high] > pivot) high--;
        if (low >= high) break;
        uint32_t number = numbers[low];
        numbers[low++] = numbers[high];
        numbers[high--] = number;
    }
    sort(numbers, low);
    sort(numbers + low, count - low);
}

static uint32_t quicksort(size_t count) {
    uint32_t *numbers = (uint32_t *)allocate(count * sizeof *numbers), state = 1, total = 0;
    for (size_t i = 0; i < count; i++) numbers[i] = next_random(&state) >> 4;
    sort(numbers, count);
    for (size_t i = 0; i < count; i++) total = total * 31 + numbers[i];
    free(numbers);
    return total;
}

static uint32_t sieve(size_t limit) {
    char *is_composite = (char *)calloc(limit ? limit : 1, 1);
    uint32_t primes = 0;
    if (!is_composite) abort();
    for (size_t number = 2; number < limit; number++) {
        if (is_composite[number]) continue;
        primes++;
        for (size_t multiple = number * number; multiple < limit; multiple += number) is_composite[multiple] = 1;
    }
    free(is_composite);
    return primes;
}

struct body {
    double place[3], speed[3], mass;
};

static int64_t n_body(uint32_t steps) {
    const double step = 0.01;
    struct body bodies[5] = {
        {{0, 0, 0}, {0, 0, 0}, 40},
        {{5, -1.25, -0.125}, {0.625, 2.75, -0.0625}, 0.0375},
        {{8.25, 4.125, -0.5}, {-1, 1.75, 0}, 0.0125},
        {{12.75, -15.125, -0.25}, {1, 0.875, -0.0625}, 0.0017},
        {{15.375, -26, 0.125}, {0.9375, 0.5625, -0.03125}, 0.002},
    };
    double energy = 0;
    for (uint32_t n = 0; n < steps; n++) {
        for (int first = 0; first < 5; first++) {
            for (int second = first + 1; second < 5; second++) {
                double apart[3];
                for (int axis = 0; axis < 3; axis++) apart[axis] = bodies[first].place[axis] - bodies[second].place[axis];
                double square = apart[0] * apart[0] + apart[1] * apart[1] + apart[2] * apart[2];
                double force = step / (square * sqrt(square));
                double first_mass = bodies[first].mass, second_mass = bodies[second].mass;
                for (int axis = 0; axis < 3; axis++) {
                    bodies[first].speed[axis] -= apart[axis] * second_mass * force;
                    bodies[second].speed[axis] += apart[axis] * first_mass * force;
                }
            }
        }
        for (int body = 0; body < 5; body++)
            for (int axis = 0; axis < 3; axis++) bodies[body].place[axis] += step * bodies[body].speed[axis];
    }
    for (int first = 0; first < 5; first++) {
        const double *speed = bodies[first].speed;
        energy += 0.5 * bodies[first].mass * (speed[0] * speed[0] + speed[1] * speed[1] + speed[2] * speed[2]);
        for (int second = first + 1; second < 5; second++) {
            double square = 0;
            for (int axis = 0; axis < 3; axis++) {
                double apart = bodies[first].place[axis] - bodies[second].place[axis];
                square += apart * apart;
            }
            energy -= bodies[first].mass * bodies[second].mass / sqrt(square);
        }
    }
    return (int64_t)(energy * 1e9);
}

static void encode(const uint8_t *bytes, size_t count, uint8_t *encoded) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i + 3 <= count; i += 3, encoded += 4) {
        uint32_t bits = (uint32_t)bytes[i] << 16 | (uint32_t)bytes[i + 1] << 8 | bytes[i + 2];
        encoded[0] = (uint8_t)digits[bits >> 18 & 63];
        encoded[1] = (uint8_t)digits[bits >> 12 & 63];
        encoded[2] = (uint8_t)digits[bits >> 6 & 63];
        encoded[3] = (uint8_t)digits[bits & 63];
    }
}

static uint32_t base64_encode(size_t count) {
    size_t encoded_bytes = count / 3 * 4;
    uint8_t *bytes = (uint8_t *)allocate(count), *encoded = (uint8_t *)allocate(encoded_bytes);
    uint32_t state = 1, total = 0;
    for (size_t i = 0; i < count; i++) bytes[i] = (uint8_t)(next_random(&state) >> 24);
    encode(bytes, count, encoded);
    for (size_t i = 0; i < encoded_bytes; i++) total = total * 31 + encoded[i];
    free(bytes);
    free(encoded);
    return total;
}

struct node {
    uint32_t number;
    size_t first, next;
};
static const size_t none = SIZE_MAX;

/* Grows like a Rust vector. */
struct nodes {
    struct node *all;
    size_t count, room;
};

static size_t add_node(struct nodes *nodes) {
    if (nodes->count == nodes->room) {
        nodes->room = nodes->room ? nodes->room * 2 : 4;
        nodes->all = (struct node *)realloc(nodes->all, nodes->room * sizeof *nodes->all);
        if (!nodes->all) abort();
    }
    struct node node = {0, none, none};
    nodes->all[nodes->count] = node;
    return nodes->count++;
}

static char *write_document(uint32_t count) {
    /* At most a comma, two brackets and five digits for each number. */
    char *text = (char *)allocate((size_t)count * 8 + 64), *end = text;
    uint32_t depth = 1, state = 1;
    *end++ = '[';
    for (uint32_t index = 0; index < count; index++) {
        next_random(&state);
        if (index > 0) *end++ = ',';
        if (state >> 30 == 0 && depth < 20) {
            *end++ = '[';
            depth++;
        }
        uint32_t number = state >> 8 & 0xffff, power = 10000;
        while (power > 1 && number < power) power /= 10;
        while (power > 0) {
            *end++ = (char)('0' + number / power % 10);
            power /= 10;
        }
        if (state >> 30 == 1 && depth > 1) {
            *end++ = ']';
            depth--;
        }
    }
    while (depth-- > 0) *end++ = ']';
    return text;
}

static size_t read_node(const char *text, size_t *at, struct nodes *nodes) {
    size_t index = add_node(nodes);
    if (text[*at] != '[') {
        uint32_t number = 0;
        while (text[*at] >= '0' && text[*at] <= '9') number = number * 10 + (uint32_t)(text[(*at)++] - '0');
        nodes->all[index].number = number;
        return index;
    }
    ++*at;
    size_t last = none;
    while (text[*at] != ']') {
        if (text[*at] == ',') ++*at;
        size_t element = read_node(text, at, nodes);
        if (last == none) nodes->all[index].first = element;
        else nodes->all[last].next = element;
        last = element;
    }
    ++*at;
    return index;
}

static uint32_t walk(const struct node *nodes, size_t index, uint32_t depth) {
    uint32_t total = nodes[index].number * depth;
    for (size_t element = nodes[index].first; element != none; element = nodes[element].next) total += walk(nodes, element, depth + 1);
    return total;
}

static uint32_t json_walk(uint32_t count) {
    char *text = write_document(count);
    struct nodes nodes = {NULL, 0, 0};
    size_t at = 0, root = read_node(text, &at, &nodes);
    uint32_t total = walk(nodes.all, root, 0);
    free(text);
    free(nodes.all);
    return total;
}
