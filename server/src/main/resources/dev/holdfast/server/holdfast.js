/*
 * Holdfast's browser client: one ES module, no dependencies.
 *
 *   import { connect } from "/holdfast.js";
 *
 *   const app = connect({ modules: ["Counter", "Chat"] });
 *   const counter = app.module("Counter");
 *   counter.subscribe((state) => console.log(state.count));
 *   await counter.dispatch("increment", { by: 2 }); // resolves once the server has it on disk
 *
 * What it promises
 *  - One WebSocket carries all modules. When it is lost, the client comes back by itself, resumes
 *    its session and receives the newest states.
 *  - Every action carries an id, and an unanswered action is sent again with the same id after a
 *    reconnect: the server applies it exactly once, also when it was killed in between.
 *  - The session belongs to the tab: a reload resumes it, a second window is another session. Its
 *    token lives in sessionStorage and travels in the first message only, never in a URL.
 *
 * Unanswered actions live in memory: a reload of the page forgets them. Those that the server
 * already had are applied all the same; only their promises are gone.
 */

/** First back-off in milliseconds; it doubles with each attempt that fails. */
const BACKOFF_FIRST = 250;
/** Longest back-off in milliseconds. */
const BACKOFF_LONGEST = 10_000;
/** A connection that was live for this long (ms) starts the back-off anew when it ends. */
const SETTLED_AFTER = 5_000;
/** How long (ms) after a state could not be loaded it is asked for again. */
const LOOK_AGAIN_AFTER = 3_000;
/** How long (ms) a connection may take from its opening to the session's acknowledgement. */
const HANDSHAKE_TIMEOUT = 10_000;
/** How long (ms) sent actions may wait without a word from the server: its own limit is 30 s. */
const SILENCE_TIMEOUT = 45_000;
/** The server remembers the outcomes of this many numbers of a client: never send further ahead. */
const WINDOW = 64;
/** How many actions may be unanswered, waiting ones included; past it, dispatch rejects. */
const QUEUE_LIMIT = 1_000;
/** The server's limit for one message, in bytes of UTF-8. */
const MESSAGE_LIMIT = 1_048_576;

/**
 * Why an action was not acknowledged.
 *
 * `code` is the server's word ("action-failed", "unknown-action", "overloaded", ...) or one of the
 * client's own:
 *  - "queue-full", "too-large", "closed": the action was never sent;
 *  - "session-lost", "kicked", "closed" with `sent`: it was sent, and may or may not be applied.
 */
export class HoldfastError extends Error {
  constructor(code, message, sent = false) {
    super(message);
    this.name = "HoldfastError";
    this.code = code;
    this.sent = sent;
  }
}

/**
 * Opens a connection; it begins to connect at once and does not wait.
 *
 * @param {string | object} urlOrOptions the URL, or the options with a `url` among them. The URL
 *   may be relative to the page; by default it is `/ws` on the page's host
 * @param {object} [options] with a URL as first argument
 * @param {string[]} options.modules the names of the modules to receive; at least one
 * @returns {Connection}
 * @throws {TypeError} if no module is named
 */
export function connect(urlOrOptions, options = {}) {
  const given = typeof urlOrOptions === "string" ? { ...options, url: urlOrOptions } : urlOrOptions;
  const names = given?.modules;
  if (!Array.isArray(names) || names.length === 0 || names.some((n) => typeof n !== "string" || !n)) {
    throw new TypeError('connect needs the names of the modules, as in { modules: ["Counter"] }');
  }
  return new Connection(socketUrl(given.url ?? "/ws"), [...new Set(names)]);
}

/** One connection: modules, a status, and an end. Made by {@link connect}. */
class Connection {
  #url;
  #modules;
  #token;
  #status = "connecting";
  #statusListeners = new Listeners();
  #errorListeners = new Listeners();
  #outbox = new Outbox();

  /** The socket in use or being opened; events of any other are stale. */
  #socket = null;
  /** When the session was acknowledged on this socket, or null before that. */
  #liveSince = null;
  #openedAt = 0;
  #heardAt = 0;
  #attempt = 0;
  #retryTimer;
  #watchTimer;
  #lookTimer;
  #wake = () => this.#connectNow();
  #wakeWhenShown = () => globalThis.document?.visibilityState === "visible" && this.#connectNow();

