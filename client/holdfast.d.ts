/**
 * - `connecting`: the first connection is being made, or one that is about more modules;
 * - `live`: connected, states arrive;
 * - `offline`: the connection is lost; the client keeps trying and keeps your actions;
 * - `kicked`: the session is used by another connection now, and this one has ended for good. A reload of the page
 *   takes the session back;
 * - `closed`: {@link Connection.close} was called.
 */
export type Status = "connecting" | "live" | "offline" | "kicked" | "closed";

/** A module's name, or one instance of a module whose instances have ids. */
export type ModuleName = string | { readonly module: string; readonly id: string };

export interface Options {
  /** Where the server is; relative to the page, http and https stand for ws and wss. Default: `/ws`. */
  url?: string;
  /** Modules to receive from the start. Others join with {@link Connection.module}. Default: none. */
  modules?: ReadonlyArray<ModuleName>;
  /** Tells the connections of a page apart that go to the same URL: each name has a session of its own. Default: "". */
  name?: string;
  /**
   * Where the session's token is.
   *
   * - `tab`, the default: in this tab's storage. Each tab has a session of its own.
   * - `cookie`: in a cookie of the server (`sessionCookies(true)` there), which no script can read. All windows of a
   *   browser share the session, and none says a token itself.
   */
  session?: "tab" | "cookie";
  /** What the server is told about this client. It is not trusted there. */
  props?: Record<string, unknown>;
  /** Replaces parts of the browser: for tests, and for programs outside a browser. */
  environment?: Partial<Environment>;
}

/** What the client takes from its surroundings. */
export interface Environment {
  /** Default: the global one. */
  WebSocket: new (url: string) => WebSocket;
  /** What outlives a reload. Default: `sessionStorage`; null keeps everything in memory. */
  storage: Storage | null;
  /** Tells a duplicated tab from a reloaded one. Default: `navigator.locks`; null takes every page for a reloaded one. */
  locks: Pick<LockManager, "request"> | null;
  /** Milliseconds since 1970. */
  now: () => number;
  /** From 0 to 1, for back-offs. */
  random: () => number;
  /** A name that nobody else has: at least 100 random bits, at most 50 characters, no dot at its end. */
  randomName: () => string;
  setTimeout: (task: () => void, delay: number) => unknown;
  clearTimeout: (timer: unknown) => void;
}

/**
 * Opens a connection. It begins to connect at once and does not wait.
 *
 * @throws TypeError if the URL is none, or a module has no name
 * @throws Error if this page has a connection of this name to this URL already, and it is not closed
 */
export function connect(url?: string, options?: Options): Connection;
export function connect(options: Options): Connection;

/** One WebSocket for all modules, made anew when it is lost. */
export interface Connection {
  /**
   * The handle on a module. One that this connection is not about yet joins it: name those that are needed at once in
   * one go, or in {@link Options.modules}, as joining a live connection makes a new one.
   *
   * @param name the module's name; one that the server does not have is reported to {@link onError}
   * @param id the instance, where the module's instances have ids
   */
  module<S = any>(name: string, id?: string): Module<S>;

  readonly status: Status;

  /** How many actions are not acknowledged yet. */
  readonly unacknowledged: number;

  /** The actions that an earlier load of this page left unacknowledged, in order. They are sent by themselves. */
  readonly restored: Promise<ReadonlyArray<RestoredAction>>;

  /** Calls the listener with each new status, not with the one at hand. Returns what ends that. */
  onStatus(listener: (status: Status) => void): () => void;

  /** Calls the listener whenever the number of unacknowledged actions has changed. Returns what ends that. */
  onUnacknowledged(listener: (count: number) => void): () => void;

  /**
   * Calls the listener when the server reports an error that belongs to none of this page load's actions. Such errors
   * also go to the console as warnings. Returns what ends that.
   */
  onError(listener: (problem: Problem) => void): () => void;

  /** Ends the connection for good. Unacknowledged actions reject with the code `closed`. The session stays. */
  close(): void;
}

/** One module's newest state, and the way to act on it. */
export interface Module<S = any> {
  readonly name: string;
  /** The instance, where the module's instances have ids. */
  readonly id: string | undefined;

  /**
   * The newest state received; undefined before the first. Read it only. A new state shares with the one before it what
   * has not changed.
   */
  readonly state: S | undefined;

  /** Calls the listener with each state received from now on. Returns what ends that. */
  subscribe(listener: (state: S) => void): () => void;

  /**
   * Sends an action, now or as soon as there is a connection. Actions are sent in the order of their dispatch, and each
   * is applied once, however often it has to be sent; also after a reload of the page, which only forgets the promise.
   *
   * @param action its name
   * @param payload anything that JSON can say; it is copied now
   * @returns resolves when the server has acknowledged the action, that is, unless the module is write-behind, when the
   *   change is on disk; the state is received before. Rejects with a {@link HoldfastError}
   */
  dispatch(action: string, payload?: unknown): Promise<void>;
}

/** An action of an earlier load of this page. */
export interface RestoredAction {
  readonly module: string;
  readonly instance?: string;
  readonly action: string;
  readonly payload?: unknown;
  /** As {@link Module.dispatch} says. A rejection is reported to {@link Connection.onError} as well. */
  readonly result: Promise<void>;
}

/** What the server, or an action that nobody waits for, says went wrong. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly module?: string;
  readonly instance?: string;
  readonly action?: string;
}

/**
 * Why an action was not acknowledged. `code` is the server's word (`action-failed`, `unknown-action`, `overloaded`, ...)
 * or one of the client's own:
 *
 * - `queue-full`: 1,000 actions, or 4 MiB of them, wait already;
 * - `too-large`: it has more than 1 MiB, or more than the server takes;
 * - `session-lost`: the session ended before;
 * - `outcome-unknown`: it was sent, and the connection was lost for longer than the server remembers ids (9 of its 10
 *   minutes). The server has this code, too, for a commit that did not end in time;
 * - `kicked`, `closed`: the connection ended for good.
 */
export class HoldfastError extends Error {
  constructor(code: string, message: string, sent?: boolean);
  readonly code: string;
  /** Whether it was sent: if not, it is certainly not applied. What the server refused, it says, is not applied either. */
  readonly sent: boolean;
}
