/*
 * Holdfast's browser client: one ES module, no dependencies. Its types, with what each part promises, are in
 * holdfast.d.ts.
 *
 *   import { connect } from "/holdfast.js";
 *
 *   const app = connect("/ws");
 *   const counter = app.module("Counter");
 *   counter.subscribe((state) => console.log(state.count));
 *   await counter.dispatch("increment", { by: 2 }); // resolves once the server has it on disk
 *
 * How an action is applied exactly once: it carries an id, `client.n`, whose `client` is random for each load of the
 * page. Until it is answered it lies in sessionStorage with its id, so that a lost connection, a killed server or a
 * reload ends in the same id being sent again, and the server knows which ids it has applied. Three bounds of that
 * knowledge are kept here: no number is sent while one 64 below it is unanswered; nothing is sent again that was first
 * sent longer ago than the server remembers; and nothing that was sent under one session is sent under another.
 *
 * A tab that the browser duplicates gets a copy of sessionStorage. It notices, by the lock that the first one holds,
 * and begins a session of its own.
 */

/** @typedef {import("./holdfast.d.ts").Connection} ConnectionApi */
/** @typedef {import("./holdfast.d.ts").Module} ModuleApi */
/** @typedef {import("./holdfast.d.ts").Options} Options */
/** @typedef {import("./holdfast.d.ts").ModuleName} ModuleName */
/** @typedef {import("./holdfast.d.ts").Environment} Environment */
/** @typedef {import("./holdfast.d.ts").Status} Status */
/** @typedef {import("./holdfast.d.ts").Problem} Problem */
/** @typedef {import("./holdfast.d.ts").RestoredAction} RestoredAction */

/** First back-off in milliseconds; it doubles with each attempt that fails. */
const BACKOFF_FIRST = 250;
/** Longest back-off in milliseconds. */
const BACKOFF_LONGEST = 10_000;
/** How often the back-off has doubled, at least, where the server asks for patience. */
const BACKOFF_PATIENT = 3;
/** A server that says it stops is looked for again after this long (ms) at least, and twice it at most. */
const RESTART_TAKES = 500;
/** A connection that was live for this long (ms) starts the back-off anew when it ends. */
const SETTLED_AFTER = 5_000;
/** How long (ms) after a state could not be loaded it is asked for again. */
const LOOK_AGAIN_AFTER = 3_000;
/** How often (ms) a connection is looked after. */
const WATCH_EVERY = 5_000;
/** How long (ms) a connection may take from its opening to the session's acknowledgement. */
const HANDSHAKE_TIMEOUT = 10_000;
/** How long (ms) sent actions may wait without a word from the server: its own limit is 30 s. */
const SILENCE_TIMEOUT = 45_000;
/** How long (ms) a reloaded page waits for its predecessor to be gone, before it takes itself for a duplicate. */
const CLAIM_TIMEOUT = 2_000;
/** The server remembers the outcomes of this many numbers of a client: never send further ahead. */
const WINDOW = 64;
/** The server remembers a client for 10 minutes (ms, with room for clocks): later, its ids may apply twice. */
const REMEMBERED_FOR = 9 * 60_000;
/** How many actions may be unanswered, waiting ones included; past it, dispatch rejects. */
const QUEUE_LIMIT = 1_000;
/** How many bytes they may have together. */
const QUEUE_BYTES = 4 * 1_048_576;
/** The server's limit for one message, in bytes of UTF-8. */
const MESSAGE_LIMIT = 1_048_576;

/** Close codes of RFC 6455. */
const Close = { NORMAL: 1000, GOING_AWAY: 1001, LOST: 1006, POLICY: 1008, TOO_BIG: 1009, TRY_LATER: 1013 };

export class HoldfastError extends Error {
  /**
   * @param {string} code
   * @param {string} message
   * @param {boolean} sent
   */
  constructor(code, message, sent = false) {
    super(message);
    this.name = "HoldfastError";
    this.code = code;
    this.sent = sent;
  }
}

/** What this page has connections to: two to the same place would take one session from each other. */
const inUse = new Set();

/**
 * @param {string | Options} [urlOrOptions]
 * @param {Options} [more]
 * @returns {ConnectionApi}
 */
export function connect(urlOrOptions = {}, more = {}) {
  const options = typeof urlOrOptions === "string" ? { ...more, url: urlOrOptions } : urlOrOptions;
  const url = socketUrl(options.url ?? "/ws");
  const names = (options.modules ?? []).map(checkName);
  const place = `holdfast:${options.name ?? ""}:${url}`;
  if (inUse.has(place)) {
    throw new Error(
      `This page is connected to ${url} already: use that connection, close it first, or give this one another name`,
    );
  }
  inUse.add(place);
  const env = environment(options.environment);
  return new Connection({ url, place, names, props: options.props, cookie: options.session === "cookie", env });
}

/**
 * One connection: modules, a status, and an end. Made by {@link connect}.
 *
 * @implements {ConnectionApi}
 */
