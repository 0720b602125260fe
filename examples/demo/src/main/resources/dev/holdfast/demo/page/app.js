import { connect } from "/holdfast.js";

/** How many of the chat's messages are in the page. */
const MESSAGES_SHOWN = 100;
/** How many lines a ledger shows. */
const LEDGER_LINES = 4;
/** How long (ms) announcements for screen readers are gathered. */
const ANNOUNCE_AFTER = 600;

const app = connect("/ws", { modules: ["Counter", "Chat", "Todos"] });
const $ = (id) => document.getElementById(id);

// --- acting: every click is "saving…" until the server has it on disk, then "safe" --------------

/** What each action is called in a ledger. */
const LABELS = {
  increment: (payload) => `+${payload?.by ?? 1}`,
  say: ({ text }) => `“${text}”`,
  login: ({ name }) => `log in as ${name}`,
  logout: () => "log out",
  add: ({ title }) => `add: ${title}`,
  toggle: ({ index }) => `tick: ${app.module("Todos").state?.todos[index]?.title ?? "a to-do"}`,
};

/** A panel's latest actions, and what became of them. What is still on its way is never left out. */
class Ledger {
  #element;
  #entries = [];

  constructor(panel) {
    this.#element = $(panel).querySelector(".ledger");
  }

  /** Dispatches; resolves to whether the action was acknowledged. */
  track(module, action, payload) {
    return this.follow({ module, action, payload, result: app.module(module).dispatch(action, payload) });
  }

  /** Follows an action to its end; resolves to whether it was acknowledged. */
  async follow({ action, payload, result }) {
    const label = LABELS[action](payload);
    const entry = { label, is: "saving", note: "saving…" };
    const begunAt = performance.now();
    this.#entries.push(entry);
    this.#render();
    try {
      await result;
      const took = duration(performance.now() - begunAt);
      Object.assign(entry, { is: "safe", note: `safe, ${took}` });
      $("commit").textContent = took;
      announce("Saved");
    } catch (error) {
      Object.assign(entry, { is: "refused", note: error.message });
      outage.refused();
      announce(`${label} failed: ${error.message}`);
    }
    this.#render();
    return entry.is === "safe";
  }

  #render = eachFrame(() => {
    const saving = this.#entries.filter((entry) => entry.is === "saving");
    const settled = this.#entries.filter((entry) => entry.is !== "saving").slice(-LEDGER_LINES);
    this.#entries = this.#entries.filter((entry) => entry.is === "saving" || settled.includes(entry));
    const lines = this.#entries.slice(-LEDGER_LINES);
    const unseen = saving.filter((entry) => !lines.includes(entry)).length;
    if (unseen > 0) {
      lines[0] = { label: `and ${unseen + (lines[0].is === "saving" ? 1 : 0)} more`, is: "saving", note: "saving…" };
    }
    this.#element.replaceChildren(...lines.reverse().map(ledgerLine));
  });
}

function ledgerLine({ label, is, note }) {
  const line = document.createElement("p");
  line.dataset.is = is;
  line.title = `${label}: ${note}`;
  line.append(text("span", label), text("span", note));
  return line;
}

// --- counter -------------------------------------------------------------------------------------

const counterLedger = new Ledger("counter");

app.module("Counter").subscribe(
  eachFrame(() => {
    const shown = app.module("Counter").state.count.toLocaleString();
    $("count").textContent = shown;
    $("count").classList.toggle("long", shown.length > 5);
  }),
);

for (const button of document.querySelectorAll("#counter button")) {
  button.addEventListener("click", () => {
    const by = Number(button.dataset.by ?? 1);
    for (let i = Number(button.dataset.times ?? 1); i > 0; i--) {
      counterLedger.track("Counter", "increment", by === 1 ? undefined : { by });
    }
  });
}

// --- chat ----------------------------------------------------------------------------------------

