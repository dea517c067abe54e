/* A walk over compressed sparse rows: the physical limit that `make bench-trace` compares with.
   Lots reached from `start` are written to `queue`, itself first; `seen` holds one byte a lot,
   all zero before and after. Returns how many. */
#include <stdint.h>

int64_t walk(const int64_t *starts, const int32_t *others, int32_t start, int32_t *queue,
             uint8_t *seen)
{
    int64_t head = 0, tail = 0;
    queue[tail++] = start;
    seen[start] = 1;
    while (head < tail) {
        int32_t lot = queue[head++];
        for (int64_t at = starts[lot]; at < starts[lot + 1]; at++) {
            int32_t other = others[at];
            if (!seen[other]) {
                seen[other] = 1;
                queue[tail++] = other;
            }
        }
    }
    for (int64_t at = 0; at < tail; at++)
        seen[queue[at]] = 0;
    return tail;
}

/* Rows of these lots in rows sorted by lot; returns how many were written to `found`. */
int64_t rows(const int64_t *starts, const int32_t *queue, int64_t count, int32_t *found)
{
    int64_t made = 0;
    for (int64_t at = 0; at < count; at++)
        for (int64_t row = starts[queue[at]]; row < starts[queue[at] + 1]; row++)
            found[made++] = (int32_t)row;
    return made;
}
