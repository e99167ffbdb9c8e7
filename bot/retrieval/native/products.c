/* Products with vectors of bytes, as whole numbers.
 *
 * A row of the table is multiplied with two digits of a query's vector, which is exact to rounding.
 * Blocks of rows are multiplied with one byte of each of its numbers, to know at most what is near:
 * sixteen rows at once, four dimensions of each after the other. Their bytes are 128 too high, for
 * processors multiply bytes without a sign by such with one; the query's sum takes that off.
 */
#include "kernel.h"

#ifdef X86
#include <immintrin.h>
#endif

/* --- a query's vector ------------------------------------------------------------------------- */

/* Forget the products with what stood in `steps`. */
void look_anew(Kernel *kernel) {
    if (++kernel->look == 0) { /* after four billion of them */
        memset(kernel->looked, 0, kernel->words.many * sizeof *kernel->looked);
        kernel->look = 1;
    }
    kernel->looked[kernel->words.many] = kernel->look; /* no word has nothing in common */
}

/* Put a vector into whole steps. */
void round_off(Kernel *kernel, const float *vector) {
    Steps *steps = &kernel->steps;
    int32_t dimensions = kernel->dimensions;
    float most = 0;
    for (int32_t at = 0; at < dimensions; at++) most = fabsf(vector[at]) > most ? fabsf(vector[at]) : most;
    if (!(most > 0 && most < 1e30f)) most = 1e30f; /* all are nothing */
    steps->worth[0] = most / 32767;
    steps->worth[1] = steps->worth[0] / 65534;
    steps->digits = 2;
    for (int32_t at = 0; at < dimensions; at++) {
        float whole = rintf(vector[at] / steps->worth[0]);
        steps->digit[0][at] = (int16_t)whole;
        steps->digit[1][at] = (int16_t)rintf((vector[at] - whole * steps->worth[0]) / steps->worth[1]);
    }
    look_anew(kernel);
}

/* Put a vector into one byte for each number, none beyond `reach`. */
void round_to_bytes(const float *vector, int32_t dimensions, float reach, Bytes *to) {
    float most = 0, left_out = 0;
    for (int32_t at = 0; at < dimensions; at++) most = fabsf(vector[at]) > most ? fabsf(vector[at]) : most;
    if (!(most > 0 && most < 1e30f)) most = 1e30f; /* all are nothing */
    to->worth = most / reach;
    to->sum = 0;
    for (int32_t at = 0; at < dimensions; at++) {
        float whole = rintf(vector[at] / to->worth), rest = vector[at] - whole * to->worth;
        to->bytes[at] = (int8_t)whole;
        to->sum += (int32_t)whole;
        left_out += rest * rest;
    }
    to->left_out = sqrtf(left_out);
}

/* --- by rows of the table, by blocks ---------------------------------------------------------- */

static inline int32_t dot(const int8_t *row, const int16_t *digit, int32_t dimensions) {
    int32_t sum = 0;
    for (int32_t at = 0; at < dimensions; at++) sum += (int16_t)row[at] * digit[at];
    return sum;
}

static float dot_plain(const int8_t *row, const Steps *steps, int32_t dimensions) {
    float sum = steps->worth[0] * (float)dot(row, steps->digit[0], dimensions);
    return steps->digits == 1 ? sum : sum + steps->worth[1] * (float)dot(row, steps->digit[1], dimensions);
}

static void block_plain(const uint8_t *block, const int8_t *bytes, size_t chunks, int32_t *sums) {
    memset(sums, 0, LANES * sizeof *sums);
    for (size_t chunk = 0; chunk < chunks; chunk++)
        for (size_t row = 0; row < LANES; row++)
            for (size_t each = 0; each < CHUNK; each++)
                sums[row] += block[(chunk * LANES + row) * CHUNK + each] * bytes[chunk * CHUNK + each];
}

#ifdef X86
#define AVX2 __attribute__((target("avx2")))
#define VNNI __attribute__((target("avx512f,avx512bw,avx512vnni")))

AVX2 static inline __m256i four(__m256i row, const int16_t *digit) {
    return _mm256_madd_epi16(row, _mm256_loadu_si256((const __m256i *)digit));
}

AVX2 static inline float in_all(__m256i sums) {
    __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
    half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4E));
    return (float)_mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xB1)));
}

AVX2 static float dot_avx2(const int8_t *row, const Steps *steps, int32_t dimensions) {
    __m256i a = _mm256_setzero_si256(), b = a, c = a, d = a;
    for (int32_t at = 0; at < dimensions; at += 32) {
        __m256i one = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + at)));
        __m256i two = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + at + 16)));
        a = _mm256_add_epi32(a, four(one, steps->digit[0] + at));
        b = _mm256_add_epi32(b, four(two, steps->digit[0] + at + 16));
        if (steps->digits == 1) continue;
        c = _mm256_add_epi32(c, four(one, steps->digit[1] + at));
        d = _mm256_add_epi32(d, four(two, steps->digit[1] + at + 16));
    }
    float sum = steps->worth[0] * in_all(_mm256_add_epi32(a, b));
    return steps->digits == 1 ? sum : sum + steps->worth[1] * in_all(_mm256_add_epi32(c, d));
}