const chatLedger = new Ledger("chat");
/** The number, counted from the first message ever, of the first one after those in the page. */
let renderedTo = 0;

app.module("Chat").subscribe(
  eachFrame(() => {
    const { messages, total } = app.module("Chat").state;
    const list = $("messages");
    const log = $("log");
    const atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 40;
    const fresh = total - renderedTo;
    if (fresh < 0 || fresh > MESSAGES_SHOWN) {
      list.replaceChildren();
    }
    const count = Math.min(messages.length, MESSAGES_SHOWN, fresh < 0 ? total : fresh);
    list.append(...messages.slice(messages.length - count).map(messageItem));
    while (list.childElementCount > MESSAGES_SHOWN) {
      list.firstElementChild.remove();
    }
    renderedTo = total;
    $("total").textContent = total === 1 ? "1 message." : `${total.toLocaleString()} messages.`;
    if (atEnd) {
      log.scrollTop = log.scrollHeight;
    }
  }),
);

function messageItem({ from, text: said }) {
  const item = document.createElement("li");
  item.append(text("b", from), said);
  return item;
}

onSubmit("say", async (form) => {
  const payload = { from: form.from.value.trim(), text: form.text.value.trim() };
  form.text.value = "";
  $("log").scrollTop = $("log").scrollHeight;
  await chatLedger.track("Chat", "say", payload);
});

// --- to-dos --------------------------------------------------------------------------------------

const todosLedger = new Ledger("todos");
/** How many toggles of a row are on their way: what the reader set is not overwritten meanwhile. */
const togglesOf = new Map();

const renderTodos = eachFrame(() => {
  const { user, todos } = app.module("Todos").state;
  const hadFocus = document.activeElement;
  $("login").hidden = user !== null;
  $("account").hidden = user === null;
  $("who").textContent = user === null ? "" : user.name;
  $("empty").hidden = todos.length > 0;
  renderList($("list"), todos);
  keepFocus(hadFocus, user);
});

app.module("Todos").subscribe(renderTodos);

function renderList(list, todos) {
  while (list.childElementCount > todos.length) {
    list.lastElementChild.remove();
  }
  todos.forEach((todo, index) => {
    const item = list.children[index] ?? list.appendChild(todoItem(index));
    const [box, title] = item.firstElementChild.children;
    if (title.textContent !== todo.title) {
      title.textContent = todo.title;
    }
    if (!togglesOf.has(index)) {
      box.checked = todo.done;
    }
  });
}

function todoItem(index) {
  const box = document.createElement("input");
  box.type = "checkbox";
  box.addEventListener("change", () => toggle(index));
  const label = document.createElement("label");
  label.append(box, text("span", ""));
  const item = document.createElement("li");
  item.append(label);
  return item;
}

async function toggle(index) {
  togglesOf.set(index, (togglesOf.get(index) ?? 0) + 1);
  await todosLedger.track("Todos", "toggle", { index });
  const left = togglesOf.get(index) - 1;
  if (left > 0) {
    togglesOf.set(index, left);
  } else {
    togglesOf.delete(index);
  }
  renderTodos();
}

/** Where the form with the focus has gone, the one that replaced it takes over. */
function keepFocus(hadFocus, user) {
  if (hadFocus?.closest("[hidden]") && $("todos").contains(hadFocus)) {
    (user === null ? $("login").elements.name : $("add").elements.title).focus();
  }
}

onSubmit("login", async (form) => {
  const name = form.name.value.trim();
  if (await todosLedger.track("Todos", "login", { id: name.toLowerCase(), name })) {
    form.name.value = "";
    $("say").elements.from.value ||= name;
  }
});

onSubmit("add", async (form) => {
  const title = form.title.value.trim();
  form.title.value = "";
  await todosLedger.track("Todos", "add", { title });
});

$("logout").addEventListener("click", () => todosLedger.track("Todos", "logout"));

// --- connection ----------------------------------------------------------------------------------