class Connection {
  /** @type {string} */
  #url;
  /** @type {string} */
  #place;
  /** @type {Record<string, unknown> | undefined} */
  #props;
  /** @type {Environment} */
  #env;
  /** @type {Map<string, Module>} */
  #modules = new Map();
  /** @type {Vault} */
  #vault;
  /** @type {Outbox} */
  #outbox;
  /** @type {Status} */
  #status = "connecting";
  /** @type {Listeners<Status>} */
  #statusListeners = new Listeners();
  /** @type {Listeners<Problem>} */
  #problemListeners = new Listeners();
  /** @type {Listeners<number>} */
  #countListeners = new Listeners();
  /** @type {Promise<ReadonlyArray<RestoredAction>>} */
  #restored;

  /** Whether it is settled whose session this is: nothing is opened before. */
  #ready = false;
  /** @type {() => void} gives the tab's name back */
  #release = () => {};
  /** @type {WebSocket | null} the socket in use or being opened; events of any other are stale */
  #socket = null;
  /** @type {number | null} when the session was acknowledged on this socket, or null before that */
  #liveSince = null;
  #openedAt = 0;
  #heardAt = 0;
  #attempt = 0;
  /** @type {unknown} */
  #retryTimer;
  /** @type {unknown} */
  #watchTimer;
  /** @type {unknown} */
  #lookTimer;
  #wake = () => this.#connectNow();
  #wakeWhenShown = () => globalThis.document?.visibilityState === "visible" && this.#connectNow();
  #networkGone = () => this.#socket && this.#lost(Close.LOST);

  /**
   * @param {{ url: string, place: string, names: ModuleName[], props: Options["props"], cookie: boolean, env: Environment }} parts
   */
  constructor({ url, place, names, props, cookie, env }) {
    this.#url = url;
    this.#place = place;
    this.#props = props;
    this.#env = env;
    this.#vault = new Vault(env.storage, place, env.randomName, cookie);
    this.#outbox = new Outbox(env, this.#vault, () => this.#countListeners.call(this.#outbox.size));
    names.forEach((name) => this.#add(name));
    globalThis.addEventListener?.("online", this.#wake);
    globalThis.addEventListener?.("offline", this.#networkGone);
    globalThis.document?.addEventListener("visibilitychange", this.#wakeWhenShown);
    this.#restored = this.#begin();
  }

  /**
   * @param {string} name
   * @param {string} [id]
   */
  module(name, id) {
    return this.#modules.get(moduleKey(name, id)) ?? this.#join(checkName(id === undefined ? name : { module: name, id }));
  }

  get status() {
    return this.#status;
  }

  get unacknowledged() {
    return this.#outbox.size;
  }

  get restored() {
    return this.#restored;
  }

  /** @param {(status: Status) => void} listener */
  onStatus(listener) {
    return this.#statusListeners.add(listener);
  }

  /** @param {(count: number) => void} listener */
  onUnacknowledged(listener) {
    return this.#countListeners.add(listener);
  }

  /** @param {(problem: Problem) => void} listener */
  onError(listener) {
    return this.#problemListeners.add(listener);
  }

  close() {
    this.#end("closed", "closed", "The connection was closed");
  }

  get #ended() {
    return this.#outbox.isClosed;
  }

  // --- modules ----------------------------------------------------------------------------------

  /** @param {ModuleName} name */
  #add(name) {
    const { module, id } = typeof name === "string" ? { module: name, id: undefined } : name;
    /** @type {Module} */
    const added = new Module(module, id, (action, payload) => this.#dispatch(added, action, payload));
    this.#modules.set(moduleKey(module, id), added);
    return added;
  }

  /**
   * A connection says once what it is about: one that has said it already is made anew.
   *
   * @param {ModuleName} name
   */
  #join(name) {
    const added = this.#add(name);
    if (this.#ended) {
      return added;
    }
    if (this.#socket?.readyState === OPEN) {
      this.#drop(Close.NORMAL);
      this.#setStatus("connecting");
    }
    if (this.#ready && !this.#socket && this.#retryTimer === undefined) {
      this.#open();
    }
    return added;
  }

  // --- connecting -------------------------------------------------------------------------------

  /** Finds out whether the stored session is this page's, takes over what it left, and connects. */
  async #begin() {
    const mine = await this.#claim();
    if (!mine) {
      this.#vault.forget();
      await this.#claim();
    }
    if (this.#ended) {
      this.#release();
      return [];
    }
    const restored = this.#outbox.restore();
    restored.forEach(({ module, instance, action, result }) =>
      result.catch(({ code, message }) => this.#report({ code, message, module, instance, action })),
    );
    this.#ready = true;
    if (this.#modules.size > 0) {
      this.#open();
    }
    return restored;
  }

  /** Whether no other page goes by this tab's name; also true where that cannot be found out. */
  async #claim() {
    const { locks, setTimeout, clearTimeout } = this.#env;
    if (!locks) {
      return true;
    }
    const give = new AbortController();
    const timer = setTimeout(() => give.abort(), CLAIM_TIMEOUT);
    return new Promise((/** @type {(mine: boolean) => void} */ resolve) => {
      const held = () =>
        new Promise((/** @type {(value?: unknown) => void} */ release) => {
          clearTimeout(timer);
          this.#release = release;
          resolve(true);
        });
      locks.request(`holdfast:${this.#vault.tab}`, { signal: give.signal }, held).catch(() => {
        clearTimeout(timer);
        resolve(!give.signal.aborted);
      });
    });
  }

  #open() {
    this.#env.clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const socket = new this.#env.WebSocket(this.#url);
    this.#socket = socket;
    this.#liveSince = null;
    this.#openedAt = this.#heardAt = this.#env.now();
    socket.onopen = () => socket === this.#socket && this.#greet();
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
    this.#watchTimer = this.#env.setTimeout(() => this.#watch(), WATCH_EVERY);
  }