  constructor(url, names) {
    this.#url = url;
    this.#token = new TokenStore(`holdfast:${url}`);
    this.#modules = new Map(
      names.map((name) => [name, new Module(name, (action, payload) => this.#dispatch(name, action, payload))]),
    );
    globalThis.addEventListener?.("online", this.#wake);
    globalThis.document?.addEventListener("visibilitychange", this.#wakeWhenShown);
    this.#open();
  }

  /**
   * The handle on a module: `{ name, state, subscribe, dispatch }`.
   *
   * @throws {RangeError} if the name was not among the options
   */
  module(name) {
    const found = this.#modules.get(name);
    if (!found) {
      const known = [...this.#modules.keys()].join(", ");
      throw new RangeError(`Module "${name}" is not connected; connected are ${known}`);
    }
    return found;
  }

  /**
   * - "connecting": the first connection is being made;
   * - "live": connected, states arrive;
   * - "offline": the connection is lost; the client keeps trying and keeps your actions;
   * - "kicked": the session is used by another connection now, and this one has ended for good. A
   *   reload of the page takes the session back.
   *
   * After {@link close} it is "offline".
   */
  get status() {
    return this.#status;
  }

  /** How many actions are not acknowledged yet. */
  get unacknowledged() {
    return this.#outbox.size;
  }

  /**
   * Calls the listener with each new status, not with the one at hand.
   *
   * @returns {() => void} ends it
   */
  onStatus(listener) {
    return this.#statusListeners.add(listener);
  }

  /**
   * Calls the listener with `{ code, message, module, action }` when the server reports an error
   * that belongs to no action with an id. Such errors also go to the console as warnings.
   *
   * @returns {() => void} ends it
   */
  onError(listener) {
    return this.#errorListeners.add(listener);
  }

  /** Ends the connection for good. Unanswered actions reject with the code "closed". */
  close() {
    this.#end("offline", "closed", "The connection was closed");
  }

  get #ended() {
    return this.#outbox.isClosed;
  }

  // --- connecting -------------------------------------------------------------------------------

  #open() {
    clearTimeout(this.#retryTimer);
    this.#retryTimer = undefined;
    const socket = new WebSocket(this.#url);
    this.#socket = socket;
    this.#liveSince = null;
    this.#openedAt = this.#heardAt = performance.now();
    socket.onopen = () => socket === this.#socket && this.#greet();
    socket.onmessage = (event) => socket === this.#socket && this.#receive(event.data);
    socket.onclose = (event) => socket === this.#socket && this.#lost(event.code);
    this.#watchTimer = setInterval(() => this.#watch(), 5_000);
  }

  #greet() {
    const hello = { type: "hello", modules: [...this.#modules.keys()] };
    const token = this.#token.get();
    if (token) {
      hello.sessionId = token;
    }
    this.#transmit(JSON.stringify(hello));
    this.#transmit('{"type":"subscribeState"}');
  }

  #lost(closeCode) {
    const socket = this.#socket;
    this.#socket = null;
    clearInterval(this.#watchTimer);
    clearTimeout(this.#lookTimer);
    socket?.close();
    if (this.#ended) {
      return;
    }
    if (this.#liveSince !== null && performance.now() - this.#liveSince >= SETTLED_AFTER) {
      this.#attempt = 0;
    }
    this.#liveSince = null;
    this.#outbox.disconnected(closeCode);
    // Full jitter: after a restart of the server its clients come back spread out, not at once.
    const ceiling = Math.min(BACKOFF_LONGEST, BACKOFF_FIRST * 2 ** this.#attempt++);
    this.#retryTimer = setTimeout(() => this.#open(), Math.random() * ceiling);
    this.#setStatus("offline"); // last, as a listener may close the connection
  }

  /** The network is back, or the page is looked at again: no reason to wait any longer. */
  #connectNow() {
    if (this.#retryTimer !== undefined && !this.#ended) {
      this.#open();
    }
  }

  /** A dead peer sends no close: give a silent connection up, rather than wait for TCP to do so. */
  #watch() {
    const now = performance.now();
    const handshakeHangs = this.#liveSince === null && now - this.#openedAt > HANDSHAKE_TIMEOUT;
    const since = Math.max(this.#heardAt, this.#outbox.sentAt);
    if (handshakeHangs || (this.#outbox.isWaiting && now - since > SILENCE_TIMEOUT)) {
      this.#lost(1006);
    }
  }

  #end(status, code, message) {
    if (this.#ended) {
      return;
    }
    this.#outbox.close(code, message);
    globalThis.removeEventListener?.("online", this.#wake);
    globalThis.document?.removeEventListener("visibilitychange", this.#wakeWhenShown);
    clearTimeout(this.#retryTimer);
    clearInterval(this.#watchTimer);
    clearTimeout(this.#lookTimer);
    const socket = this.#socket;
    this.#socket = null;
    socket?.close(1000);
    this.#setStatus(status);
  }

  #setStatus(status) {
    if (status !== this.#status) {
      this.#status = status;
      this.#statusListeners.call(status);
    }
  }

  // --- messages ---------------------------------------------------------------------------------

  #receive(data) {
    this.#heardAt = performance.now();
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
        return this.#modules.get(message.module)?.receive(message.state);
      case "actionResult":
        this.#outbox.answered(message);
        return this.#pump();
      case "sessionRotated":
        return this.#token.set(message.sessionId);
      case "sessionExpired":
        return this.#expired(message.reason);
      case "error":
        return this.#failed(message);
      default: // of a newer server
    }
  }

  #acknowledged({ sessionId, isNew }) {
    this.#token.set(sessionId);
    if (isNew) {
      // Ids belong to their session: under another one, what was sent before could apply twice.
      this.#outbox.rejectSent(
        "session-lost",
        "The session ended before the action was acknowledged; it may or may not have been applied",
      );
    }
    this.#liveSince = performance.now();
    this.#setStatus("live");
    this.#pump();
  }

  #expired(reason) {
    if (reason === "kicked") {
      this.#end("kicked", "kicked", "The session is used by another connection");
    } else {
      this.#token.set(null);
      this.#lost(1000);
    }
  }

  #failed({ code, message, module, action }) {
    if (code === "load-failed" && this.#liveSince !== null && this.#socket) {
      this.#lookAgain();
    }
    const where = [module, action].filter(Boolean).join(".");
    console.warn(`Holdfast: ${where ? `${where}: ` : ""}${message} (${code})`);
    this.#errorListeners.call({ code, message, module, action });
  }

  /** A state that could not be loaded is shown once the store is back, if it is asked for again. */
  #lookAgain() {
    clearTimeout(this.#lookTimer);
    this.#lookTimer = setTimeout(() => this.#transmit('{"type":"subscribeState"}'), LOOK_AGAIN_AFTER);
  }

  // --- actions ----------------------------------------------------------------------------------

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

  #transmit(frame) {
    // A socket that is closing drops what it is given; its close event will have it sent again.
    if (this.#socket.readyState === WebSocket.OPEN) {
      this.#socket.send(frame);
    }
  }
}

/** One module's newest state, and the way to act on it. */
class Module {
  #listeners = new Listeners();
  #dispatch;
  #state;

  constructor(name, dispatch) {
    this.name = name;
    this.#dispatch = dispatch;
  }

  /** The newest state received; undefined before the first. Treat it as read-only. */
  get state() {
    return this.#state;
  }

  /**
   * Calls the listener with each state received from now on.
   *
   * @returns {() => void} ends it
   */
  subscribe(listener) {
    return this.#listeners.add(listener);
  }

  /**
   * Sends an action, now or as soon as there is a connection. Actions are sent in the order of
   * their dispatch, and each is applied once, however often it has to be sent.
   *
   * @param {string} action
   * @param {unknown} [payload] anything that JSON can say; it is copied now
   * @returns {Promise<void>} resolves when the server has acknowledged the action, that is (unless
   *   the module is write-behind) when the change is on disk; rejects with a {@link HoldfastError}
   */
  dispatch(action, payload) {
    return this.#dispatch(action, payload);
  }

  /** For the connection. */
  receive(state) {
    this.#state = state;
    this.#listeners.call(state);
  }
}

/**
 * The actions that are not acknowledged yet, in their order.
 *
 * Ids are `client.n`: a random name for this load of the page, and a number that rises by one. The
 * server remembers the outcomes of a client's last 64 numbers, so no number is sent while one 64
 * below it is unanswered: otherwise the older one, sent again, could not be recognised any more.
 */
class Outbox {
  #client = randomName();
  #last = 0;
  #entries = [];
  #closed = null;

  /** When something was last sent, on the clock of `performance`. */
  sentAt = 0;

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

  add(module, action, payload) {
    return new Promise((resolve, reject) => {
      if (this.#closed) {
        throw this.#closed;
      }
      if (this.#entries.length >= QUEUE_LIMIT) {
        throw new HoldfastError("queue-full", `${QUEUE_LIMIT} actions wait for an answer already`);
      }
      const n = this.#last + 1;
      const id = `${this.#client}.${n}`;
      const frame = JSON.stringify({ type: "dispatchAction", module, action, payload, id });
      const bytes = new TextEncoder().encode(frame).length;
      if (bytes > MESSAGE_LIMIT) {
        throw new HoldfastError("too-large", `${module}.${action} has ${bytes} bytes; at most ${MESSAGE_LIMIT}`);
      }
      this.#last = n;
      this.#entries.push({ n, id, frame, bytes, resolve, reject, sent: false, onWire: false });
    });
  }

  /** Sends what the window allows and is not on its way. */
  send(transmit) {
    const end = (this.#entries[0]?.n ?? 0) + WINDOW;
    for (const entry of this.#entries) {
      if (entry.n >= end) {
        break;
      }
      if (!entry.onWire) {
        entry.sent = entry.onWire = true;
        this.sentAt = performance.now();
        transmit(entry.frame);
      }
    }
  }

  answered({ id, ok, error }) {
    const at = this.#entries.findIndex((entry) => entry.id === id);
    if (at < 0) {
      return;
    }
    const [entry] = this.#entries.splice(at, 1);
    if (ok) {
      entry.resolve();
    } else {
      entry.reject(new HoldfastError(error?.code ?? "error", error?.message ?? "The action failed", true));
    }
  }

  disconnected(closeCode) {
    if (closeCode === 1009) {
      this.#rejectLargest();
    }
    for (const entry of this.#entries) {
      entry.onWire = false;
    }
  }

  rejectSent(code, message) {
    this.#rejectAll((entry) => entry.sent, code, message);
  }

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

  #rejectAll(which, code, message) {
    const rejected = this.#entries.filter(which);
    this.#entries = this.#entries.filter((entry) => !rejected.includes(entry));
    for (const entry of rejected) {
      entry.reject(new HoldfastError(code, message, entry.sent));
    }
  }
}

/** Keeps the session's token for this tab; in memory where the browser forbids storage. */
class TokenStore {
  #key;
  #value = null;

  constructor(key) {
    this.#key = key;
    try {
      this.#value = sessionStorage.getItem(key);
    } catch {
      // Storage is switched off: a reload will be a new session.
    }
  }

  get() {
    return this.#value;
  }

  set(value) {
    this.#value = value;
    try {
      if (value === null) {
        sessionStorage.removeItem(this.#key);
      } else {
        sessionStorage.setItem(this.#key, value);
      }
    } catch {
      // As above.
    }
  }
}

/** Listeners that cannot break one another. */
class Listeners {
  #listeners = new Set();

  add(listener) {
    const entry = { listener };
    this.#listeners.add(entry);
    return () => this.#listeners.delete(entry);
  }

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

/** 128 random bits in hexadecimal digits. */
function randomName() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

function socketUrl(url) {
  const absolute = new URL(url, globalThis.location?.href);
  absolute.protocol = absolute.protocol.replace(/^http/, "ws");
  return absolute.href;
}
