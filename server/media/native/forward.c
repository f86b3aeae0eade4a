/* Forwards media without Python: read, decrypt, rewrite for each viewer, encrypt, send.

   The same as `server/media/sfu/rtp.py` and the hot half of `streams.py`, packet by packet: whoever changes one
   changes the other, and `tests/server/media/test_native.py` compares them. Whatever is no media, and all that
   happens rarely, goes up to Python, which owns this memory and reads it through `forwarder.py`: fields have the
   same names there. Everything runs on one thread.

   Packets are kept once, however many viewers' histories and caches they are in, and counted. */

#define _GNU_SOURCE
#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#ifndef __linux__
#error "recvmmsg, sendmmsg and the addresses are Linux's; elsewhere Python forwards."
#endif

#define API __attribute__((visibility("default")))

enum {
    BATCH = 64,
    ROOM = 2048,        /* of a buffer */
    LONGEST = 1500,     /* datagram taken */
    TRAILER = 16 + 128, /* what encrypting adds at most */
    HISTORY = 512,
    CACHED = 80,
    CACHED_MS = 1000,
    GIVE_UP_GAP = 200,
    MISSING = 400,
    RETRIES = 5,
    RETRY_MS = 40,
    ASK_AGAIN_MS = 350,
    LOUD = 50,
    LOUD_PACKETS = 3,
    QUIET_MS = 400,
    OPUS = 111,
    VP8 = 96,
    AUDIO_LEVEL = 1,
    ABS_SEND_TIME = 2,
};

enum { EMPTY, DRAINED, MORE, DATAGRAM, NEWS };                 /* what `pump` returns */
enum { FIRST_MEDIA, SPEAKING, SWITCHED, ASKS_KEY_FRAME }; /* what it tells */

typedef int (*srtp_function)(void *session, void *packet, int *size);

struct packet {
    int32_t holders, size, body, send_time, level;
    uint32_t timestamp, ssrc;
    uint16_t sequence;
    uint8_t payload_type, starts_key_frame;
    uint8_t data[];
};

struct missing {
    int32_t sequence, asked;
    double next_ms;
};

struct viewer {
    struct peer *peer;
    struct down *down;
};

struct source {
    int32_t video, open, speaking, generation, wanted, highest, first, cycles, loud, unused;
    uint32_t ssrc;
    int64_t packets, expected_before, received_before;
    double asked_at, cached_at, loud_at, transit, jitter;
    int32_t viewer_count, cached, missing_count, unused_too;
    struct viewer *viewers;
    struct packet *cache[CACHED + 1];
    struct missing missing[MISSING + GIVE_UP_GAP];
};

struct kept {
    struct packet *packet;
    uint32_t timestamp, send_time;
    int32_t sequence; /* -1: nothing */
};

struct down {
    int32_t video, paused, fresh, waiting, bound, was_sent, sequence, from_sequence, generation, first;
    uint32_t ssrc, timestamp, from_timestamp;
    int32_t squeezed_count;
    int64_t packets, octets;
    double sent_at;
    struct source *source;
    uint32_t squeezed[CACHED + 1][2];
    struct kept *history; /* HISTORY of them; null for a voice */
};

struct peer {
    int32_t number, path_size;
    void *receives, *sends; /* null before the handshake is over, and when the connection has ended */
    struct source *sources[2];
    struct sockaddr_storage path;
};

struct place { /* an address, comparable byte by byte */
    uint8_t address[16], port[2], family;
};

struct path {
    struct place place;
    struct peer *peer;
};

struct event {
    int32_t kind, peer;
    uint32_t value, unused;
};

