package dev.holdfast.benchmarks;

/** What is lost of the actions that a peer has acknowledged. */
enum Loss {
  NOTHING("nothing", "nothing"),
  WINDOW("at most the last second and one commit", "the same"),
  QUEUE("what its queue holds, up to 1,024 changes", "the same"),
  UNFORCED("nothing", "what the system has not written by itself yet: it forces nothing to disk"),
  EVERYTHING("everything: it saves nothing", "everything");

  private final String kill;
  private final String power;

  Loss(String kill, String power) {
    this.kill = kill;
    this.power = power;
  }

  /** When the process is killed with {@code kill -9}. */
  String whenKilled() {
    return kill;
  }

  /** When the power fails. */
  String whenPowerFails() {
    return power;
  }

  /** Whether a kill may cost an acknowledged action. */
  boolean isPossible() {
    return this != NOTHING && this != UNFORCED;
  }
}
