import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser, settle } from "./surroundings.js";

/** A page with a live connection. */
async function live() {
  const tab = new Browser().tab();
  const page = await tab.load();
  return { tab, page, ...(await page.live()) };
}

/** Says what a promise became, without waiting for it. */
function watch(promise) {
  const seen = { is: "pending" };
  promise.then(
    () => (seen.is = "done"),
    (error) => Object.assign(seen, { is: "failed", code: error.code, sent: error.sent }),
  );
  return seen;
}

async function resume(page, ack = { sessionId: "s1.secret", isNew: false }) {
  const socket = await page.greeted();
  socket.says({ type: "sessionAck", ...ack });
  return socket;
}

/** Loses the connection and comes back. */
async function comeBack(page, ack) {
  page.socket.drop();
  await page.pass(10_000);
  return resume(page, ack);
}

test("an action is sent with an id, and done when the server says so", async () => {
  const { socket, counter } = await live();
  const first = watch(counter.dispatch("increment", { by: 2 }));
  const second = watch(counter.dispatch("increment"));
  const [a, b] = socket.actions;
  assert.deepEqual(a, { type: "dispatchAction", module: "Counter", action: "increment", payload: { by: 2 }, id: a.id });
  assert.match(a.id, /^name\d+\.1$/);
  assert.equal(b.id, a.id.replace(/1$/, "2"));
  socket.ok(b.id);
  await settle();
  assert.deepEqual([first.is, second.is], ["pending", "done"]);
});

test("a refusal rejects with the server's code", async () => {
  const { socket, counter, app, page } = await live();
  const promise = counter.dispatch("increment");
  socket.refuses(socket.ids[0], "action-failed", "too many");
  await assert.rejects(promise, (error) => {
    assert.ok(error instanceof page.HoldfastError);
    assert.deepEqual([error.code, error.message, error.sent], ["action-failed", "too many", true]);
    return true;
  });
  assert.equal(app.unacknowledged, 0);
});

test("A6: what is not answered is sent again, in order and with its ids", async () => {
  const { page, socket, counter } = await live();
  const results = [1, 2, 3].map(() => watch(counter.dispatch("increment")));
  socket.ok(socket.ids[1]);
  const again = await comeBack(page);
  assert.deepEqual(again.ids, [socket.ids[0], socket.ids[2]]);
  again.ids.forEach((id) => again.ok(id));
  await settle();
  assert.deepEqual(results.map((result) => result.is), ["done", "done", "done"]);
});

test("what is dispatched without a connection is sent when there is one", async () => {
  const tab = new Browser().tab();
  const page = await tab.load();
  const app = page.start({ modules: ["Counter"] });
  const early = watch(app.module("Counter").dispatch("increment"));
  const socket = await page.greeted();
  assert.deepEqual(socket.ids, []);
  socket.says({ type: "sessionAck", sessionId: "s1.secret", isNew: true });
  assert.equal(socket.ids.length, 1);
  socket.ok(socket.ids[0]);
  await settle();
  assert.equal(early.is, "done");
});

test("A6: no number is sent while one 64 below it is unanswered", async () => {
  const { socket, counter } = await live();
  for (let i = 0; i < 70; i++) {
    watch(counter.dispatch("increment"));
  }
  assert.equal(socket.ids.length, 64);
  socket.ok(socket.ids[5]);
  assert.equal(socket.ids.length, 64, "the oldest holds the others up");
  socket.ok(socket.ids[0]);
  assert.equal(socket.ids.length, 65);
});

test("A6: a reload sends again what was not answered, with its ids, before anything new", async () => {
  const { tab, socket, counter } = await live();
  [1, 2, 3].forEach((by) => watch(counter.dispatch("increment", { by })));
  socket.ok(socket.ids[0]);
  const page = await tab.load();
  const app = page.start({ modules: ["Counter"] });
  const fresh = watch(app.module("Counter").dispatch("increment", { by: 4 }));
  const again = await resume(page);
  assert.equal(again.hello.sessionId, "s1.secret");
  assert.deepEqual(again.actions.map(({ payload }) => payload.by), [2, 3, 4]);
  assert.deepEqual(again.ids.slice(0, 2), socket.ids.slice(1));
  assert.notEqual(again.ids[2].split(".")[0], again.ids[0].split(".")[0], "ids of another load");
  const restored = await app.restored;
  assert.deepEqual(restored.map(({ module, action, payload }) => [module, action, payload.by]), [
    ["Counter", "increment", 2],
    ["Counter", "increment", 3],
  ]);
  const outcomes = restored.map(({ result }) => watch(result));
  again.ids.forEach((id) => again.ok(id));
  await settle();
  assert.deepEqual([...outcomes, fresh].map((outcome) => outcome.is), ["done", "done", "done"]);
  assert.deepEqual(await (await tab.load()).start().restored, [], "nothing is left");
});

