import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Connection, NoTicket, type Socket } from "../../client/src/connection.ts";
import { digest } from "../../client/src/digest.ts";
import type { AnyCommand, Done, FromBrowser, Refusal, Resumed, ToBrowser } from "../../client/src/protocol.ts";
import { Store } from "../../client/src/store.ts";
import { changed, guestView, welcome } from "./views.ts";

/** The server's end of a socket, worked by the test. */
class FakeSocket implements Socket {
  onopen: ((event: never) => unknown) | null = null;
  onmessage: ((event: { data: string }) => unknown) | null = null;
  onclose: ((event: { code: number }) => unknown) | null = null;
  sent: FromBrowser[] = [];
  closed = false;

  send(text: string): void {
    this.sent.push(JSON.parse(text) as FromBrowser);
  }

  close(): void {
    this.closed = true;
  }

  open(): void {
    this.onopen?.(undefined as never);
  }

  tell(message: ToBrowser): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  end(code: number): void {
    this.onclose?.({ code });
  }

  commands() {
    return this.sent.filter((message) => message.type === "Do");
  }

  pings() {
    return this.sent.filter((message) => message.type === "Ping");
  }
}

function browser(chance = 0.5) {
  const store = new Store();
  const sockets: FakeSocket[] = [];
  const ticket = vi.fn(() => Promise.resolve(`ticket ${sockets.length + 1}`));
  const post = vi.fn((cid: string, _: AnyCommand): Promise<Done | Refusal | null> => Promise.resolve({ type: "Done", cid, seq: 9 }));
  const outside = {
    event: "e",
    ticket: () => ticket(),
    socket: () => {
      const socket = new FakeSocket();
      sockets.push(socket);
      return socket;
    },
    chance: () => chance,
    post: (cid: string, command: AnyCommand) => post(cid, command),
  };
  const connection = new Connection(store, outside);
  const socket = () => sockets.at(-1) as FakeSocket;
  /** Connect, up to the welcome. */
  const arrive = async (view = guestView()) => {
    await connection.open();
    socket().open();
    socket().tell(welcome({ view }));
  };
  return { store, connection, sockets, socket, ticket, post, arrive };
}

const pong = (sent: number, seq: number, of = "") =>
  ({ type: "Pong", sent, wall_ms: 0, seq, digest: of }) as const;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("opening", () => {
  test("the first message is a hello with a fresh ticket", async () => {
    const { connection, socket } = browser();
    await connection.open();
    socket().open();
    expect(socket().sent).toEqual([{ type: "Hello", version: 1, ticket: "ticket 1", event: "e", epoch: 0, seq: 0 }]);
  });

  test("the welcome fills the store", async () => {
    const { store, arrive } = browser();
    expect(store.connection.value).toEqual({ is: "connecting" });
    await arrive();
    expect(store.connection.value).toEqual({ is: "open" });
    expect(store.guest.value?.event.title).toBe("Mixer");
  });

  test("without a welcome for 5 s the socket is given up", async () => {
    const { store, connection, socket } = browser();
    await connection.open();
    socket().open();
    vi.advanceTimersByTime(4_999);
    expect(store.connection.value.is).toBe("connecting");
    vi.advanceTimersByTime(1);
    expect(store.connection.value.is).toBe("lost");
    expect(socket().closed).toBe(true);
  });

  test("a ticket that will never be given ends it, any other failure is tried again", async () => {
    const refused = browser();
    refused.ticket.mockRejectedValueOnce(new NoTicket("no-event"));
    await refused.connection.open();
    expect(refused.store.connection.value).toEqual({ is: "closed", why: "no-event" });

    const offline = browser();
    offline.ticket.mockRejectedValueOnce(new Error("offline"));
    await offline.connection.open();
    expect(offline.store.connection.value.is).toBe("lost");
    await vi.advanceTimersByTimeAsync(2_000);
    expect(offline.sockets).toHaveLength(1);
  });
});