struct unit {
    int32_t socket, event_count, event_room, path_count, path_room, unused;
    srtp_function protect, unprotect;
    struct event *events;
    int64_t dropped;
    int32_t datagram_size, unused_too;
    uint8_t *datagram;
    struct sockaddr_storage *from;
    struct path *paths; /* in order */
    int32_t read, next, filled;
    struct mmsghdr in[BATCH], out[BATCH];
    struct iovec in_parts[BATCH], out_parts[BATCH];
    struct sockaddr_storage in_names[BATCH], out_names[BATCH];
    _Alignas(16) uint8_t in_data[BATCH][ROOM], out_data[BATCH][ROOM];
};

/* Numbers that go round a corner */

static int32_t ahead(int32_t a, int32_t b) { return (int32_t)(((uint32_t)(a - b) + 0x8000u) & 0xFFFF) - 0x8000; }

static int32_t later(uint32_t a, uint32_t b) { return (int32_t)(a - b); }

static uint32_t read16(const uint8_t *at) { return (uint32_t)at[0] << 8 | at[1]; }

static uint32_t read32(const uint8_t *at) { return read16(at) << 16 | read16(at + 2); }

static void write16(uint8_t *at, uint32_t n) {
    at[0] = (uint8_t)(n >> 8);
    at[1] = (uint8_t)n;
}

static void write32(uint8_t *at, uint32_t n) {
    write16(at, n >> 16);
    write16(at + 2, n);
}

static uint32_t wrapped(double n) { return (uint32_t)(int64_t)n; }

/* Packets */

static void release(struct packet *packet) {
    if (packet && --packet->holders == 0) free(packet);
}

static struct packet *hold(struct packet *packet) {
    packet->holders++;
    return packet;
}

/* The header extensions between two places (RFC 8285): ids and sizes share a byte, or have one each. */
static void read_extensions(struct packet *packet, int at, int end, int small) {
    const uint8_t *data = packet->data;
    while (at + !small < end) {
        if (data[at] == 0) {
            at++;
            continue;
        }
        int id = small ? data[at] >> 4 : data[at];
        int size = small ? (data[at] & 15) + 1 : data[at + 1];
        int value = at + (small ? 1 : 2);
        if ((small && id == 15) || value + size > end) return;
        if (id == AUDIO_LEVEL && size == 1) packet->level = data[value] & 127;
        else if (id == ABS_SEND_TIME && size == 3) packet->send_time = value;
        at = value + size;
    }
}

static int starts_key_frame(const struct packet *packet) {
    const uint8_t *data = packet->data;
    int at = packet->body, end = packet->size;
    if (at >= end) return 0;
    int first = data[at++];
    if ((first & 0x17) != 0x10) return 0;
    if (first & 0x80) {
        if (at >= end) return 0;
        int extra = data[at++];
        if (extra & 0x80) {
            if (at >= end) return 0;
            at += data[at] & 0x80 ? 2 : 1;
        }
        at += !!(extra & 0x40) + !!(extra & 0x30);
    }
    return at < end && !(data[at] & 1);
}

/* The packet in these bytes, held once; null when there is none, or no memory. */
static struct packet *read_packet(const uint8_t *data, int size) {
    if (size < 12 || size > LONGEST || data[0] >> 6 != 2) return NULL;
    int body = 12 + 4 * (data[0] & 15), begin = 0, profile = 0;
    if (size < body) return NULL;
    if (data[0] & 0x10) {
        if (size < body + 4) return NULL;
        profile = (int)read16(data + body);
        begin = body + 4;
        body = begin + 4 * (int)read16(data + body + 2);
        if (size < body) return NULL;
    }
    struct packet *packet = malloc(sizeof *packet + (size_t)size);
    if (!packet) return NULL;
    *packet = (struct packet){.holders = 1, .size = size, .body = body, .level = -1};
    packet->payload_type = data[1] & 127;
    packet->sequence = (uint16_t)read16(data + 2);
    packet->timestamp = read32(data + 4);
    packet->ssrc = read32(data + 8);
    memcpy(packet->data, data, (size_t)size);
    if (profile == 0xBEDE) read_extensions(packet, begin, body, 1);
    else if (begin && (profile & 0xFFF0) == 0x1000) read_extensions(packet, begin, body, 0);
    packet->starts_key_frame = (uint8_t)starts_key_frame(packet);
    return packet;
}