  #greet() {
    const modules = [...this.#modules.values()].map(({ name, id }) => (id === undefined ? name : { module: name, id }));
    const sessionId = this.#vault.token ?? undefined;
    const props = this.#props;
    this.#modules.forEach((module) => module.expectWhole());
    this.#transmit(JSON.stringify({ type: "hello", modules, accept: ["statePatch"], sessionId, props }));
    this.#transmit('{"type":"subscribeState"}');
  }

  /**
   * Lets go of the socket; what was on its way is on its way no more.
   *
   * @param {number} closeCode
   */
  #drop(closeCode) {
    const socket = this.#socket;
    this.#socket = null;
    this.#liveSince = null;
    this.#env.clearTimeout(this.#watchTimer);
    this.#env.clearTimeout(this.#lookTimer);
    this.#outbox.disconnected(closeCode);
    socket?.close();
  }

  /** @param {number} closeCode */
  #lost(closeCode) {
    const settled = this.#liveSince !== null && this.#env.now() - this.#liveSince >= SETTLED_AFTER;
    this.#drop(closeCode);
    if (settled) {
      this.#attempt = 0;
    }
    this.#retryTimer = this.#env.setTimeout(() => this.#open(), this.#pause(closeCode));
    this.#setStatus("offline"); // last, as a listener may close the connection
  }

  /**
   * How long to wait before the next attempt. Random: after a restart of the server its clients come back spread out.
   *
   * @param {number} closeCode
   */
  #pause(closeCode) {
    const chance = this.#env.random();
    if (closeCode === Close.GOING_AWAY && this.#attempt === 0) {
      this.#attempt = 1;
      return RESTART_TAKES * (1 + chance);
    }
    const patient = closeCode === Close.TRY_LATER || closeCode === Close.POLICY;
    if (patient) {
      this.#attempt = Math.max(this.#attempt, BACKOFF_PATIENT);
    }
    const ceiling = Math.min(BACKOFF_LONGEST, BACKOFF_FIRST * 2 ** this.#attempt++);
    return patient ? (ceiling * (1 + chance)) / 2 : ceiling * chance;
  }

  /** The network is back, or the page is looked at again: no reason to wait any longer. */
  #connectNow() {
    if (this.#retryTimer !== undefined && !this.#ended) {
      this.#open();
    }
  }

  /** A dead peer sends no close: give a silent connection up, rather than wait for TCP to do so. */
  #watch() {
    const now = this.#env.now();
    const handshakeHangs = this.#liveSince === null && now - this.#openedAt > HANDSHAKE_TIMEOUT;
    const since = Math.max(this.#heardAt, this.#outbox.sentAt);
    if (handshakeHangs || (this.#outbox.isWaiting && now - since > SILENCE_TIMEOUT)) {
      this.#lost(Close.LOST);
    } else {
      this.#watchTimer = this.#env.setTimeout(() => this.#watch(), WATCH_EVERY);
    }
  }

  /**
   * @param {Status} status
   * @param {string} code
   * @param {string} message
   */
  #end(status, code, message) {
    if (this.#ended) {
      return;
    }
    this.#outbox.close(code, message);
    globalThis.removeEventListener?.("online", this.#wake);
    globalThis.removeEventListener?.("offline", this.#networkGone);
    globalThis.document?.removeEventListener("visibilitychange", this.#wakeWhenShown);
    this.#env.clearTimeout(this.#retryTimer);
    this.#drop(Close.NORMAL);
    this.#release();
    inUse.delete(this.#place);
    this.#setStatus(status);
  }

  /** @param {Status} status */
  #setStatus(status) {
    if (status !== this.#status) {
      this.#status = status;
      this.#statusListeners.call(status);
    }
  }

  // --- messages ---------------------------------------------------------------------------------

  /** @param {string} data */
  #receive(data) {
    this.#heardAt = this.#env.now();
    let message;
    try {
      message = JSON.parse(data);
    } catch {
      console.warn("Holdfast: received a message that is not JSON");
      return;
    }
    switch (message?.type) {
      case "sessionAck":
        return this.#acknowledged(message);
      case "initialTree":
      case "stateUpdate":
        return this.#modules.get(moduleKey(message.module, message.instance))?.show(message.state, message.revision);
      case "statePatch":
        return this.#patch(message);
      case "actionResult":
        this.#outbox.answered(message);
        return this.#pump();
      case "sessionRotated":
        return this.#vault.keep(message.sessionId);
      case "sessionExpired":
        return this.#expired(message.reason);
      case "error":
        return this.#failed(message);
      default: // of a newer server
    }
  }

  /** @param {{ module: string, instance?: string, patch: Operation[], from: number, revision: number }} message */
  #patch(message) {
    const module = this.#modules.get(moduleKey(message.module, message.instance));
    if (module && !module.patch(message)) {
      console.warn(`Holdfast: a change of ${module.name} does not fit what is here; asking for the whole state`);
      this.#lost(Close.NORMAL);
    }
  }

  /** @param {{ sessionId: string, isNew: boolean }} message */
  #acknowledged({ sessionId, isNew }) {
    // A cookie may bring another session that is not new, made in another window.
    const another = isNew || !this.#vault.isOf(sessionId);
    if (another) {
      this.#outbox.sessionLost(this.#vault.used);
    }
    this.#vault.keep(sessionId, another ? false : this.#vault.used);
    this.#liveSince = this.#env.now();
    this.#setStatus("live");
    this.#pump();
  }

  /** @param {string} reason */
  #expired(reason) {
    if (reason === "kicked") {
      this.#end("kicked", "kicked", "The session is used by another connection");
    } else {
      this.#vault.keep(null);
      this.#lost(Close.NORMAL);
    }
  }

  /** @param {Problem} problem */
  #failed({ code, message, module, instance, action }) {
    if (this.#liveSince === null) {
      this.#lost(Close.TRY_LATER); // the server does not know what this connection is about, perhaps not yet
    } else if (code === "load-failed") {
      this.#lookAgain();
    }
    this.#report({ code, message, module, instance, action });
  }

  /** @param {Problem} problem */
  #report(problem) {
    const where = [problem.module, problem.action].filter(Boolean).join(".");
    console.warn(`Holdfast: ${where ? `${where}: ` : ""}${problem.message} (${problem.code})`);
    this.#problemListeners.call(problem);
  }

  /** A state that could not be loaded is shown once the store is back, if it is asked for again. */
  #lookAgain() {
    this.#env.clearTimeout(this.#lookTimer);
    this.#lookTimer = this.#env.setTimeout(() => this.#transmit('{"type":"subscribeState"}'), LOOK_AGAIN_AFTER);
  }

  // --- actions ----------------------------------------------------------------------------------

  /**
   * @param {Module} module
   * @param {string} action
   * @param {unknown} payload
   */
  #dispatch(module, action, payload) {
    const promise = this.#outbox.add(module, action, payload);
    this.#pump();
    return promise;
  }

  #pump() {
    if (this.#liveSince !== null && this.#socket) {
      this.#outbox.send((frame) => this.#transmit(frame));
    }
  }

  /** @param {string} frame */
  #transmit(frame) {
    // A socket that is closing drops what it is given; its close event will have it sent again.
    if (this.#socket?.readyState === OPEN) {
      this.#socket.send(frame);
    }
  }
}