describe("commands", () => {
  test("each has its own id and settles with the server's answer", async () => {
    const { store, connection, socket, arrive } = browser();
    await arrive();
    const first = connection.do({ type: "AskHelp" });
    const second = connection.do({ type: "SitOut" });
    const [a, b] = socket().commands();
    expect(a?.cid).not.toBe(b?.cid);
    expect([...store.pending.value.values()].map(({ type }) => type)).toEqual(["AskHelp", "SitOut"]);
    socket().tell({ type: "Refusal", cid: b?.cid ?? "", code: "too-late", message: "The round has started." });
    socket().tell({ type: "Done", cid: a?.cid ?? "", seq: 9 });
    expect(await first).toEqual({ ok: true, seq: 9 });
    expect(await second).toEqual({ ok: false, code: "too-late", message: "The round has started." });
    expect(store.pending.value.size).toBe(0);
  });

  test("what was not answered is sent again, under the same id, once the line is back", async () => {
    const { connection, socket, sockets, arrive } = browser();
    await arrive();
    const outcome = connection.do({ type: "AskHelp" });
    socket().end(1006);
    void connection.do({ type: "Leave" }); // given while there is no line
    await vi.advanceTimersByTimeAsync(2_000);
    socket().open();
    socket().tell(welcome());
    expect(socket().commands().map(({ command }) => command.type)).toEqual(["AskHelp", "Leave"]);
    const again = socket().commands()[0];
    expect(again?.cid).toBe(sockets[0]?.commands()[0]?.cid);
    socket().tell({ type: "Done", cid: again?.cid ?? "", seq: 8 });
    expect(await outcome).toEqual({ ok: true, seq: 8 });
  });

  test("an end for good answers what is pending, and all that comes after", async () => {
    const { connection, socket, arrive } = browser();
    await arrive();
    const pending = connection.do({ type: "AskHelp" });
    socket().end(4009);
    expect(await pending).toMatchObject({ ok: false, code: "closed" });
    expect(await connection.do({ type: "AskHelp" })).toMatchObject({ ok: false, code: "closed" });
  });

  test("a line of chat is not kept for later", async () => {
    const { connection, socket, arrive } = browser();
    expect(connection.say("hello")).toBe(false);
    await arrive();
    expect(connection.say("hello")).toBe(true);
    expect(socket().sent).toContainEqual({ type: "Say", text: "hello" });
  });
});

describe("coming back", () => {
  test("asks to resume after the last change seen", async () => {
    const { connection, socket, arrive } = browser();
    await arrive();
    socket().tell(changed(31, "Later"));
    socket().end(1012);
    await connection.open();
    socket().open();
    expect(socket().sent[0]).toMatchObject({ type: "Hello", ticket: "ticket 2", epoch: 1, seq: 31 });
    const { type: _, version: __, view: ___, ...rest } = welcome({ seq: 33 });
    socket().tell({ type: "Resumed", ...rest } satisfies Resumed);
    socket().tell(changed(33, "Latest"));
  });

  test("the first try comes within 2 s, then ever later, at most 15 s", async () => {
    const { store, connection } = browser(0.999);
    const waits: number[] = [];
    const lose = () => {
      connection.offline();
      const line = store.connection.value;
      waits.push(line.is === "lost" ? Math.round((line.retryAt - performance.now()) / 100) / 10 : -1);
    };
    await connection.open();
    lose();
    for (let i = 0; i < 8; i++) {
      await vi.advanceTimersByTimeAsync((waits.at(-1) ?? 0) * 1000 + 100);
      lose();
    }
    expect(waits).toEqual([2, 0.5, 1, 2, 4, 8, 15, 15, 15]);
  });

  test("jitter is full: a lucky browser comes back at once", async () => {
    const { socket, sockets, arrive } = browser(0);
    await arrive();
    socket().end(1006);
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
  });

  test("a server that goes away for a moment says when to return", async () => {
    const { socket, sockets, arrive } = browser();
    await arrive();
    socket().tell({ type: "Reconnect", after_ms: 700 });
    await vi.advanceTimersByTimeAsync(699);
    expect(sockets).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(sockets).toHaveLength(2);
  });

  test("the browser's own word about the network counts at once", async () => {
    const { store, connection, sockets, arrive } = browser();
    await arrive();
    connection.offline();
    expect(store.connection.value.is).toBe("lost");
    connection.online();
    await vi.advanceTimersByTimeAsync(0);
    expect(sockets).toHaveLength(2);
  });

  test("nothing that an old socket still says is heard", async () => {
    const { store, connection, sockets, socket, arrive } = browser();
    await arrive();
    connection.offline();
    await connection.open();
    socket().open();
    socket().tell(welcome());
    sockets[0]?.tell(changed(99, "Ghost"));
    sockets[0]?.end(4001);
    expect(store.connection.value).toEqual({ is: "open" });
    expect(store.view.value?.event.title).toBe("Mixer");
  });
});