/* Write the packet as it goes to a viewer; returns its size. */
static int write_packet(uint8_t *to, const struct packet *packet, uint32_t ssrc, const struct kept *as) {
    memcpy(to, packet->data, (size_t)packet->size);
    write16(to + 2, (uint32_t)as->sequence);
    write32(to + 4, as->timestamp);
    write32(to + 8, ssrc);
    if (packet->send_time) {
        to[packet->send_time] = (uint8_t)(as->send_time >> 16);
        write16(to + packet->send_time + 1, as->send_time);
    }
    return packet->size;
}

/* Sources */

static void clear_cache(struct source *source) {
    for (int i = 0; i < source->cached; i++) release(source->cache[i]);
    source->cached = 0;
}

static void begin(struct source *source, const struct packet *packet) {
    source->generation++;
    source->ssrc = packet->ssrc;
    source->highest = source->first = packet->sequence;
    source->cycles = 0;
    source->packets = source->expected_before = source->received_before = 0;
    source->missing_count = 0;
    clear_cache(source);
    source->transit = NAN;
}

static int found(struct source *source, int32_t sequence) {
    for (int i = 0; i < source->missing_count; i++)
        if (source->missing[i].sequence == sequence) return i;
    return -1;
}

static void forget(struct source *source, int at) {
    source->missing_count--;
    memmove(&source->missing[at], &source->missing[at + 1],
            (size_t)(source->missing_count - at) * sizeof source->missing[0]);
}

static int follow(struct source *source, const struct packet *packet, double now) {
    int step = ahead(packet->sequence, source->highest);
    if (step <= 0) {
        int at = found(source, packet->sequence);
        if (at >= 0) forget(source, at);
        return at >= 0;
    }
    if (step > GIVE_UP_GAP || source->missing_count > MISSING) source->missing_count = 0;
    else
        for (int i = 1; i < step; i++) {
            int32_t sequence = (source->highest + i) & 0xFFFF;
            int at = source->missing_count ? found(source, sequence) : -1;
            if (at < 0) at = source->missing_count++;
            source->missing[at] = (struct missing){sequence, 0, now + RETRY_MS / 4};
        }
    if (packet->sequence < source->highest) source->cycles++;
    source->highest = packet->sequence;
    return 1;
}

static void measure(struct source *source, const struct packet *packet, double now) {
    double clock = source->video ? 90000 : 48000;
    double transit = now * clock / 1000 - packet->timestamp;
    if (!isnan(source->transit)) {
        double change = fabs(transit - source->transit);
        if (change < clock) source->jitter += (change - source->jitter) / 16;
    }
    source->transit = transit;
}

static void remember(struct source *source, struct packet *packet, double now) {
    if (packet->starts_key_frame) {
        clear_cache(source);
        source->cached_at = now;
        source->asked_at = -INFINITY;
        source->wanted = 0;
        source->cache[source->cached++] = hold(packet);
    } else if (source->cached) {
        source->cache[source->cached++] = hold(packet);
        if (source->cached > CACHED || now - source->cached_at > CACHED_MS) clear_cache(source);
    }
}

static void listen_to(struct source *source, int level, double now) {
    if (level < LOUD) {
        source->loud++;
        source->loud_at = now;
        if (source->loud >= LOUD_PACKETS) source->speaking = 1;
    } else {
        source->loud = 0;
        if (now - source->loud_at > QUIET_MS) source->speaking = 0;
    }
}

static int receive(struct source *source, struct packet *packet, double now) {
    if (source->generation == 0 || source->ssrc != packet->ssrc || source->packets == 0) begin(source, packet);
    else if (!follow(source, packet, now)) return 0;
    source->packets++;
    measure(source, packet, now);
    if (!source->open) return 0;
    if (source->video) remember(source, packet, now);
    else if (packet->level >= 0) listen_to(source, packet->level, now);
    return 1;
}

