package dev.holdfast;

import dev.holdfast.codec.RecordCodec;
import dev.holdfast.store.Revision;
import org.jspecify.annotations.Nullable;

/**
 * What an action that changed the key comes to at the new key (laws K2 to K4).
 *
 * @param from where it ran
 * @param after what it made of the state there
 * @param to the new id, or null for none
 * @param guest whether the session had no id before
 * @param adopted the guest's record that goes with it, if there is one
 * @param homecoming what the session finds where it is a guest, if it goes there
 */
record Arriving<S>(
    Binding<S> binding,
    Instance<S> from,
    Turn<S> turn,
    Object after,
    @Nullable String to,
    boolean guest,
    @Nullable Adoption adopted,
    @Nullable Homecoming<S> homecoming)
    implements Turn.Computation<S> {

  @Override
  public S compute(Instance<S> at, S there) {
    if (binding.hasEnded()) {
      throw Binding.sessionEnded(); // What it left would outlive it.
    }
    if (adopted != null && adopted.isLost()) {
      throw new ConflictException(
          "Another writer changed what %s takes along".formatted(turn.title));
    }
    StateModule<S> module = from.module();
    RecordCodec<S> codec = module.records();
    S initial = module.codec().initial();
    S before = from.working(turn);
    S changed = module.states().show(after);
    if (to == null) {
      S base = homecoming == null ? initial : homecoming.base(there, initial);
      return codec.carry(before, changed, base);
    }
    boolean stored = at.isEstablished();
    var adopt = module.onAdopt();
    if (stored && guest && adopt != null && !isLeftOver(at)) {
      S merged = Adopting.merge(module, adopt, changed, there);
      check(to, merged, !leadsTo(to, there));
      return merged;
    }
    S arrived;
    if (stored) {
      arrived = codec.carry(before, changed, there);
    } else {
      arrived = guest ? changed : codec.carry(before, changed, initial);
    }
    check(to, arrived, stored);
    return arrived;
  }

  /**
   * Whether the guest's record is there only because a crash came before its end: then its state is
   * in the new key's already. If it has been changed since, nobody can tell what is new in it, and
   * it is adopted once more: what is there twice can be mended, and what is nowhere cannot.
   */
  private boolean isLeftOver(Instance<S> at) {
    Revision held = adopted == null ? null : at.adopted(adopted.session());
    if (adopted == null || held == null) {
      return false;
    }
    Revision left = adopted.revision();
    if (left.equals(held)) {
      return true;
    }
    if (left.incarnation() == held.incarnation()) {
      binding
          .engine()
          .reports
          .odd(
              "A guest of module %s had been adopted without the end of its record, and has gone on; the whole of it is adopted again"
                  .formatted(from.module().name()));
    }
    return false;
  }

  private boolean leadsTo(String id, S state) {
    StateModule<S> module = from.module();
    S again = module.records().again(state);
    return !(module.strategy() instanceof KeyStrategy.WithKey<S> strategy)
        || id.equals(Keys.of(module, strategy, again, binding.session()));
  }

  /**
   * The first write under a key must lead back to it; a record that does not is left where it is.
   */
  private void check(String id, S state, boolean tolerated) {
    if (leadsTo(id, state)) {
      return;
    }
    if (!tolerated) {
      throw new KeyException(
          "%s goes to a key that its saved state does not lead back to".formatted(turn.title));
    }
    binding
        .engine()
        .reports
        .odd(
            "A record of module %s names another key than its own; it stays where it is"
                .formatted(from.module().name()));
  }
}
