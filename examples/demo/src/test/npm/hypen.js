// Drives unmodified RemoteEngines of @hypen-space/core as a test says, one JSON line a command, and tells what they tell.
import { createInterface } from "node:readline";
import { RemoteEngine } from "@hypen-space/core/remote";
import WebSocket from "ws";

globalThis.WebSocket = WebSocket;

const engines = new Map();

function tell(name, event, more) {
  process.stdout.write(JSON.stringify({ name, event, ...more }) + "\n");
}

/** An engine that tells all; it comes back by itself, if it may. */
function engine(name, { url, session, back }) {
  const made = new RemoteEngine(url, {
    autoReconnect: back,
    reconnectInterval: 50,
    maxReconnectAttempts: 1_000,
    session,
  });
  made.onSessionEstablished((info) => {
    tell(name, "session", info);
    made.subscribeState();
  });
  made.onSessionExpired((reason) => tell(name, "expired", { reason }));
  made.onStateUpdate((state) => tell(name, "state", { state }));
  made.onConnect(() => tell(name, "connected"));
  made.onDisconnect(() => tell(name, "gone"));
  made.onError((error) => tell(name, "error", { message: error.message }));
  engines.set(name, made);
  return made.connect();
}

/** Many clients at once: each counts to `actions`, and the first `talkers` say as much under the same session. */
async function load({ url, clients, actions, talkers }) {
  const counts = await Promise.all(
    Array.from({ length: clients }, async (_, i) => {
      const counter = await quiet(`${url}/Counter`);
      const told = [count(counter, actions)];
      if (i < talkers) {
        const chat = await quiet(`${url}/Chat`, counter.getSessionId());
        told.push(talk(chat, i, actions));
      }
      return (await Promise.all(told))[0];
    }),
  );
  tell("load", "done", { counts });
}

/** An engine whose first state is there. */
async function quiet(url, id) {
  const made = new RemoteEngine(url, { autoReconnect: false, session: { id } });
  const shown = new Promise((resolve) => made.onStateUpdate(resolve));
  made.onSessionEstablished(() => made.subscribeState());
  const result = await made.connect();
  if (!result.ok) {
    throw result.error;
  }
  await shown;
  return made;
}

async function count(counter, actions) {
  const done = new Promise((resolve) => counter.onStateUpdate((state) => state.count >= actions && resolve(state.count)));
  for (let i = 0; i < actions; i++) {
    counter.dispatchAction("increment");
  }
  return done;
}

async function talk(chat, i, actions) {
  const last = `${i}:${actions - 1}`;
  const done = new Promise((resolve) =>
    chat.onStateUpdate(({ messages }) => messages.some(({ text }) => text === last) && resolve()),
  );
  for (let n = 0; n < actions; n++) {
    chat.dispatchAction("say", { from: `client ${i}`, text: `${i}:${n}` });
  }
  return done;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { name, ask, ...more } = JSON.parse(line);
  const asked = engines.get(name);
  switch (ask) {
    case "connect":
      engine(name, more);
      break;
    case "dispatch":
      asked.dispatchAction(more.action, more.payload);
      break;
    case "overwrite":
      asked.updateState(more.state);
      break;
    case "raw":
      asked.ws.send(more.text);
      break;
    case "binary":
      asked.ws.send(Buffer.from([1, 2, 3]));
      break;
    case "disconnect":
      asked.disconnect();
      break;
    case "load":
      load(more).catch((error) => tell("load", "failed", { message: String(error) }));
      break;
  }
}
process.exit(0);