/* What a viewer receives */

static int squeezed(const struct down *down, uint32_t timestamp) {
    for (int i = 0; i < down->squeezed_count; i++)
        if (down->squeezed[i][0] == timestamp) return i;
    return -1;
}

static uint32_t time_for(const struct down *down, double now, int64_t least) {
    double clock = down->video ? 90000 : 48000;
    if (!down->was_sent) return wrapped(nearbyint(now * clock / 1000));
    int64_t passed = (int64_t)nearbyint((now - down->sent_at) * clock / 1000);
    return down->timestamp + (uint32_t)(passed > least ? passed : least);
}

/* How the packet goes to this viewer, kept for whoever misses it. */
static struct kept sent(struct down *down, struct packet *packet, double now) {
    struct kept as = {
        .packet = packet,
        .sequence = (down->sequence + ahead(packet->sequence, down->from_sequence)) & 0xFFFF,
        .send_time = (uint32_t)((int64_t)(now * 262.144) & 0xFFFFFF),
    };
    int at = squeezed(down, packet->timestamp);
    as.timestamp = at >= 0 ? down->squeezed[at][1]
                           : down->timestamp + (uint32_t)later(packet->timestamp, down->from_timestamp);
    down->sent_at = now;
    down->was_sent = 1;
    down->packets++;
    down->octets += packet->size - packet->body;
    if (down->history) {
        struct kept *place = &down->history[as.sequence % HISTORY];
        hold(packet);
        release(place->packet);
        *place = as;
    }
    return as;
}

/* Whether the packet goes to this viewer, and if so how. */
static int forward(struct down *down, struct packet *packet, double now, struct kept *as) {
    struct source *source = down->source;
    if (down->paused || !source) return 0;
    if (down->generation != source->generation) {
        down->generation = source->generation;
        down->bound = 0;
        down->waiting = down->video;
    }
    if (down->waiting) {
        if (!packet->starts_key_frame) return 0;
        down->waiting = 0;
    }
    if (!down->bound) {
        down->first = packet->sequence;
        down->sequence = (down->sequence + 1) & 0xFFFF;
        down->timestamp = time_for(down, now, 1);
        down->from_sequence = packet->sequence;
        down->from_timestamp = packet->timestamp;
        down->bound = 1;
    } else if (ahead(packet->sequence, down->first) < 0) return 0;
    int step = ahead(packet->sequence, down->from_sequence);
    if (step > 0) {
        down->sequence = (down->sequence + step) & 0xFFFF;
        if (squeezed(down, packet->timestamp) < 0) {
            down->timestamp += (uint32_t)later(packet->timestamp, down->from_timestamp);
            down->from_timestamp = packet->timestamp;
        }
        down->from_sequence = packet->sequence;
        if (ahead(packet->sequence, down->first) > HISTORY) down->first = (packet->sequence - HISTORY) & 0xFFFF;
    }
    *as = sent(down, packet, now);
    return 1;
}

/* Packets since the key frame, 1 ms of picture time apart. They come out one after another, with their sizes. */
static int burst(struct down *down, double now, uint8_t *out, int32_t *sizes) {
    struct source *source = down->source;
    int frames = 0, newest = 0, used = 0;
    down->generation = source->generation;
    for (int i = 0; i < source->cached; i++) {
        uint32_t stamp = source->cache[i]->timestamp;
        down->squeezed_count = frames;
        if (squeezed(down, stamp) < 0) down->squeezed[frames++][0] = stamp;
        if (ahead(source->cache[i]->sequence, source->cache[0]->sequence) >
            ahead(source->cache[newest]->sequence, source->cache[0]->sequence))
            newest = i;
    }
    uint32_t step = 90, last = time_for(down, now, (int64_t)step * frames);
    for (int i = 0; i < frames; i++) down->squeezed[i][1] = last - step * (uint32_t)(frames - 1 - i);
    down->squeezed_count = frames;
    down->first = source->cache[0]->sequence;
    down->from_sequence = source->cache[newest]->sequence;
    down->from_timestamp = down->squeezed[frames - 1][0];
    down->bound = 1;
    down->sequence = (down->sequence + 1 + ahead(down->from_sequence, down->first)) & 0xFFFF;
    down->timestamp = last;
    for (int i = 0; i < source->cached; i++) {
        struct kept as = sent(down, source->cache[i], now);
        sizes[i] = write_packet(out + used, source->cache[i], down->ssrc, &as);
        used += sizes[i];
    }
    return source->cached;
}