VNNI static float dot_vnni(const int8_t *row, const Steps *steps, int32_t dimensions) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    for (int32_t at = 0; at < dimensions; at += 64) {
        __m512i one = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + at)));
        __m512i two = _mm512_cvtepi8_epi16(_mm256_loadu_si256((const __m256i *)(row + at + 32)));
        a = _mm512_dpwssd_epi32(a, one, _mm512_loadu_si512(steps->digit[0] + at));
        b = _mm512_dpwssd_epi32(b, two, _mm512_loadu_si512(steps->digit[0] + at + 32));
        if (steps->digits == 1) continue;
        c = _mm512_dpwssd_epi32(c, one, _mm512_loadu_si512(steps->digit[1] + at));
        d = _mm512_dpwssd_epi32(d, two, _mm512_loadu_si512(steps->digit[1] + at + 32));
    }
    float sum = steps->worth[0] * (float)_mm512_reduce_add_epi32(_mm512_add_epi32(a, b));
    return steps->digits == 1 ? sum
                              : sum + steps->worth[1] * (float)_mm512_reduce_add_epi32(_mm512_add_epi32(c, d));
}

AVX2 static inline __m256i chunk_of(const int8_t *bytes) {
    int32_t four;
    memcpy(&four, bytes, sizeof four);
    return _mm256_set1_epi32(four);
}

AVX2 static void block_avx2(const uint8_t *block, const int8_t *bytes, size_t chunks, int32_t *sums) {
    const __m256i *rows = (const __m256i *)block, ones = _mm256_set1_epi16(1);
    __m256i left = _mm256_setzero_si256(), right = left;
    for (size_t chunk = 0; chunk < chunks; chunk++) {
        __m256i by = chunk_of(bytes + chunk * CHUNK);
        __m256i one = _mm256_maddubs_epi16(_mm256_loadu_si256(rows + 2 * chunk), by);
        __m256i two = _mm256_maddubs_epi16(_mm256_loadu_si256(rows + 2 * chunk + 1), by);
        left = _mm256_add_epi32(left, _mm256_madd_epi16(one, ones));
        right = _mm256_add_epi32(right, _mm256_madd_epi16(two, ones));
    }
    _mm256_storeu_si256((__m256i *)sums, left);
    _mm256_storeu_si256((__m256i *)sums + 1, right);
}

VNNI static inline __m512i add_chunk(__m512i sums, const uint8_t *rows, const int8_t *bytes) {
    int32_t four;
    memcpy(&four, bytes, sizeof four);
    return _mm512_dpbusd_epi32(sums, _mm512_loadu_si512(rows), _mm512_set1_epi32(four));
}

VNNI static void block_vnni(const uint8_t *block, const int8_t *bytes, size_t chunks, int32_t *sums) {
    __m512i a = _mm512_setzero_si512(), b = a, c = a, d = a;
    size_t chunk = 0, wide = LANES * CHUNK;
    for (; chunk + 4 <= chunks; chunk += 4, block += 4 * wide, bytes += 4 * CHUNK) {
        for (size_t line = 0; line < 4; line++) __builtin_prefetch(block + (chunks + line) * wide, 0, 0);
        a = add_chunk(a, block, bytes);
        b = add_chunk(b, block + wide, bytes + CHUNK);
        c = add_chunk(c, block + 2 * wide, bytes + 2 * CHUNK);
        d = add_chunk(d, block + 3 * wide, bytes + 3 * CHUNK);
    }
    for (; chunk < chunks; chunk++, block += wide, bytes += CHUNK) a = add_chunk(a, block, bytes);
    a = _mm512_add_epi32(_mm512_add_epi32(a, b), _mm512_add_epi32(c, d));
    _mm512_storeu_si512(sums, a);
}
#endif

/* Choose the quickest way to multiply that this processor has. */
void choose_products(Kernel *kernel) {
    kernel->multiply = dot_plain;
    kernel->multiply_block = block_plain;
    kernel->reach = 127;
#ifdef X86
    if (kernel->dimensions % 32 == 0 && __builtin_cpu_supports("avx2")) {
        kernel->multiply = dot_avx2;
        kernel->multiply_block = block_avx2;
        kernel->reach = 63; /* two products of bytes fit into 15 bits */
    }
    if (kernel->dimensions % 64 == 0 && __builtin_cpu_supports("avx512bw") &&
        __builtin_cpu_supports("avx512vnni")) {
        kernel->multiply = dot_vnni;
        kernel->multiply_block = block_vnni;
        kernel->reach = 127;
    }
#endif
}

/* --- by n-grams ------------------------------------------------------------------------------- */

/* Add the products of an n-gram with those of all words. */
void compare_gram(Kernel *kernel, const Gram *gram, float times) {
    float value = times * gram->idf * gram->idf, *sums = kernel->sums;
    const uint32_t *word = kernel->gram_word + gram[0].start, *end = kernel->gram_word + gram[1].start;
    for (; word < end; word++) sums[*word] += value;
}
