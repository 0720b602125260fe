package dev.holdfast.benchmarks;

import dev.holdfast.Holdfast;
import dev.holdfast.KeyStrategy;
import dev.holdfast.StateModule;
import dev.holdfast.StateRef;
import dev.holdfast.save.SavePolicy;
import dev.holdfast.store.StateStore;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Actions on the engine, in process. */
final class HoldfastActions extends Callers {

  private static final String PROGRAM = Long.toString(ProcessHandle.current().pid(), 36);

  private final BatchSizes store;
  private final Holdfast app;
  private final List<StateRef<Profile>> refs;

  /** The last number of each caller's ids; null for actions without one. */
  private final long @Nullable [] sent;

  private HoldfastActions(
      StateStore store,
      int bytes,
      int callers,
      int states,
      SavePolicy policy,
      boolean withIds,
      boolean timed) {
    super(callers, states, timed);
    this.store = new BatchSizes(store);
    this.sent = withIds ? new long[callers] : null;
    StateModule<Profile> module =
        StateModule.define("Profile", Profile.sized(bytes))
            .persist(KeyStrategy.byId(), p -> p.save(policy))
            .reduce("visit", Profile::visited)
            .build();
    this.app = Holdfast.builder(this.store).modules(module).maxDirtyBytes(4L << 30).open();
    this.refs = IntStream.range(0, states).mapToObj(i -> app.ref(module, Profile.id(i))).toList();
  }

  /** Acknowledged when durable, with ids, so that each is applied once. */
  static HoldfastActions committed(StateStore store, int bytes, int callers, int states) {
    return new HoldfastActions(store, bytes, callers, states, SavePolicy.committed(), true, true);
  }

  /** Acknowledged at once, saved later. */
  static HoldfastActions behind(
      StateStore store, int bytes, int callers, int states, SavePolicy policy) {
    return new HoldfastActions(store, bytes, callers, states, policy, false, false);
  }

  /** The same, each action timed. */
  static HoldfastActions behindTimed(
      StateStore store, int bytes, int callers, int states, SavePolicy policy) {
    return new HoldfastActions(store, bytes, callers, states, policy, false, true);
  }

  /** Brings all instances into memory, in the order of their ids. */
  void touchAll() {
    refs.forEach(StateRef::state);
  }

  @Override
  void act(int caller, int state) {
    StateRef<Profile> ref = refs.get(state);
    if (sent == null) {
      ref.dispatch("visit");
    } else {
      // A process is a program start: its ids are not those of the one before.
      ref.withActionId(PROGRAM + "-" + caller + "." + ++sent[caller]).dispatch("visit");
    }
  }

  @Override
  long stored() {
    return refs.stream().mapToLong(ref -> ref.state().visits()).sum();
  }

  @Override
  public double run(long nanos) throws Exception {
    store.clear();
    return super.run(nanos);
  }

  @Override
  public double[] answer(Question question) throws Exception {
    return question == Question.BATCHES ? store.sizes() : super.answer(question);
  }

  @Override
  public void close() {
    app.close();
  }
}