/* The socket */

static int compare(const struct place *a, const struct place *b) { return memcmp(a, b, sizeof *a); }

static struct place place_of(const struct sockaddr_storage *name) {
    struct place place;
    memset(&place, 0, sizeof place);
    place.family = (uint8_t)name->ss_family;
    if (name->ss_family == AF_INET) {
        const struct sockaddr_in *v4 = (const struct sockaddr_in *)name;
        memcpy(place.address, &v4->sin_addr, 4);
        memcpy(place.port, &v4->sin_port, 2);
    } else if (name->ss_family == AF_INET6) {
        const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)name;
        memcpy(place.address, &v6->sin6_addr, 16);
        memcpy(place.port, &v6->sin6_port, 2);
    }
    return place;
}

/* The first known path that is not before this one. */
static int path_at(const struct unit *unit, const struct place *place) {
    int low = 0, high = unit->path_count;
    while (low < high) {
        int middle = (low + high) / 2;
        if (compare(&unit->paths[middle].place, place) < 0) low = middle + 1;
        else high = middle;
    }
    return low;
}

static struct peer *peer_at(const struct unit *unit, const struct sockaddr_storage *name) {
    struct place place = place_of(name);
    int at = path_at(unit, &place);
    return at < unit->path_count && !compare(&unit->paths[at].place, &place) ? unit->paths[at].peer : NULL;
}

static void tell(struct unit *unit, int kind, int32_t peer, uint32_t value) {
    if (unit->event_count == unit->event_room) {
        int32_t room = unit->event_room ? 2 * unit->event_room : 256;
        struct event *events = realloc(unit->events, (size_t)room * sizeof *events);
        if (!events) return;
        unit->events = events;
        unit->event_room = room;
    }
    unit->events[unit->event_count++] = (struct event){kind, peer, value, 0};
}

static void flush(struct unit *unit) {
    int done = 0;
    while (done < unit->filled) {
        int count = sendmmsg(unit->socket, unit->out + done, (unsigned)(unit->filled - done), MSG_DONTWAIT);
        if (count <= 0) {
            unit->dropped++; /* this one: a full buffer, an address that is gone */
            count = 1;
        }
        done += count;
    }
    unit->filled = 0;
}

static void send_to(struct unit *unit, struct peer *peer, struct packet *packet, uint32_t ssrc, struct kept *as) {
    if (packet->size > LONGEST - TRAILER) {
        unit->dropped++;
        return;
    }
    uint8_t *data = unit->out_data[unit->filled];
    int size = write_packet(data, packet, ssrc, as);
    if (unit->protect(peer->sends, data, &size)) {
        unit->dropped++;
        return;
    }
    if (!peer->path_size) return;
    int at = unit->filled++;
    unit->out_names[at] = peer->path;
    unit->out_parts[at] = (struct iovec){data, (size_t)size};
    unit->out[at].msg_hdr = (struct msghdr){
        .msg_name = &unit->out_names[at],
        .msg_namelen = (socklen_t)peer->path_size,
        .msg_iov = &unit->out_parts[at],
        .msg_iovlen = 1,
    };
    if (unit->filled == BATCH) flush(unit);
}

