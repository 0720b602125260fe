import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser, settle } from "./surroundings.js";

async function live(modules) {
  const tab = new Browser().tab();
  const page = await tab.load();
  return { tab, page, browser: tab.browser, ...(await page.live(modules)) };
}

/** How long the client waits before it tries again, given the chance of 0 and of 1. */
async function pauses(code) {
  const found = [];
  for (const chance of [0, 1]) {
    const { browser, page, socket } = await live();
    browser.chance = chance;
    socket.drop(code);
    found.push([...page.timers.values()][0].at - browser.now);
  }
  return found;
}

test("the first frames are hello and subscribeState; no token is in the URL", async () => {
  const { socket } = await live(["Counter", { module: "Room", id: "r-7" }]);
  assert.deepEqual(socket.frames, [
    { type: "hello", modules: ["Counter", { module: "Room", id: "r-7" }], accept: ["statePatch"] },
    { type: "subscribeState" },
  ]);
  assert.equal(socket.url, "wss://example.test/ws");
});

test("what the client tells of itself goes along", async () => {
  const page = await new Browser().tab().load();
  page.start({ modules: ["Counter"], props: { platform: "web" } });
  assert.deepEqual((await page.greeted()).hello.props, { platform: "web" });
});

test("N1: the session's token comes back after a loss and after a reload", async () => {
  const { tab, page, socket } = await live();
  socket.drop();
  await page.pass(10_000);
  assert.equal((await page.greeted()).hello.sessionId, "s1.secret");
  const reloaded = await tab.load();
  reloaded.start({ modules: ["Counter"] });
  const again = await reloaded.greeted();
  assert.equal(again.hello.sessionId, "s1.secret");
  assert.equal(again.url, "wss://example.test/ws");
});

test("a rotated token takes the old one's place", async () => {
  const { page, socket } = await live();
  socket.says({ type: "sessionRotated", sessionId: "s1.newer" });
  socket.drop();
  await page.pass(10_000);
  assert.equal((await page.greeted()).hello.sessionId, "s1.newer");
});

test("N1: where a cookie carries the session, its token is neither kept nor said", async () => {
  const tab = new Browser().tab();
  const page = await tab.load();
  page.start({ modules: ["Counter"], session: "cookie" });
  (await page.greeted()).says({ type: "sessionAck", sessionId: "s1.secret", isNew: true });
  page.socket.says({ type: "sessionRotated", sessionId: "s1.newer" });
  assert.doesNotMatch([...tab.storage.items.values()].join(), /secret|newer/);
  page.socket.drop();
  await page.pass(10_000);
  assert.equal((await page.greeted()).hello.sessionId, undefined);
  const reloaded = await tab.load();
  reloaded.start({ modules: ["Counter"], session: "cookie" });
  assert.equal((await reloaded.greeted()).hello.sessionId, undefined);
});

test("an expired session is forgotten, and a new one asked for", async () => {
  const { page, app, socket } = await live();
  socket.says({ type: "sessionExpired", sessionId: "s1.secret", reason: "ttl" });
  assert.equal(app.status, "offline");
  await page.pass(10_000);
  assert.equal((await page.greeted()).hello.sessionId, undefined);
});

test("N3: a kicked connection ends for good, and a reload takes the session back", async () => {
  const { tab, page, app, socket, counter } = await live();
  const sent = counter.dispatch("increment");
  socket.says({ type: "sessionExpired", sessionId: "s1.secret", reason: "kicked" });
  await assert.rejects(sent, { code: "kicked", sent: true });
  assert.equal(app.status, "kicked");
  await page.pass(60_000);
  assert.equal(page.sockets.length, 1);
  const reloaded = await tab.load();
  reloaded.start({ modules: ["Counter"] });
  const again = await reloaded.greeted();
  assert.equal(again.hello.sessionId, "s1.secret");
  assert.deepEqual(again.ids, []);
});

