/* Names, numbered from 0 and found by their bytes. */
#include "kernel.h"

static int is_name(const Names *names, uint32_t number, const char *mark, size_t marks,
                   const char *bytes, size_t length) {
    const char *name = names->bytes + names->start[number];
    if (names->start[number + 1] - names->start[number] - 1 != marks + length) return 0;
    return !memcmp(name, mark, marks) && !memcmp(name + marks, bytes, length);
}

/* Return the number of the name that is `mark` and `bytes`, or -1. */
int32_t find(const Names *names, uint64_t fed, const char *mark, size_t marks, const char *bytes,
             size_t length) {
    uint32_t hash = mixed(fed);
    for (uint32_t at = hash & names->mask; names->place[at].number; at = (at + 1) & names->mask)
        if (names->place[at].hash == hash &&
            is_name(names, names->place[at].number - 1, mark, marks, bytes, length))
            return (int32_t)(names->place[at].number - 1);
    return -1;
}

int32_t find_plain(const Names *names, const char *bytes, size_t length) {
    return find(names, feed(SEED, bytes, length), "", 0, bytes, length);
}

static void put(Names *names, uint32_t hash, uint32_t number) {
    uint32_t at = hash & names->mask;
    while (names->place[at].number) at = (at + 1) & names->mask;
    names->place[at] = (Place){hash, number + 1};
}

/* Make room for so many names; return 0 if that fails. At least half of the places stay empty. */
int roomy(Names *names, size_t many) {
    uint32_t places = 16;
    while (places < 2 * many && places < (1u << 31)) places *= 2;
    if (names->place && places <= names->mask + 1) return 1;
    Place *old = names->place;
    uint32_t before = old ? names->mask + 1 : 0;
    names->place = calloc(places, sizeof *names->place);
    names->mask = places - 1;
    for (uint32_t at = 0; names->place && at < before; at++)
        if (old[at].number) put(names, old[at].hash, old[at].number - 1);
    free(old);
    return names->place != NULL;
}

/* Return the number of a name, which is added if it is new; its bytes have room. -1: it failed. */
int32_t find_or_add(Names *names, const char *bytes, size_t length) {
    uint64_t fed = feed(SEED, bytes, length);
    int32_t number = find(names, fed, "", 0, bytes, length);
    if (number >= 0) return number;
    if (!roomy(names, (size_t)names->many + 1)) return -1;
    uint32_t start = names->start[names->many];
    memcpy(names->bytes + start, bytes, length);
    names->bytes[start + length] = '\n';
    put(names, mixed(fed), names->many);
    names->start[++names->many] = start + (uint32_t)length + 1;
    return (int32_t)names->many - 1;
}

/* Read names that stand in lines; there are none in an empty text. */
int read_names(Names *names, const char *text, size_t length) {
    size_t many = length > 0;
    for (size_t at = 0; at < length; at++) many += text[at] == '\n';
    if (length >= UINT32_MAX || !roomy(names, many)) return 0;
    names->bytes = malloc(length + 1);
    names->start = malloc((many + 1) * sizeof *names->start);
    if (!names->bytes || !names->start) return 0;
    memcpy(names->bytes, text, length);
    names->bytes[length] = '\n';
    names->start[0] = 0;
    for (size_t at = 0; many && at <= length; at++)
        if (names->bytes[at] == '\n') {
            uint32_t start = names->start[names->many];
            put(names, mixed(feed(SEED, names->bytes + start, at - start)), names->many);
            names->start[++names->many] = (uint32_t)at + 1;
        }
    return 1;
}

void forget_names(Names *names) {
    free(names->bytes);
    free(names->start);
    free(names->place);
}