static void spread(struct unit *unit, struct peer *peer, struct packet *packet, double now) {
    int video = packet->payload_type != OPUS;
    if (video && packet->payload_type != VP8) return;
    struct source *source = peer->sources[video];
    if (source->generation == 0) tell(unit, FIRST_MEDIA, peer->number, (uint32_t)video);
    int spoke = source->speaking;
    if (!receive(source, packet, now)) return;
    if (source->speaking != spoke) tell(unit, SPEAKING, peer->number, (uint32_t)source->speaking);
    for (int i = 0; i < source->viewer_count; i++) {
        struct viewer *viewer = &source->viewers[i];
        struct kept as;
        if (!viewer->peer->sends || !forward(viewer->down, packet, now, &as)) continue;
        send_to(unit, viewer->peer, packet, viewer->down->ssrc, &as);
        if (viewer->down->fresh) {
            viewer->down->fresh = 0;
            tell(unit, SWITCHED, viewer->peer->number, viewer->down->ssrc);
        }
    }
    if (source->wanted && now - source->asked_at >= ASK_AGAIN_MS) {
        source->asked_at = now;
        tell(unit, ASKS_KEY_FRAME, peer->number, source->ssrc);
    }
}

static void media(struct unit *unit, struct peer *peer, uint8_t *data, int size, double now) {
    if (!peer->receives) return;
    if (size > LONGEST || unit->unprotect(peer->receives, data, &size)) {
        unit->dropped++;
        return;
    }
    struct packet *packet = read_packet(data, size);
    if (!packet) return;
    spread(unit, peer, packet, now);
    release(packet);
}

static int refill(struct unit *unit) {
    for (int i = 0; i < BATCH; i++) {
        unit->in_parts[i] = (struct iovec){unit->in_data[i], ROOM};
        unit->in[i].msg_hdr = (struct msghdr){
            .msg_name = &unit->in_names[i],
            .msg_namelen = sizeof unit->in_names[i],
            .msg_iov = &unit->in_parts[i],
            .msg_iovlen = 1,
        };
    }
    unit->next = 0;
    unit->read = recvmmsg(unit->socket, unit->in, BATCH, MSG_DONTWAIT, NULL);
    if (unit->read >= 0) return MORE;
    unit->read = 0;
    return errno == EAGAIN || errno == EWOULDBLOCK ? EMPTY : MORE; /* MORE: of something sent earlier */
}

/* Forward what has come, at most one batch. DATAGRAM: one for Python is in `unit`; there may be more. Plus
   NEWS when there are events, or something was dropped. */
API int intermingle_media_pump(struct unit *unit, double now) {
    unit->event_count = 0;
    int status = unit->next < unit->read ? MORE : refill(unit);
    while (status == MORE && unit->next < unit->read) {
        int at = unit->next++, size = (int)unit->in[at].msg_len;
        uint8_t *data = unit->in_data[at];
        int control = size > 1 && data[1] >= 192 && data[1] <= 223;
        if (size == 0) continue;
        if (data[0] > 127 && data[0] < 192 && !control) {
            struct peer *peer = peer_at(unit, &unit->in_names[at]);
            if (peer) media(unit, peer, data, size, now);
            else unit->dropped++;
        } else {
            unit->datagram = data;
            unit->datagram_size = size;
            unit->from = &unit->in_names[at];
            status = DATAGRAM;
        }
    }
    flush(unit);
    if (status == MORE && unit->read < BATCH) status = DRAINED; /* fewer than asked for: those were all */
    return status + (unit->event_count || unit->dropped ? NEWS : 0);
}

/* For Python */

API struct unit *intermingle_media_open(int socket, srtp_function protect, srtp_function unprotect) {
    struct unit *unit = calloc(1, sizeof *unit);
    if (!unit) return NULL;
    unit->socket = socket;
    unit->protect = protect;
    unit->unprotect = unprotect;
    return unit;
}