describe("close codes", () => {
  test.each([
    [1011, "lost"],
    [1012, "lost"],
    [4004, "lost"],
    [4006, "lost"],
    [1006, "lost"], // no code at all: the network
    [4001, "closed"],
    [4007, "closed"],
    [4009, "closed"],
    [4011, "closed"],
  ])("%i leaves the line %s", async (code, is) => {
    const { store, socket, arrive } = browser();
    await arrive();
    socket().end(code);
    expect(store.connection.value.is).toBe(is);
  });

  test("after another window took over nothing is tried, until asked to", async () => {
    const { store, connection, socket, sockets, arrive } = browser();
    await arrive();
    socket().end(4001);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(store.connection.value).toEqual({ is: "closed", why: "taken-over" });
    expect(sockets).toHaveLength(1);
    await arrive();
    expect(store.connection.value).toEqual({ is: "open" });
    expect(await Promise.race([connection.do({ type: "AskHelp" }), Promise.resolve("pending")])).toBe("pending");
  });
});

describe("the pulse", () => {
  test("eight pings measure the clock, and eight again 30 s later", async () => {
    const { socket, arrive } = browser();
    await arrive();
    vi.advanceTimersByTime(800);
    expect(socket().pings()).toHaveLength(8);
    answer(socket());
    for (let i = 0; i < 31; i++) {
      vi.advanceTimersByTime(1_000);
      answer(socket());
    }
    const single = 3; // one every 10 s shows that the line works
    expect(socket().pings()).toHaveLength(16 + single);
  });

  test("everything anew on an open line starts no second pulse and sends nothing twice", async () => {
    const { store, connection, socket, arrive } = browser();
    await arrive();
    void connection.do({ type: "AskHelp" });
    socket().tell(welcome({ seq: 50, view: guestView({ met: { b: [1] } }) }));
    vi.advanceTimersByTime(800);
    expect(socket().pings()).toHaveLength(8);
    expect(socket().commands()).toHaveLength(1);
    expect([store.seq, store.guest.value?.met]).toEqual([50, { b: [1] }]);
  });

  test("a ping without a pong for 5 s is a lost line", async () => {
    const { store, arrive } = browser();
    await arrive();
    vi.advanceTimersByTime(700 + 5_000);
    expect(store.connection.value.is).toBe("lost");
  });

  test("a view that does not match the server's is asked for again, once a connection", async () => {
    const { socket, arrive } = browser();
    const view = guestView();
    await arrive(view);
    socket().tell(pong(0, 7, digest(view)));
    socket().tell(pong(0, 6, "00000000")); // of an older view
    expect(socket().sent.filter(({ type }) => type === "Resync")).toHaveLength(0);
    socket().tell(pong(0, 7, "00000000"));
    socket().tell(pong(0, 7, "00000000"));
    expect(socket().sent.filter(({ type }) => type === "Resync")).toHaveLength(1);
  });
});

function answer(socket: FakeSocket): void {
  const last = socket.pings().at(-1);
  if (last) socket.tell(pong(last.sent, 0));
}

describe("a command that is too long for a message", () => {
  const pairs = Array.from({ length: 1_000 }, (_, i) => [`person-${i}`, `person-${i + 1}`] as const);
  const long: AnyCommand = { type: "KeepApart", pairs };

  test("goes over HTTP, and is answered once", async () => {
    const { connection, socket, post, arrive } = browser();
    await arrive();
    expect(await connection.do(long)).toEqual({ ok: true, seq: 9 });
    expect(socket().commands()).toEqual([]);
    expect(post).toHaveBeenCalledTimes(1);
  });

  test("is told why it was refused, like any other", async () => {
    const { connection, post, arrive } = browser();
    await arrive();
    post.mockImplementation((cid) => Promise.resolve({ type: "Refusal", cid, code: "over", message: "Over." }));
    expect(await connection.do(long)).toEqual({ ok: false, code: "over", message: "Over." });
    expect(connection.refused.value?.code).toBe("over");
  });

  test("is given again under the same id while nobody answers", async () => {
    const { connection, post, arrive } = browser();
    await arrive();
    post.mockImplementationOnce(() => Promise.resolve(null));
    const outcome = connection.do(long);
    await vi.advanceTimersByTimeAsync(2_000);
    expect(await outcome).toEqual({ ok: true, seq: 9 });
    expect(new Set(post.mock.calls.map(([cid]) => cid)).size).toBe(1);
    expect(post).toHaveBeenCalledTimes(2);
  });
});