/** `WebSocket.OPEN`, whatever stands in for WebSocket. */
const OPEN = 1;

/**
 * One module's newest state, and the way to act on it.
 *
 * @implements {ModuleApi}
 */
class Module {
  /** @type {Listeners<unknown>} */
  #listeners = new Listeners();
  /** @type {(action: string, payload: unknown) => Promise<void>} */
  #dispatch;
  /** @type {any} */
  #state;
  /** @type {number | null} what a change must start from; null before the first state of a connection */
  #revision = null;

  /**
   * @param {string} name
   * @param {string | undefined} id
   * @param {(action: string, payload: unknown) => Promise<void>} dispatch
   */
  constructor(name, id, dispatch) {
    this.name = name;
    this.id = id;
    this.#dispatch = dispatch;
  }

  get state() {
    return this.#state;
  }

  /** @param {(state: any) => void} listener */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  /**
   * @param {string} action
   * @param {unknown} [payload]
   */
  dispatch(action, payload) {
    return this.#dispatch(action, payload);
  }

  /** For the connection: a new one counts anew. */
  expectWhole() {
    this.#revision = null;
  }

  /**
   * For the connection.
   *
   * @param {unknown} state
   * @param {number} revision
   */
  show(state, revision) {
    this.#state = state;
    this.#revision = revision;
    this.#listeners.call(state);
  }