const STATUS = {
  connecting: "Connecting…",
  live: "Live",
  offline: "Reconnecting…",
  kicked: "Open elsewhere",
  closed: "Closed",
};

/** What a lost connection or a reload put at risk, and the word that it is safe. */
class Outage {
  #kept = 0;
  #refused = 0;

  /** An action was refused. */
  refused() {
    this.#refused++;
  }

  /** Looks at the connection again. */
  update = () => {
    const waiting = app.unacknowledged;
    if (app.status === "offline") {
      this.#begin(waiting);
    } else if (app.status === "live" && this.#kept > 0 && waiting === 0) {
      this.#end();
    } else if (app.status === "kicked") {
      this.#kept = 0;
    }
  };

  /** So many actions are kept, and on their way as soon as there is one. */
  #begin(waiting) {
    if (this.#kept === 0) {
      this.#refused = 0;
    }
    this.#kept = waiting;
    this.#show("kept", waiting === 0 ? "" : `No connection. ${kept(waiting)} kept here, to be sent again. You can go on.`);
  }

  /** Actions of the page before its reload. */
  inherited(count) {
    this.#kept = count;
    this.update();
  }

  #end() {
    const all = this.#kept === 1 ? "Your action is" : `Your ${this.#kept} actions are`;
    const some = `${Math.max(0, this.#kept - this.#refused)} of your ${this.#kept} actions are`;
    this.#kept = 0;
    this.#show(
      "safe",
      this.#refused === 0
        ? `${all} safe on disk: each applied once, none lost.`
        : `${some} safe on disk. The panels show the others.`,
    );
  }

  #show(is, words) {
    $("outage").dataset.is = is;
    $("outage").hidden = words === "";
    if ($("outage-text").textContent !== words) {
      $("outage-text").textContent = words;
      announce(words);
    }
  }
}

function kept(count) {
  return count === 1 ? "1 action is" : `${count} actions are`;
}

function showStatus(status) {
  $("status").textContent = STATUS[status];
  $("status").dataset.status = status;
  $("notice").hidden = status !== "kicked";
  $("notice-text").textContent = status === "kicked" ? "This session is open in another tab." : "";
}

const outage = new Outage();

app.onStatus(showStatus);
app.onStatus(outage.update);
app.onUnacknowledged(eachFrame(outage.update));
showStatus(app.status);
$("outage-button").addEventListener("click", () => ($("outage").hidden = true));
$("notice-button").addEventListener("click", () => location.reload());

// --- what the page before a reload has left --------------------------------------------------------

const LEDGERS = { Counter: counterLedger, Chat: chatLedger, Todos: todosLedger };

app.restored.then((actions) => {
  outage.inherited(actions.length);
  actions.forEach((action) => LEDGERS[action.module].follow(action));
});

// --- helpers -------------------------------------------------------------------------------------

/** Gathers calls until the next frame: a burst of changes is drawn once. */
function eachFrame(draw) {
  let waiting = false;
  return () => {
    if (!waiting) {
      waiting = true;
      requestAnimationFrame(() => {
        waiting = false;
        draw();
      });
    }
  };
}

/** Calls with the form's fields, once none of the required ones is blank. */
function onSubmit(id, act) {
  $(id).addEventListener("submit", (event) => {
    event.preventDefault();
    const blank = [...event.target.elements].find((field) => field.required && !field.value.trim());
    if (blank) {
      blank.focus();
    } else {
      act(event.target.elements);
    }
  });
}

function text(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

function duration(ms) {
  return ms < 10 ? `${ms.toFixed(1)} ms` : ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`;
}

let announcement;

/** For screen readers: one word for a burst of actions. */
function announce(message) {
  clearTimeout(announcement);
  announcement = setTimeout(() => {
    $("announcer").textContent = "";
    requestAnimationFrame(() => ($("announcer").textContent = message));
  }, ANNOUNCE_AFTER);
}
