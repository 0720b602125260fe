package dev.holdfast.model;

/** One thing that happens in a world. Whoever is meant and is not there makes it nothing. */
sealed interface Command {

  /** How many times something is chosen to go on after it; -1 until nothing can. */
  int pump();

  /** A client connects to a runtime, with its token if it has one. */
  record Connect(int client, int slot, int pump) implements Command {}

  /** A client's connection breaks. */
  record Disconnect(int client, int pump) implements Command {}

  /** A client's page is loaded anew: what was not answered is never sent again. */
  record Reload(int client, int pump) implements Command {}

  /** A client sends an action. */
  record Act(int client, String module, String action, int arg, int pump) implements Command {}

  /** A client logs in. */
  record Login(int client, int user, int pump) implements Command {}

  /** A client logs out. */
  record Logout(int client, int pump) implements Command {}

  /** A client, a guest so far, logs in where its state comes along. */
  record Adopt(int client, int user, int pump) implements Command {}

  /** A client logs out there. */
  record Part(int client, int pump) implements Command {}

  /** A client comes to a hall, or leaves it. */
  record Visit(int client, int hall, int pump) implements Command {}

  /** A client asks for a module's state. */
  record Look(int client, String module, int arg, int pump) implements Command {}

  /** A client sends again all that was not answered. */
  record Resend(int client, int pump) implements Command {}

  /** A runtime's process dies, and another one may start. */
  record Crash(int slot, boolean restart, int pump) implements Command {}

  /** A runtime starts where none runs. */
  record Start(int slot, int pump) implements Command {}

  /** A runtime is closed in peace, and another one starts. */
  record Close(int slot, int pump) implements Command {}

  /** A runtime is closed, whatever is wrong; another one may start later. */
  record Shut(int slot, int pump) implements Command {}

  /** All processes die, a record is damaged, and they start again. */
  record Damage(String module, int arg, int pump) implements Command {}

  /** What was damaged is as it was before. */
  record Mend(int pump) implements Command {}

  /** A record is erased. */
  record Erase(int slot, String module, int arg, int pump) implements Command {}

  /** What can be wrong with a runtime's store. */
  enum Fault {
    FAIL_LOADS,
    FAIL_WRITES,
    HANG_LOADS,
    HANG_WRITES,
    RELEASE,
    LOSE_REPLIES,
    REJECT,
    SLOW,
    HEAL
  }

  /** A runtime's store begins to go wrong. */
  record Break(int slot, Fault fault, int arg, int pump) implements Command {}

  /** A write that was on its way when its process died lands. */
  record Ghost(int pump) implements Command {}

  /** Time passes. */
  record Wait(long millis, int pump) implements Command {}

  /** Time passes with all that is wrong, until everything is answered nevertheless. */
  record Endure(int pump) implements Command {}

  /** All goes well for a while, until everything is answered. */
  record Settle(int pump) implements Command {}
}
