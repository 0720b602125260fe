import assert from "node:assert/strict";
import { test } from "node:test";
import { Browser } from "./surroundings.js";

async function live() {
  const page = await new Browser().tab().load();
  return { page, ...(await page.live()) };
}

/** What a patch makes of a state; undefined if it does not fit, which asks for the whole. */
async function patched(state, patch) {
  const { page, app, socket, counter } = await live();
  const before = JSON.stringify(state);
  socket.says({ type: "initialTree", module: "Counter", state, patches: [], revision: 0 });
  const shown = counter.state;
  socket.says({ type: "statePatch", module: "Counter", patch, from: 0, revision: 1 });
  assert.equal(JSON.stringify(shown), before, "the old state stays as it was");
  if (app.status === "live") {
    return counter.state;
  }
  assert.equal(counter.state, shown);
  await page.pass(10_000);
  const again = await page.greeted();
  again.says({ type: "sessionAck", sessionId: "s1.secret", isNew: false });
  again.says({ type: "initialTree", module: "Counter", state: "whole", patches: [], revision: 0 });
  assert.equal(counter.state, "whole");
  return undefined;
}

const FITS = [
  ["replace", { count: 1 }, [{ op: "replace", path: "/count", value: 2 }], { count: 2 }],
  ["add a member", {}, [{ op: "add", path: "/a", value: null }], { a: null }],
  ["add replaces a member", { a: 1 }, [{ op: "add", path: "/a", value: [2] }], { a: [2] }],
  ["add into a list", { l: [1, 3] }, [{ op: "add", path: "/l/1", value: 2 }], { l: [1, 2, 3] }],
  ["append", { l: [1] }, [{ op: "add", path: "/l/-", value: 2 }], { l: [1, 2] }],
  ["append by number", { l: [1] }, [{ op: "add", path: "/l/1", value: 2 }], { l: [1, 2] }],
  ["remove a member", { a: 1, b: 2 }, [{ op: "remove", path: "/a" }], { b: 2 }],
  ["remove from a list", { l: [1, 2, 3] }, [{ op: "remove", path: "/l/0" }], { l: [2, 3] }],
  ["replace in a list", { l: [1, 2] }, [{ op: "replace", path: "/l/1", value: 9 }], { l: [1, 9] }],
  ["replace the whole", { a: 1 }, [{ op: "replace", path: "", value: [1] }], [1]],
  ["move", { a: { x: 1 }, b: {} }, [{ op: "move", from: "/a/x", path: "/b/y" }], { a: {}, b: { y: 1 } }],
  ["move within a list", { l: [1, 2, 3] }, [{ op: "move", from: "/l/0", path: "/l/2" }], { l: [2, 3, 1] }],
  [
    "copy is a copy",
    { a: { x: 1 } },
    [
      { op: "copy", from: "/a", path: "/b" },
      { op: "replace", path: "/b/x", value: 2 },
    ],
    { a: { x: 1 }, b: { x: 2 } },
  ],
  [
    "copy is a copy, also of what was changed before",
    { a: { x: 1 } },
    [
      { op: "replace", path: "/a/x", value: 2 },
      { op: "copy", from: "/a", path: "/b" },
      { op: "replace", path: "/b/x", value: 3 },
    ],
    { a: { x: 2 }, b: { x: 3 } },
  ],
  ["test", { a: { l: [1, { b: null }] } }, [{ op: "test", path: "/a", value: { l: [1, { b: null }] } }], { a: { l: [1, { b: null }] } }],
  ["escapes", { "a/b": 1, "~1": 2 }, [{ op: "replace", path: "/a~1b", value: 3 }, { op: "remove", path: "/~01" }], { "a/b": 3 }],
  ["an empty name", { "": 1 }, [{ op: "replace", path: "/", value: 2 }], { "": 2 }],
  ["nothing", { a: 1 }, [], { a: 1 }],
];