test("the status is told as it changes", async () => {
  const page = await new Browser().tab().load();
  const app = page.start({ modules: ["Counter"] });
  const told = [];
  app.onStatus((status) => told.push(status));
  assert.equal(app.status, "connecting");
  (await page.greeted()).says({ type: "sessionAck", sessionId: "s1.secret", isNew: true });
  page.socket.drop();
  await page.pass(10_000);
  (await page.greeted()).says({ type: "sessionAck", sessionId: "s1.secret", isNew: false });
  app.close();
  assert.deepEqual(told, ["live", "offline", "live", "closed"]);
});

test("a lost connection is tried again at random within a ceiling that doubles to 10 s", async () => {
  const { browser, page, socket } = await live();
  browser.chance = 1;
  socket.drop();
  const waited = [];
  for (let i = 0; i < 8; i++) {
    const pause = [...page.timers.values()][0].at - browser.now;
    waited.push(pause);
    await page.pass(pause);
    page.socket.drop();
  }
  assert.deepEqual(waited, [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  assert.deepEqual(await pauses(1006), [0, 250]);
});

test("1001: a server that stops is looked for soon, by each client at another moment", async () => {
  assert.deepEqual(await pauses(1001), [500, 1_000]);
});

test("1013 and 1008: where the server asks for patience, nobody comes back at once", async () => {
  assert.deepEqual(await pauses(1013), [1_000, 2_000]);
  assert.deepEqual(await pauses(1008), [1_000, 2_000]);
});

test("after a connection that lasted, the back-off starts anew", async () => {
  const { browser, page, socket } = await live();
  browser.chance = 1;
  socket.drop();
  await page.pass(250);
  page.socket.drop();
  await page.pass(500);
  const settled = await page.greeted();
  settled.says({ type: "sessionAck", sessionId: "s1.secret", isNew: false });
  await page.pass(5_000);
  settled.drop();
  assert.equal([...page.timers.values()][0].at - browser.now, 250);
});

test("a handshake that hangs is given up", async () => {
  const page = await new Browser().tab().load();
  page.start({ modules: ["Counter"] });
  await page.greeted();
  await page.pass(16_000);
  assert.ok(page.sockets.length >= 2);
});

test("a server that does not answer is given up after 45 s; one that owes nothing is not", async () => {
  const { page, counter } = await live();
  await page.pass(120_000);
  assert.equal(page.sockets.length, 1);
  counter.dispatch("increment");
  await page.pass(40_000);
  assert.equal(page.sockets.length, 1);
  await page.pass(11_000);
  assert.equal(page.sockets.length, 2);
});

test("a state that could not be loaded is asked for again", async () => {
  const { page, socket, app } = await live();
  const problems = [];
  app.onError((problem) => problems.push(problem.code));
  socket.says({ type: "error", code: "load-failed", message: "store down", module: "Counter" });
  await page.pass(2_999);
  assert.equal(socket.frames.length, 2);
  await page.pass(1);
  assert.deepEqual(socket.frames.at(-1), { type: "subscribeState" });
  assert.deepEqual(problems, ["load-failed"]);
});

test("a server that does not have a module is asked again later, and the error is told", async () => {
  const page = await new Browser().tab().load();
  const app = page.start({ modules: ["Couter"] });
  const problems = [];
  app.onError((problem) => problems.push(problem.code));
  (await page.greeted()).says({ type: "error", code: "unknown-module", message: "did you mean Counter?" });
  assert.deepEqual(problems, ["unknown-module"]);
  assert.equal(app.status, "offline");
  await page.pass(999);
  assert.equal(page.sockets.length, 1);
  await page.pass(1_001);
  assert.equal(page.sockets.length, 2);
});

test("modules that are named in one go share the first connection; later ones make it anew", async () => {
  const page = await new Browser().tab().load();
  const app = page.start();
  app.module("Counter");
  app.module("Chat");
  const first = await page.greeted();
  assert.deepEqual(first.hello.modules, ["Counter", "Chat"]);
  first.says({ type: "sessionAck", sessionId: "s1.secret", isNew: true });
  const room = app.module("Room", "r-7");
  assert.equal(app.module("Room", "r-7"), room);
  const second = await page.greeted();
  assert.deepEqual(second.hello.modules, ["Counter", "Chat", { module: "Room", id: "r-7" }]);
  second.says({ type: "sessionAck", sessionId: "s1.secret", isNew: false });
  second.says({ type: "initialTree", module: "Room", instance: "r-7", state: { open: true }, patches: [], revision: 0 });
  assert.deepEqual(room.state, { open: true });
  room.dispatch("close");
  assert.equal(second.actions[0].instance, "r-7");
});

test("without modules nothing is opened", async () => {
  const page = await new Browser().tab().load();
  page.start();
  await settle();
  assert.equal(page.sockets.length, 0);
});

test("a page has one connection of a name to a URL", async () => {
  const page = await new Browser().tab().load();
  const app = page.start({ modules: ["Counter"] });
  assert.throws(() => page.start({ modules: ["Counter"] }), /close it first/);
  page.start({ modules: ["Counter"], name: "second" });
  app.close();
  page.start({ modules: ["Counter"] });
});

test("a module without a name is refused", async () => {
  const page = await new Browser().tab().load();
  assert.throws(() => page.start({ modules: [""] }), TypeError);
  assert.throws(() => page.start({ name: "b", modules: [{ id: "r" }] }), TypeError);
  assert.throws(() => page.start({ name: "c" }).module(null), TypeError);
});

test("a duplicated tab has a session and ids of its own, and its twin keeps its own", async () => {
  const { tab, socket, counter } = await live();
  counter.dispatch("increment");
  const twin = tab.duplicate();
  const page = await twin.load();
  const app = page.start({ modules: ["Counter"] });
  await settle();
  assert.equal(page.sockets.length, 0, "not before it is settled whose session it is");
  await page.pass(2_000);
  const own = await page.greeted();
  assert.equal(own.hello.sessionId, undefined);
  own.says({ type: "sessionAck", sessionId: "s2.secret", isNew: true });
  assert.deepEqual(own.ids, []);
  assert.deepEqual(await app.restored, []);
  const reloaded = await tab.load();
  reloaded.start({ modules: ["Counter"] });
  const again = await reloaded.greeted();
  again.says({ type: "sessionAck", sessionId: "s1.secret", isNew: false });
  assert.equal(again.hello.sessionId, "s1.secret");
  assert.deepEqual(again.ids, socket.ids);
  const third = await twin.duplicate().load();
  third.start({ modules: ["Counter"] });
  await third.pass(2_000);
  assert.equal((await third.greeted()).hello.sessionId, undefined, "also of a tab that was a duplicate itself");
});

test("where there are no locks, a page takes itself for a reloaded one", async () => {
  const { tab } = await live();
  const page = await tab.load();
  page.connect("wss://example.test/ws", { modules: ["Counter"], environment: { ...page.environment(), locks: null } });
  assert.equal((await page.greeted()).hello.sessionId, "s1.secret");
});

test("a listener that throws stops neither the others nor the client", async () => {
  const { socket, counter } = await live();
  const told = [];
  const silent = console.error;
  console.error = () => {};
  try {
    counter.subscribe(() => {
      throw new Error("mine");
    });
    counter.subscribe((state) => told.push(state.count));
    socket.says({ type: "stateUpdate", module: "Counter", state: { count: 3 }, revision: 1 });
  } finally {
    console.error = silent;
  }
  assert.deepEqual(told, [3]);
});

test("what is not JSON, of an unknown type, or about a module not asked for, changes nothing", async () => {
  const { page, app, socket } = await live();
  socket.saysText("{");
  socket.says({ type: "later" });
  socket.says(null);
  socket.says({ type: "stateUpdate", module: "Other", state: {}, revision: 1 });
  assert.equal(app.status, "live");
  assert.equal(page.sockets.length, 1);
});