  /**
   * For the connection: whether the change fits; if not, nothing has changed.
   *
   * @param {{ patch: Operation[], from: number, revision: number }} change
   */
  patch({ patch, from, revision }) {
    if (from !== this.#revision) {
      return false;
    }
    let state;
    try {
      state = patched(this.#state, patch);
    } catch {
      return false;
    }
    this.show(state, revision);
    return true;
  }
}

/**
 * The actions that are not acknowledged yet, in their order: first those that an earlier load of the page left, then
 * this one's.
 *
 * @typedef {object} Entry
 * @property {string} id
 * @property {string} client the id's first part
 * @property {number} n the id's second part
 * @property {number} place in the order of all, also over reloads
 * @property {string} frame what is sent
 * @property {number} bytes its length
 * @property {number} sentAt when it was first sent, in ms since 1970; 0 if never
 * @property {boolean} onWire whether it is on the present connection
 * @property {() => void} resolve
 * @property {(error: HoldfastError) => void} reject
 */
class Outbox {
  /** @type {Environment} */
  #env;
  /** @type {Vault} */
  #vault;
  #changed;
  /** @type {string} */
  #client;
  #last = 0;
  #bytes = 0;
  #lastPlace;
  /** @type {Entry[]} */
  #entries = [];
  /** @type {HoldfastError | null} */
  #closed = null;

  /** When something was last sent. */
  sentAt = 0;

  /**
   * @param {Environment} env
   * @param {Vault} vault
   * @param {() => void} changed called when the number of actions has changed
   */
  constructor(env, vault, changed) {
    this.#env = env;
    this.#vault = vault;
    this.#changed = changed;
    this.#client = env.randomName();
    this.#lastPlace = vault.left.reduce((last, { place }) => Math.max(last, place), 0);
  }

  get size() {
    return this.#entries.length;
  }

  get isClosed() {
    return this.#closed !== null;
  }

  /** Whether an answer is due on the present connection. */
  get isWaiting() {
    return this.#entries.some((entry) => entry.onWire);
  }

  /**
   * @param {Module} module
   * @param {string} action
   * @param {unknown} payload
   * @returns {Promise<void>}
   */
  async add(module, action, payload) {
    if (this.#closed) {
      throw this.#closed;
    }
    const n = this.#last + 1;
    const id = `${this.#client}.${n}`;
    const about = { type: "dispatchAction", module: module.name, instance: module.id };
    const frame = JSON.stringify({ ...about, action, payload, id });
    const bytes = new TextEncoder().encode(frame).length;
    if (bytes > MESSAGE_LIMIT) {
      throw new HoldfastError("too-large", `${module.name}.${action} has ${bytes} bytes; at most ${MESSAGE_LIMIT}`);
    }
    if (this.#entries.length >= QUEUE_LIMIT || this.#bytes + bytes > QUEUE_BYTES) {
      throw new HoldfastError(
        "queue-full",
        `${this.#entries.length} actions of ${this.#bytes} bytes wait for an answer already; at most ${QUEUE_LIMIT} of ${QUEUE_BYTES}`,
      );
    }
    this.#last = n;
    const place = ++this.#lastPlace;
    const parts = { id, client: this.#client, n, place, frame, bytes, sentAt: 0, onWire: false };
    return this.#await(parts, (entry) => {
      this.#entries.push(entry);
      this.#vault.put(entry);
    });
  }

  /** Takes over what an earlier load of this page left. */
  restore() {
    const left = this.#vault.left;
    const before = this.#entries;
    this.#entries = [];
    /** @type {RestoredAction[]} */
    const restored = left.map((parts) => {
      const result = this.#await({ ...parts, onWire: false }, (entry) => this.#entries.push(entry));
      const { module, instance, action, payload } = JSON.parse(parts.frame);
      return { module, instance, action, payload, result };
    });
    this.#entries.push(...before);
    return restored;
  }