API void intermingle_media_close(struct unit *unit) {
    free(unit->events);
    free(unit->paths);
    free(unit);
}

/* This address is the peer's, or, with null, nobody's any more. Returns 0 when there is no memory. */
API int intermingle_media_learn(struct unit *unit, const struct sockaddr_storage *name, struct peer *peer) {
    struct place place = place_of(name);
    int at = path_at(unit, &place);
    int known = at < unit->path_count && !compare(&unit->paths[at].place, &place);
    if (known && peer) unit->paths[at].peer = peer;
    else if (known) {
        unit->path_count--;
        memmove(&unit->paths[at], &unit->paths[at + 1], (size_t)(unit->path_count - at) * sizeof *unit->paths);
    } else if (peer) {
        if (unit->path_count == unit->path_room) {
            int32_t room = unit->path_room ? 2 * unit->path_room : 64;
            struct path *paths = realloc(unit->paths, (size_t)room * sizeof *paths);
            if (!paths) return 0;
            unit->paths = paths;
            unit->path_room = room;
        }
        memmove(&unit->paths[at + 1], &unit->paths[at], (size_t)(unit->path_count - at) * sizeof *unit->paths);
        unit->paths[at] = (struct path){place, peer};
        unit->path_count++;
    }
    return 1;
}

API struct source *intermingle_media_source(int video) {
    struct source *source = calloc(1, sizeof *source);
    if (!source) return NULL;
    source->video = video;
    source->open = 1;
    source->asked_at = -INFINITY;
    source->transit = NAN;
    return source;
}

API void intermingle_media_free_source(struct source *source) {
    clear_cache(source);
    free(source);
}

API struct down *intermingle_media_down(int video, uint32_t ssrc) {
    struct down *down = calloc(1, sizeof *down);
    if (!down) return NULL;
    down->video = video;
    down->ssrc = ssrc;
    if (!video) return down;
    down->history = calloc(HISTORY, sizeof *down->history);
    if (!down->history) {
        free(down);
        return NULL;
    }
    for (int i = 0; i < HISTORY; i++) down->history[i].sequence = -1;
    return down;
}

API void intermingle_media_free_down(struct down *down) {
    if (down->history)
        for (int i = 0; i < HISTORY; i++) release(down->history[i].packet);
    free(down->history);
    free(down);
}

API void intermingle_media_gate(struct source *source, int on) {
    source->open = on;
    clear_cache(source);
}

/* Take this source from now on; returns how many packets are written to `out`, which has room for
   CACHED + 1 of the longest. */
API int intermingle_media_bind(struct down *down, struct source *source, double now, uint8_t *out, int32_t *sizes) {
    down->source = source;
    down->bound = down->waiting = down->squeezed_count = 0;
    if (!source || !source->open || down->paused || !down->video) return 0;
    if (source->cached) return burst(down, now, out, sizes);
    down->waiting = source->wanted = 1;
    return 0;
}

/* The packet that was sent under this number; returns its size, 0 when it is not kept. */
API int intermingle_media_again(const struct down *down, int32_t sequence, uint8_t *out) {
    if (!down->history || sequence < 0 || sequence > 0xFFFF) return 0;
    const struct kept *kept = &down->history[sequence % HISTORY];
    return kept->sequence == sequence ? write_packet(out, kept->packet, down->ssrc, kept) : 0;
}

/* Sequence numbers to be asked for now; returns how many are in `out`, which has room for all. */
API int intermingle_media_asks_again(struct source *source, double now, int32_t *out) {
    int count = 0;
    for (int i = 0; i < source->missing_count;) {
        struct missing *missing = &source->missing[i];
        if (missing->next_ms > now) {
            i++;
            continue;
        }
        missing->next_ms = now + RETRY_MS;
        if (++missing->asked > RETRIES) {
            forget(source, i);
            continue;
        }
        out[count++] = missing->sequence;
        i++;
    }
    return count;
}
