/* The load of `media_forward.py`: voices and pictures of many people, as lean as it can be.

   Every 20 ms a voice, 32 times a second a packet of a picture; everybody begins at another moment. A packet
   says who sent it and when (real time, ns). What arrives is decrypted, and its delay is what the kernel says
   it arrived at less that. Nothing is allocated; one thread. */

#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096, BATCH = 32, ROOM = 2048, CONTROL = 128, BUCKETS = 10000, VOICE = 80, PICTURE = 1170, KEY_EVERY = 64 };

typedef int (*srtp_fn)(void *session, void *packet, int *size);

struct line { /* one connection: one person's way up, way down, or both */
    int32_t socket, room, person, sends;
    void *protect, *unprotect; /* sessions; null where nothing goes that way */
    int64_t due[2];            /* the next voice and picture, ns */
    uint16_t sequence[2];
    uint32_t timestamp[2];
    uint32_t pictures;
};

struct load {
    srtp_fn protect, unprotect;
    int32_t lines, stop;
    int64_t counts_from; /* only packets sent from then on count; ns of real time */
    int64_t sent, arrived, strays, unread, arrived_ever;
    int64_t delays[BUCKETS]; /* in steps of 10 us */
};

static int64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void put16(uint8_t *at, uint16_t n) { at[0] = n >> 8; at[1] = n & 255; }
static void put32(uint8_t *at, uint32_t n) { put16(at, n >> 16); put16(at + 2, n & 0xFFFF); }

/* One packet with the extensions that browsers send: how loud, and when. */
static int write_packet(uint8_t *to, struct line *line, int picture, int64_t at) {
    static const int32_t sizes[2] = {VOICE, PICTURE};
    memset(to, 0, 24);
    to[0] = 0x90;
    to[1] = picture ? 0x80 | 96 : 0x80 | 111;
    put16(to + 2, line->sequence[picture]++);
    put32(to + 4, line->timestamp[picture] += picture ? 2812 : 960);
    put32(to + 8, 1000000u + 2 * (uint32_t)line->person + (uint32_t)picture);
    put32(to + 12, 0xBEDE0002);
    to[16] = 0x10, to[17] = 100;
    uint32_t stamp = (uint32_t)((double)at / 1e6 * 262.144) & 0xFFFFFF;
    to[18] = 0x22, to[19] = stamp >> 16, to[20] = stamp >> 8 & 255, to[21] = stamp & 255;
    uint8_t *body = to + 24;
    memset(body, 0x55, (size_t)sizes[picture]);
    body[0] = 0x10;
    body[1] = !(picture && line->pictures++ % KEY_EVERY == 0);
    memcpy(body + 2, &line->person, 4);
    memcpy(body + 6, &line->room, 4);
    memcpy(body + 10, &at, 8);
    return 24 + sizes[picture];
}

static void send_due(struct load *load, struct line *line, int64_t now) {
    static const int64_t steps[2] = {20000000, 31250000};
    uint8_t packet[ROOM];
    for (int picture = 0; picture < 2; picture++) {
        if (line->due[picture] > now) continue;
        /* Whoever is late by far has been stopped: go on from here, not with a flood. */
        line->due[picture] = now - line->due[picture] > 10 * steps[picture] ? now : line->due[picture];
        line->due[picture] += steps[picture];
        int64_t at = now_ns();
        int size = write_packet(packet, line, picture, at);
        if (load->protect(line->protect, packet, &size)) continue;
        if (send(line->socket, packet, (size_t)size, 0) == size && at >= load->counts_from) load->sent++;
    }
}

static int64_t arrival(struct msghdr *message) {
    for (struct cmsghdr *c = CMSG_FIRSTHDR(message); c; c = CMSG_NXTHDR(message, c))
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_TIMESTAMPNS) {
            struct timespec t;
            memcpy(&t, CMSG_DATA(c), sizeof t);
            return t.tv_sec * 1000000000LL + t.tv_nsec;
        }
    return now_ns();
}

static void take(struct load *load, struct line *line, uint8_t *packet, int size, int64_t at) {
    if (size < 12 || packet[0] >> 6 != 2 || (packet[1] >= 192 && packet[1] <= 223)) return;
    if (!line->unprotect || load->unprotect(line->unprotect, packet, &size)) {
        load->unread++;
        return;
    }
    int body = 12 + 4 * (packet[0] & 15);
    if (packet[0] & 16) body += body + 4 <= size ? 4 + 4 * (packet[body + 2] << 8 | packet[body + 3]) : size;
    if (body + 18 > size) return;
    int32_t person, room;
    int64_t sent;
    memcpy(&person, packet + body + 2, 4);
    memcpy(&room, packet + body + 6, 4);
    memcpy(&sent, packet + body + 10, 8);
    if (room != line->room || person == line->person) load->strays++;
    load->arrived_ever++;
    if (sent < load->counts_from) return;
    load->arrived++;
    int64_t step = (at - sent) / 10000;
    load->delays[step < 0 ? 0 : step < BUCKETS ? step : BUCKETS - 1]++;
}

static void drain(struct load *load, struct line *line) {
    static uint8_t data[BATCH][ROOM], control[BATCH][CONTROL];
    struct mmsghdr messages[BATCH];
    struct iovec parts[BATCH];
    for (;;) {
        memset(messages, 0, sizeof messages);
        for (int i = 0; i < BATCH; i++) {
            parts[i] = (struct iovec){data[i], ROOM};
            messages[i].msg_hdr = (struct msghdr){
                .msg_iov = &parts[i], .msg_iovlen = 1, .msg_control = control[i], .msg_controllen = CONTROL};
        }
        int count = recvmmsg(line->socket, messages, BATCH, MSG_DONTWAIT, 0);
        for (int i = 0; i < count; i++)
            take(load, line, data[i], (int)messages[i].msg_len, arrival(&messages[i].msg_hdr));
        if (count < BATCH) return;
    }
}

/* Send and receive until `load->stop` is 2; with 1 only receive. Returns 0, or an errno. */
int media_load_run(struct load *load, struct line *lines) {
    int poll = epoll_create1(0), on = 1;
    if (poll < 0) return errno;
    int64_t begin = now_ns();
    for (int i = 0; i < load->lines; i++) {
        struct epoll_event event = {.events = EPOLLIN, .data.u32 = (uint32_t)i};
        setsockopt(lines[i].socket, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
        if (epoll_ctl(poll, EPOLL_CTL_ADD, lines[i].socket, &event)) return errno;
        lines[i].due[0] = begin + (int64_t)i * 7919 % 20000 * 1000;
        lines[i].due[1] = begin + (int64_t)i * 12011 % 31250 * 1000;
    }
    volatile int32_t *stop = &load->stop;
    while (*stop < 2) {
        struct epoll_event ready[MOST];
        int64_t now = now_ns();
        for (int i = 0; i < load->lines && !*stop; i++)
            if (lines[i].sends) send_due(load, &lines[i], now);
        /* Asleep until a fixed time, not until something comes: to wake us would cost whoever sends it. */
        nanosleep(&(struct timespec){.tv_nsec = 400000}, NULL);
        int count = epoll_wait(poll, ready, MOST, 0);
        for (int i = 0; i < count; i++) drain(load, &lines[ready[i].data.u32]);
    }
    close(poll);
    return 0;
}
