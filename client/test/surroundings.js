// What a page stands in, by hand: sockets, timers, storage and locks that move only when a test says so.
import { setImmediate } from "node:timers";

const MODULE = new URL("../holdfast.js", import.meta.url).href;
let loads = 0;

/** Lets everything run that waits for nothing but its turn. */
export async function settle() {
  for (let i = 0; i < 3; i++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

/** A browser: the time, the chance, and the locks of all its tabs. */
export class Browser {
  now = 1_700_000_000_000;
  chance = 0.5;
  locks = new Locks();
  names = 0;

  tab() {
    return new Tab(this, new Storage());
  }
}

/** A tab: its storage, and the page that is in it. */
export class Tab {
  constructor(browser, storage) {
    this.browser = browser;
    this.storage = storage;
  }

  /** Loads a page, in place of the one that was there. */
  async load() {
    this.page?.unload();
    const { connect, HoldfastError } = await import(`${MODULE}?load=${++loads}`);
    this.page = new Page(this, connect, HoldfastError);
    return this.page;
  }

  /** What a browser does on "Duplicate". */
  duplicate() {
    return new Tab(this.browser, this.storage.copy());
  }
}

/** One load of a page. */
class Page {
  sockets = [];
  timers = new Map();
  nextTimer = 1;
  gone = false;

  constructor(tab, connect, HoldfastError) {
    this.tab = tab;
    this.connect = connect;
    this.HoldfastError = HoldfastError;
  }

  /** Connects, without waiting for anything. */
  start(options = {}) {
    return this.connect("wss://example.test/ws", { ...options, environment: this.environment() });
  }

  /** Connects, and answers as a server that knows the session. */
  async live(modules = ["Counter"], ack = { sessionId: "s1.secret", isNew: false }) {
    const app = this.start({ modules });
    const socket = await this.greeted();
    socket.says({ type: "sessionAck", ...ack });
    return { app, socket, counter: app.module("Counter") };
  }

  /** The newest socket, open and greeted. */
  async greeted() {
    await settle();
    this.socket.open();
    return this.socket;
  }

  get socket() {
    return this.sockets.at(-1);
  }

  environment() {
    const page = this;
    const { browser, storage } = this.tab;
    return {
      WebSocket: class extends FakeSocket {
        constructor(url) {
          super(url);
          page.sockets.push(this);
        }
      },
      storage,
      locks: browser.locks.of(this),
      now: () => browser.now,
      random: () => browser.chance,
      randomName: () => `name${++browser.names}`,
      setTimeout: (task, delay) => {
        page.timers.set(page.nextTimer, { task, at: browser.now + delay });
        return page.nextTimer++;
      },
      clearTimeout: (timer) => page.timers.delete(timer),
    };
  }

  /** Lets time pass, and what is due meanwhile happen. */
  async pass(ms) {
    const { browser } = this.tab;
    const end = browser.now + ms;
    await settle();
    for (;;) {
      const due = [...this.timers].filter(([, { at }]) => at <= end).sort(([, a], [, b]) => a.at - b.at)[0];
      if (!due) {
        break;
      }
      this.timers.delete(due[0]);
      browser.now = Math.max(browser.now, due[1].at);
      due[1].task();
      await settle();
    }
    browser.now = end;
  }

  unload() {
    this.gone = true;
    this.timers.clear();
    this.sockets.forEach((socket) => socket.forget());
    this.tab.browser.locks.letGo(this);
  }
}

/** A WebSocket whose other end is the test. */
export class FakeSocket {
  readyState = 0;
  frames = [];

  constructor(url) {
    this.url = url;
  }

  send(frame) {
    this.frames.push(JSON.parse(frame));
  }

  close() {
    this.readyState = 3;
  }

  open() {
    this.readyState = 1;
    this.onopen?.();
  }

  says(message) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  saysText(data) {
    this.onmessage?.({ data });
  }

  /** Ends as the server or the network ends it. */
  drop(code = 1006) {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  forget() {
    this.onopen = this.onmessage = this.onclose = null;
  }

  get hello() {
    return this.frames.find((frame) => frame.type === "hello");
  }

  get actions() {
    return this.frames.filter((frame) => frame.type === "dispatchAction");
  }

  get ids() {
    return this.actions.map((action) => action.id);
  }

  ok(id) {
    this.says({ type: "actionResult", id, ok: true });
  }

  refuses(id, code, message = "no") {
    this.says({ type: "actionResult", id, ok: false, error: { code, message } });
  }
}

/** A `sessionStorage`, with room for so many characters. */
export class Storage {
  room = 5_000_000;
  items = new Map();

  get length() {
    return this.items.size;
  }

  /** Browsers promise no order. */
  key(index) {
    return [...this.items.keys()].reverse()[index] ?? null;
  }

  getItem(key) {
    return this.items.get(key) ?? null;
  }

  setItem(key, value) {
    const others = [...this.items].filter(([k]) => k !== key);
    const used = others.reduce((sum, [k, v]) => sum + k.length + v.length, 0);
    if (used + key.length + value.length > this.room) {
      throw new Error("QuotaExceededError");
    }
    this.items.set(key, value);
  }

  removeItem(key) {
    this.items.delete(key);
  }

  copy() {
    const copy = new Storage();
    copy.items = new Map(this.items);
    return copy;
  }
}

/** A `navigator.locks` of several pages: exclusive locks only. */
class Locks {
  held = new Map();
  waiting = [];

  of(page) {
    return { request: (name, { signal }, callback) => this.request(page, name, signal, callback) };
  }

  request(page, name, signal, callback) {
    return new Promise((resolve, reject) => {
      const wish = { page, name, grant: () => this.grant(page, name, callback).then(resolve, reject) };
      signal.addEventListener("abort", () => {
        this.waiting = this.waiting.filter((other) => other !== wish);
        reject(signal.reason);
      });
      if (this.held.has(name)) {
        this.waiting.push(wish);
      } else {
        wish.grant();
      }
    });
  }

  async grant(page, name, callback) {
    this.held.set(name, page);
    await callback();
    this.free(name);
  }

  free(name) {
    this.held.delete(name);
    const next = this.waiting.findIndex((wish) => wish.name === name);
    if (next >= 0) {
      this.waiting.splice(next, 1)[0].grant();
    }
  }

  letGo(page) {
    [...this.held].filter(([, holder]) => holder === page).forEach(([name]) => this.free(name));
  }
}
