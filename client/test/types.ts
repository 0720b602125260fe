// Programs that the types must let through, and some that they must not. It is compiled, never run.
import { connect, HoldfastError, type Module, type Status } from "../holdfast.js";

interface Counter {
  count: number;
}

const app = connect("/ws", { modules: ["Chat", { module: "Room", id: "r-7" }], props: { platform: "web" } });
const counter: Module<Counter> = app.module<Counter>("Counter");
const room = app.module<{ open: boolean }>("Room", "r-7");
const stop: () => void = counter.subscribe((state) => console.log(state.count.toFixed()));
const status: Status = app.status;

await counter.dispatch("increment", { by: 2 });
await room.dispatch("close").catch((error: unknown) => {
  if (error instanceof HoldfastError && !error.sent) {
    console.log(error.code, status);
  }
});
for (const action of await app.restored) {
  action.result.then(() => console.log(action.module, action.payload));
}
stop();
app.onStatus((now) => now === "kicked" && app.close());
connect({ url: "https://example.com/ws", name: "second" }).onUnacknowledged((count) => count.toFixed());

// @ts-expect-error the state may not be there yet
counter.state.count;
// @ts-expect-error a module is named by text
app.module(7);
// @ts-expect-error there is no such status
const wrong: Status = "online";
void wrong;