test("a reload while offline keeps what was never sent, over several loads and in order", async () => {
  const { tab, page, counter } = await live();
  page.socket.drop();
  watch(counter.dispatch("increment", { by: 1 }));
  const second = await tab.load();
  watch(second.start({ modules: ["Counter"] }).module("Counter").dispatch("increment", { by: 2 }));
  await settle();
  const third = await tab.load();
  third.start({ modules: ["Counter"] });
  const socket = await resume(third);
  assert.deepEqual(socket.actions.map(({ payload }) => payload.by), [1, 2]);
});

test("an action of an earlier load that fails is reported", async () => {
  const { tab, socket, counter } = await live();
  watch(counter.dispatch("increment"));
  const page = await tab.load();
  const app = page.start({ modules: ["Counter"] });
  const problems = [];
  app.onError((problem) => problems.push(problem));
  const again = await resume(page);
  again.refuses(socket.ids[0], "overloaded");
  await settle();
  assert.deepEqual(problems, [
    { code: "overloaded", message: "no", module: "Counter", instance: undefined, action: "increment" },
  ]);
});

test("A6: under another session nothing is sent that was sent before", async () => {
  const { page, counter } = await live();
  const sent = watch(counter.dispatch("increment"));
  page.socket.drop();
  const unsent = watch(counter.dispatch("increment"));
  await page.pass(10_000);
  const socket = await resume(page, { sessionId: "s2.secret", isNew: true });
  await settle();
  assert.deepEqual(sent, { is: "failed", code: "session-lost", sent: true });
  assert.equal(unsent.is, "pending");
  assert.equal(socket.ids.length, 1, "the session held nothing yet: what was not sent goes to the next");
});

test("A6: another session that is not new is another session all the same", async () => {
  const { tab, page, counter } = await live();
  const sent = watch(counter.dispatch("increment"));
  page.socket.says({ type: "sessionRotated", sessionId: "s1.newer" });
  const same = await comeBack(page, { sessionId: "s1.newest", isNew: false });
  assert.equal(same.ids.length, 1, "a session stays the same when its token is rotated");
  const reloaded = await tab.load();
  reloaded.start({ modules: ["Counter"] });
  const other = await resume(reloaded, { sessionId: "s2.secret", isNew: false });
  assert.deepEqual(other.ids, []);
  assert.equal(sent.is, "pending", "of a page that is gone");
});

test("what was meant for a session that held something is not sent under another", async () => {
  const { tab, page, socket, counter } = await live();
  counter.dispatch("increment");
  socket.ok(socket.ids[0]);
  socket.drop();
  const unsent = watch(counter.dispatch("increment"));
  await page.pass(10_000);
  const other = await resume(page, { sessionId: "s2.secret", isNew: true });
  await settle();
  assert.deepEqual(unsent, { is: "failed", code: "session-lost", sent: false });
  assert.deepEqual(other.ids, []);
  assert.deepEqual(await (await tab.load()).start().restored, [], "nor after a reload");
});

test("that a session held something is known after a reload", async () => {
  const { tab, socket, counter } = await live();
  counter.dispatch("increment");
  socket.ok(socket.ids[0]);
  const page = await tab.load();
  const unsent = watch(page.start({ modules: ["Counter"] }).module("Counter").dispatch("increment"));
  await resume(page, { sessionId: "s2.secret", isNew: true });
  await settle();
  assert.equal(unsent.code, "session-lost");
});

test("A6: what was sent longer ago than the server remembers is not sent again", async () => {
  const { page, counter } = await live();
  const sent = watch(counter.dispatch("increment"));
  page.socket.drop();
  const unsent = watch(counter.dispatch("increment"));
  page.tab.browser.now += 9 * 60_000; // a laptop that was shut
  await page.pass(10_000);
  const socket = await resume(page);
  await settle();
  assert.deepEqual(sent, { is: "failed", code: "outcome-unknown", sent: true });
  assert.equal(socket.ids.length, 1);
  assert.equal(unsent.is, "pending");
});

test("A6: the time counts from the first time it was sent, also over a reload", async () => {
  const { tab, page, counter } = await live();
  watch(counter.dispatch("increment"));
  tab.browser.now += 5 * 60_000;
  const second = await tab.load();
  second.start({ modules: ["Counter"] });
  assert.equal((await resume(second)).ids.length, 1);
  tab.browser.now += 3 * 60_000;
  assert.equal((await comeBack(second)).ids.length, 1);
  tab.browser.now += 60_000;
  assert.deepEqual((await comeBack(second)).ids, []);
});