  /**
   * @param {Omit<Entry, "resolve" | "reject">} parts
   * @param {(entry: Entry) => void} take
   * @returns {Promise<void>}
   */
  #await(parts, take) {
    const result = new Promise((/** @type {(value: void) => void} */ resolve, reject) => {
      take({ ...parts, resolve, reject });
    });
    this.#bytes += parts.bytes;
    this.#changed();
    return result;
  }

  /**
   * Sends what may be sent and is not on its way, in order: what may not holds up what follows.
   *
   * @param {(frame: string) => void} transmit
   */
  send(transmit) {
    const now = this.#env.now();
    this.#rejectAll(
      (entry) => !entry.onWire && entry.sentAt !== 0 && now - entry.sentAt > REMEMBERED_FOR,
      "outcome-unknown",
      "The connection was lost for longer than the server remembers: the action may or may not have been applied",
    );
    /** @type {Map<string, number>} the oldest unanswered number of each client */
    const oldest = new Map();
    for (const entry of this.#entries) {
      const first = oldest.get(entry.client) ?? entry.n;
      oldest.set(entry.client, first);
      if (entry.n >= first + WINDOW) {
        break;
      }
      if (!entry.onWire) {
        entry.onWire = true;
        if (entry.sentAt === 0) {
          entry.sentAt = now;
          this.#vault.put(entry); // before it is sent: a page that dies in between must not take it for unsent
        }
        this.sentAt = now;
        transmit(entry.frame);
      }
    }
  }

  /** @param {{ id: string, ok: boolean, error?: { code?: string, message?: string } }} result */
  answered({ id, ok, error }) {
    const entry = this.#entries.find((candidate) => candidate.id === id);
    if (!entry) {
      return;
    }
    this.#remove(entry);
    if (ok) {
      this.#vault.use();
      entry.resolve();
    } else {
      entry.reject(new HoldfastError(error?.code ?? "error", error?.message ?? "The action failed", true));
    }
  }

  /** @param {number} closeCode */
  disconnected(closeCode) {
    if (closeCode === Close.TOO_BIG) {
      this.#rejectLargest();
    }
    for (const entry of this.#entries) {
      entry.onWire = false;
    }
  }

  /**
   * Ids belong to their session: under another one, what was sent before could apply twice. What was not sent goes to
   * the new session if the old one held nothing; else it was meant for what is gone.
   *
   * @param {boolean} used
   */
  sessionLost(used) {
    const ended = "The session ended before the action was acknowledged; it may or may not have been applied";
    this.#rejectAll((entry) => entry.sentAt !== 0, "session-lost", ended);
    if (used) {
      this.#rejectAll(() => true, "session-lost", "The session ended before the action was sent");
    }
  }

  /**
   * @param {string} code
   * @param {string} message
   */
  close(code, message) {
    this.#closed = new HoldfastError(code, message);
    this.#rejectAll(() => true, code, message);
  }

  /** "Message too big": sent again, it would close every connection. It can only be the largest. */
  #rejectLargest() {
    const sent = this.#entries.filter((entry) => entry.onWire);
    const largest = sent.reduce((a, b) => (b.bytes > a.bytes ? b : a), sent[0]);
    const message = `The server refused a message of ${largest?.bytes} bytes as too large`;
    this.#rejectAll((entry) => entry === largest, "too-large", message);
  }

  /**
   * @param {(entry: Entry) => boolean} which
   * @param {string} code
   * @param {string} message
   */
  #rejectAll(which, code, message) {
    for (const entry of this.#entries.filter(which)) {
      this.#remove(entry);
      entry.reject(new HoldfastError(code, message, entry.sentAt !== 0));
    }
  }

  /** @param {Entry} entry */
  #remove(entry) {
    this.#entries.splice(this.#entries.indexOf(entry), 1);
    this.#bytes -= entry.bytes;
    this.#vault.remove(entry.id);
    this.#changed();
  }
}

/**
 * What outlives a reload of the page, in the tab's sessionStorage: the tab's name, the session's token, and the actions
 * that are not acknowledged, each under a key of its own. In memory only where the browser forbids storage or it is full.
 *
 * @typedef {Omit<Entry, "resolve" | "reject" | "onWire">} Left
 */
class Vault {
  /** @type {Storage | null} */
  #storage;
  /** @type {string} */
  #place;
  /** @type {() => string} */
  #randomName;
  /** @type {Set<string>} the ids that are stored */
  #stored = new Set();
  /** Whether a cookie carries the token: then it is not kept here. */
  #cookie;
  /** @type {string | null} the public part of the session's token */
  #session = null;

  /** The tab's name. */
  tab = "";
  /** @type {string | null} the session's token, to be said in hello */
  token = null;
  /** Whether an action was acknowledged under it. */
  used = false;
  /** @type {Left[]} what an earlier load of the page left, in order */
  left = [];

  /**
   * @param {Storage | null} storage
   * @param {string} place
   * @param {() => string} randomName
   * @param {boolean} cookie
   */
  constructor(storage, place, randomName, cookie) {
    this.#storage = storage;
    this.#place = place;
    this.#randomName = randomName;
    this.#cookie = cookie;
    this.#read();
    if (!this.tab) {
      this.tab = randomName();
      this.#save();
    }
  }