const MISFITS = [
  ["a member that is not there", {}, [{ op: "replace", path: "/a", value: 1 }]],
  ["an element past the end", { l: [1] }, [{ op: "add", path: "/l/2", value: 1 }]],
  ["nothing to remove", { l: [1] }, [{ op: "remove", path: "/l/1" }]],
  ["a bad index", { l: [1] }, [{ op: "replace", path: "/l/01", value: 2 }]],
  ["the end of a list", { l: [1] }, [{ op: "replace", path: "/l/-", value: 2 }]],
  ["through a number", { a: 1 }, [{ op: "add", path: "/a/b", value: 2 }]],
  ["through a length", { l: [1] }, [{ op: "replace", path: "/l/length", value: 0 }]],
  ["through a prototype", {}, [{ op: "replace", path: "/constructor/name", value: "x" }]],
  ["a failed test", { a: 1 }, [{ op: "test", path: "/a", value: "1" }]],
  ["an unknown operation", { a: 1 }, [{ op: "increment", path: "/a" }]],
  ["no value", { a: 1 }, [{ op: "add", path: "/b" }]],
  ["no pointer", { a: 1 }, [{ op: "remove", path: "a" }]],
  ["a bad escape", { "~2": 1 }, [{ op: "remove", path: "/~2" }]],
  ["no list of operations", { a: 1 }, { op: "remove" }],
  ["the second of two", { a: 1 }, [{ op: "replace", path: "/a", value: 2 }, { op: "remove", path: "/b" }]],
];

for (const [name, state, patch, expected] of FITS) {
  test(`a patch fits: ${name}`, async () => assert.deepEqual(await patched(state, patch), expected));
}

for (const [name, state, patch] of MISFITS) {
  test(`what does not fit asks for the whole state: ${name}`, async () => {
    assert.equal(await patched(state, patch), undefined);
  });
}

test("what a patch leaves alone is the same object as before", async () => {
  const { socket, counter } = await live();
  const state = { done: [{ a: 1 }], open: [{ b: 1 }, { c: 1 }] };
  socket.says({ type: "initialTree", module: "Counter", state, patches: [], revision: 0 });
  const before = counter.state;
  const patch = [{ op: "replace", path: "/open/1/c", value: 2 }];
  socket.says({ type: "statePatch", module: "Counter", patch, from: 0, revision: 1 });
  assert.notEqual(counter.state, before);
  assert.equal(counter.state.done, before.done);
  assert.equal(counter.state.open[0], before.open[0]);
  assert.deepEqual(counter.state.open[1], { c: 2 });
});

test("hazard 48: a member named __proto__ is a member like others", async () => {
  const state = JSON.parse('{"__proto__":{"a":1}}');
  const patch = JSON.parse(
    '[{"op":"replace","path":"/__proto__/a","value":2},{"op":"add","path":"/x","value":{}},{"op":"add","path":"/x/__proto__","value":{"y":1}}]',
  );
  const result = await patched(state, patch);
  assert.equal(JSON.stringify(result), '{"__proto__":{"a":2},"x":{"__proto__":{"y":1}}}');
  assert.equal(result.x.y, undefined);
  assert.equal({}.y, undefined);
});

test("changes follow one another, whole states in between", async () => {
  const { socket, counter, app } = await live();
  const told = [];
  counter.subscribe((state) => told.push(state.count));
  const set = (value, from) =>
    socket.says({ type: "statePatch", module: "Counter", patch: [{ op: "replace", path: "/count", value }], from, revision: from + 1 });
  socket.says({ type: "initialTree", module: "Counter", state: { count: 1 }, patches: [], revision: 0 });
  set(2, 0);
  socket.says({ type: "stateUpdate", module: "Counter", state: { count: 7 }, revision: 2 });
  set(8, 2);
  assert.deepEqual(told, [1, 2, 7, 8]);
  assert.equal(app.status, "live");
});

test("a change from another revision asks for the whole state", async () => {
  const { socket, counter, app } = await live();
  socket.says({ type: "initialTree", module: "Counter", state: { count: 1 }, patches: [], revision: 0 });
  const patch = [{ op: "replace", path: "/count", value: 9 }];
  socket.says({ type: "statePatch", module: "Counter", patch, from: 1, revision: 2 });
  assert.equal(app.status, "offline");
  assert.equal(counter.state.count, 1);
});

test("a change before the first state of a connection does not fit, whatever was shown before", async () => {
  const { page, socket, app } = await live();
  socket.says({ type: "initialTree", module: "Counter", state: { count: 1 }, patches: [], revision: 0 });
  socket.drop();
  await page.pass(10_000);
  const again = await page.greeted();
  again.says({ type: "sessionAck", sessionId: "s1.secret", isNew: false });
  again.says({ type: "statePatch", module: "Counter", patch: [], from: 0, revision: 1 });
  assert.equal(app.status, "offline");
});