test("without storage everything works but over reloads", async () => {
  const tab = new Browser().tab();
  tab.storage = null;
  const page = await tab.load();
  const { socket, counter } = await page.live();
  const result = watch(counter.dispatch("increment"));
  const again = await comeBack(page);
  assert.deepEqual(again.ids, socket.ids);
  assert.equal(again.hello.sessionId, "s1.secret");
  again.ok(again.ids[0]);
  await settle();
  assert.equal(result.is, "done");
});

test("when storage is full, what does not fit is in memory only", async () => {
  const { tab, page, counter } = await live();
  const fits = watch(counter.dispatch("increment", { by: 1 }));
  tab.storage.room = 400;
  const wide = watch(counter.dispatch("increment", { note: "x".repeat(1_000) }));
  const again = await comeBack(page);
  assert.equal(again.ids.length, 2);
  assert.deepEqual([fits.is, wide.is], ["pending", "pending"]);
  const reloaded = await tab.load();
  assert.equal((await reloaded.start().restored).length, 1);
});

test("A6: what is sent is not left behind as unsent, also when storage is full", async () => {
  const { tab, page, counter } = await live();
  page.socket.drop();
  watch(counter.dispatch("increment"));
  tab.storage.room = 0;
  await page.pass(10_000);
  assert.equal((await resume(page)).ids.length, 1);
  assert.deepEqual(await (await tab.load()).start().restored, []);
});

test("what somebody else wrote into the storage is left alone", async () => {
  const tab = new Browser().tab();
  const first = await tab.load();
  await first.live();
  const [place] = tab.storage.items.keys();
  for (const [key, value] of [
    ["other", "{"],
    [`${place}#x.1`, "{"],
    [`${place}#x.2`, '{"place":1,"sentAt":"soon","frame":"{}"}'],
    [`${place}#nonumber`, '{"place":1,"sentAt":0,"frame":"{}"}'],
  ]) {
    tab.storage.setItem(key, value);
  }
  const page = await tab.load();
  assert.deepEqual(await page.start().restored, []);
  assert.equal(tab.storage.getItem("other"), "{");
});

test("the queue is bounded by count and by bytes, and says so at once", async () => {
  const tab = new Browser().tab();
  const page = await tab.load();
  const counter = page.start({ modules: ["Counter"] }).module("Counter");
  for (let i = 0; i < 1_000; i++) {
    watch(counter.dispatch("increment"));
  }
  await assert.rejects(counter.dispatch("increment"), { code: "queue-full", sent: false });
  const other = page.start({ modules: ["Counter"], name: "other" }).module("Counter");
  const megabyte = { text: "x".repeat(1_048_000) };
  [1, 2, 3, 4].forEach(() => watch(other.dispatch("say", megabyte)));
  await assert.rejects(other.dispatch("say", megabyte), { code: "queue-full" });
});

test("too large an action is refused here, or when the server refuses it", async () => {
  const { page, counter } = await live();
  await assert.rejects(counter.dispatch("say", "é".repeat(524_288)), { code: "too-large", sent: false });
  const small = watch(counter.dispatch("increment"));
  const large = watch(counter.dispatch("say", "x".repeat(70_000)));
  page.socket.drop(1009);
  await page.pass(10_000);
  const again = await resume(page);
  assert.equal(again.ids.length, 1);
  assert.deepEqual([small.is, large.code], ["pending", "too-large"]);
});

test("what JSON cannot say rejects and uses up no number", async () => {
  const { socket, counter } = await live();
  const circle = {};
  circle.self = circle;
  await assert.rejects(counter.dispatch("increment", circle), TypeError);
  watch(counter.dispatch("increment"));
  assert.match(socket.ids[0], /\.1$/);
});

test("how many are unacknowledged is told at every change", async () => {
  const { app, socket, counter } = await live();
  const counts = [];
  const stop = app.onUnacknowledged((count) => counts.push(count));
  counter.dispatch("increment");
  counter.dispatch("increment");
  socket.ok(socket.ids[1]);
  stop();
  socket.ok(socket.ids[0]);
  assert.deepEqual(counts, [1, 2, 1]);
  assert.equal(app.unacknowledged, 0);
});

test("close rejects what is unacknowledged, and keeps the session", async () => {
  const { tab, app, page, counter } = await live();
  const sent = watch(counter.dispatch("increment"));
  app.close();
  await settle();
  assert.deepEqual(sent, { is: "failed", code: "closed", sent: true });
  assert.equal(app.status, "closed");
  await assert.rejects(counter.dispatch("increment"), { code: "closed", sent: false });
  assert.equal(page.timers.size, 0);
  const next = await tab.load();
  assert.deepEqual(await next.start({ modules: ["Counter"] }).restored, []);
  assert.equal((await next.greeted()).hello.sessionId, "s1.secret");
});