  #read() {
    const record = this.#parse(this.#place);
    if (typeof record?.tab === "string") {
      this.tab = record.tab;
      this.token = typeof record.token === "string" && !this.#cookie ? record.token : null;
      this.#session = typeof record.session === "string" ? record.session : null;
      this.used = record.used === true;
    }
    this.left = this.#storedIds()
      .map((id) => leftOf(id, this.#parse(this.#key(id))))
      .filter((left) => left !== null)
      .sort((a, b) => a.place - b.place);
    this.left.forEach(({ id }) => this.#stored.add(id));
  }

  /**
   * Keeps a session's token, or forgets it.
   *
   * @param {string | null} token
   */
  keep(token, used = this.used) {
    this.#session = token === null ? this.#session : publicPart(token);
    this.token = this.#cookie ? null : token;
    this.used = used;
    this.#save();
  }

  /**
   * Whether a token is that of the session that was kept last; of any, before the first.
   *
   * @param {string} token
   */
  isOf(token) {
    return this.#session === null || this.#session === publicPart(token);
  }

  /** Something was acknowledged under the session. */
  use() {
    if (!this.used) {
      this.used = true;
      this.#save();
    }
  }

  /** This page is a duplicate: what it found belongs to another. */
  forget() {
    this.left.forEach(({ id }) => this.remove(id));
    this.left = [];
    this.tab = this.#randomName();
    this.token = null;
    this.#session = null;
    this.used = false;
    this.#save();
  }

  /** @param {Left} entry */
  put({ id, place, sentAt, frame }) {
    if (this.#write(this.#key(id), { place, sentAt, frame })) {
      this.#stored.add(id);
    } else {
      this.remove(id); // an old mark must not outlive the new one: unsent is not what it is any more
    }
  }

  /** @param {string} id */
  remove(id) {
    if (this.#stored.delete(id)) {
      try {
        this.#storage?.removeItem(this.#key(id));
      } catch {
        // Storage was switched off meanwhile.
      }
    }
  }

  #save() {
    this.#write(this.#place, { tab: this.tab, token: this.token, session: this.#session, used: this.used });
  }

  /** @param {string} id */
  #key(id) {
    return `${this.#place}#${id}`;
  }

  #storedIds() {
    const prefix = this.#key("");
    try {
      return Array.from({ length: this.#storage?.length ?? 0 }, (_, i) => this.#storage?.key(i) ?? "")
        .filter((key) => key.startsWith(prefix))
        .map((key) => key.slice(prefix.length));
    } catch {
      return [];
    }
  }

  /**
   * @param {string} key
   * @returns {any} undefined where nothing is stored, or something else
   */
  #parse(key) {
    try {
      return JSON.parse(this.#storage?.getItem(key) ?? "null") ?? undefined;
    } catch {
      return undefined;
    }
  }

  /**
   * @param {string} key
   * @param {unknown} value
   */
  #write(key, value) {
    try {
      this.#storage?.setItem(key, JSON.stringify(value));
      return true;
    } catch {
      return false;
    }
  }
}

/**
 * Which session a token is of: what stands before its dot. The rest is secret, and may change.
 *
 * @param {string} token
 */
function publicPart(token) {
  return token.split(".", 1)[0];
}

/**
 * @param {string} id
 * @param {any} stored
 * @returns {Left | null} null if it is not what was stored here
 */
function leftOf(id, stored) {
  const [, client, digits] = /^(.+)\.(\d+)$/.exec(id) ?? [];
  const { place, sentAt, frame } = stored ?? {};
  if (!client || typeof frame !== "string" || !Number.isSafeInteger(place) || !Number.isSafeInteger(sentAt)) {
    return null;
  }
  return { id, client, n: Number(digits), place, sentAt, frame, bytes: new TextEncoder().encode(frame).length };
}

// --- patches --------------------------------------------------------------------------------------

/**
 * One step of RFC 6902.
 *
 * @typedef {object} Operation
 * @property {string} op
 * @property {string} path
 * @property {string} [from]
 * @property {unknown} [value]
 */

/** @typedef {Record<string | number, any>} Container an object or an array */

/**
 * The state after a patch. The old one stays as it is, and shares with the new one what the patch leaves alone.
 *
 * @param {unknown} state
 * @param {Operation[]} patch
 * @throws {RangeError} if an operation does not fit
 */
function patched(state, patch) {
  const root = { state };
  /** @type {WeakSet<object>} what is this patch's own, and may be changed in place */
  const own = new WeakSet([root]);
  for (const { op, path, from, value } of patch) {
    const at = pointer(path);
    switch (op) {
      case "add":
        insert(reach(root, at, own), last(at), value);
        break;
      case "remove":
        take(reach(root, at, own), last(at));
        break;
      case "replace":
        write(reach(root, at, own), last(at), value);
        break;
      case "move": {
        const moved = take(reach(root, pointer(from), own), last(pointer(from)));
        insert(reach(root, at, own), last(at), moved);
        break;
      }
      case "copy": {
        const copied = read(reach(root, pointer(from), own), last(pointer(from)));
        insert(reach(root, at, own), last(at), JSON.parse(JSON.stringify(copied)));
        break;
      }
      case "test":
        if (!isEqual(read(reach(root, at, own), last(at)), value)) {
          throw new RangeError(`${path} is not what it should be`);
        }
        break;
      default:
        throw new RangeError(`unknown operation ${op}`);
    }
  }
  return root.state;
}

/**
 * The tokens of an RFC 6901 pointer, below the object that holds the state.
 *
 * @param {string | undefined} path
 */
function pointer(path) {
  if (typeof path !== "string" || !/^(\/([^~]|~[01])*)?$/.test(path)) {
    throw new RangeError(`not a pointer: ${path}`);
  }
  const tokens = path.split("/").slice(1);
  return ["state", ...tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"))];
}

/** @param {string[]} tokens */
function last(tokens) {
  return tokens[tokens.length - 1];
}

/**
 * What holds the member that a pointer names, copied on the way where it is not this patch's own.
 *
 * @param {Container} root
 * @param {string[]} tokens
 * @param {WeakSet<object>} own
 */
function reach(root, tokens, own) {
  let node = root;
  for (const token of tokens.slice(0, -1)) {
    let child = read(node, token);
    if (typeof child !== "object" || child === null) {
      throw new RangeError(`${token} holds nothing`);
    }
    if (!own.has(child)) {
      child = Array.isArray(child) ? [...child] : { ...child };
      own.add(child);
      write(node, token, child);
    }
    node = child;
  }
  return node;
}

/**
 * @param {Container} node
 * @param {string} token
 */
function read(node, token) {
  return node[existing(node, token)];
}

/**
 * The key of a member that is there.
 *
 * @param {Container} node
 * @param {string} token
 */
function existing(node, token) {
  const there = Array.isArray(node) ? index(token) < node.length : Object.hasOwn(node, token);
  if (!there) {
    throw new RangeError(`there is no ${token}`);
  }
  return token;
}

/** @param {string} token */
function index(token) {
  if (!/^(0|[1-9]\d*)$/.test(token)) {
    throw new RangeError(`not an index: ${token}`);
  }
  return Number(token);
}

/**
 * @param {Container} node
 * @param {string} token
 * @param {unknown} value
 */
function insert(node, token, value) {
  requireValue(value);
  if (!Array.isArray(node)) {
    define(node, token, value);
    return;
  }
  const at = token === "-" ? node.length : index(token);
  if (at > node.length) {
    throw new RangeError(`${token} is past the end`);
  }
  node.splice(at, 0, value);
}

/**
 * @param {Container} node
 * @param {string} token
 */
function take(node, token) {
  const value = read(node, token);
  if (Array.isArray(node)) {
    node.splice(index(token), 1);
  } else {
    delete node[token];
  }
  return value;
}

/**
 * @param {Container} node
 * @param {string} token
 * @param {unknown} value
 */
function write(node, token, value) {
  requireValue(value);
  define(node, existing(node, token), value);
}

/** @param {unknown} value */
function requireValue(value) {
  if (value === undefined) {
    throw new RangeError("there is no value");
  }
}

/**
 * Sets a member, also one whose name, such as `__proto__`, means something else to an assignment.
 *
 * @param {Container} node
 * @param {string} key
 * @param {unknown} value
 */
function define(node, key, value) {
  Object.defineProperty(node, key, { value, writable: true, enumerable: true, configurable: true });
}

/**
 * @param {any} a
 * @param {any} b
 * @returns {boolean}
 */
function isEqual(a, b) {
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) {
    return a === b;
  }
  const keys = Object.keys(a);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && isEqual(a[key], b[key]))
  );
}

// --- helpers --------------------------------------------------------------------------------------

/**
 * Listeners that cannot break one another.
 *
 * @template T
 */
class Listeners {
  /** @type {Set<{ listener: (value: T) => void }>} */
  #listeners = new Set();

  /** @param {(value: T) => void} listener */
  add(listener) {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => void this.#listeners.delete(entry);
  }

  /** @param {T} value */
  call(value) {
    for (const { listener } of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        console.error("Holdfast: a listener failed", error);
      }
    }
  }
}

/**
 * @param {Partial<Environment>} [given]
 * @returns {Environment}
 */
function environment(given = {}) {
  return {
    WebSocket: globalThis.WebSocket,
    storage: "storage" in given ? null : sessionStorageIfAny(),
    locks: globalThis.navigator?.locks ?? null,
    now: () => Date.now(),
    random: () => Math.random(),
    randomName,
    setTimeout: (task, delay) => globalThis.setTimeout(task, delay),
    clearTimeout: (timer) => globalThis.clearTimeout(/** @type {any} */ (timer)),
    ...given,
  };
}

function sessionStorageIfAny() {
  try {
    return globalThis.sessionStorage ?? null;
  } catch {
    return null; // the browser forbids it: a reload will be a new session
  }
}

/** 128 random bits in hexadecimal digits. */
function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {string} url */
function socketUrl(url) {
  const absolute = new URL(url, globalThis.location?.href);
  absolute.protocol = absolute.protocol.replace(/^http/, "ws");
  return absolute.href;
}

/**
 * @param {ModuleName} name
 * @returns {ModuleName}
 */
function checkName(name) {
  const { module, id } = typeof name === "string" ? { module: name, id: undefined } : (name ?? {});
  if (typeof module !== "string" || !module || (id !== undefined && typeof id !== "string")) {
    throw new TypeError(`A module is named by text, with an id where it has one, got ${JSON.stringify(name)}`);
  }
  return name;
}

/**
 * @param {string} module
 * @param {string | undefined} id
 */
function moduleKey(module, id) {
  return JSON.stringify([module, id]);
}
