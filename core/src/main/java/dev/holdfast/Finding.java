package dev.holdfast;

import dev.holdfast.store.StateKey;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A session's way to its instance of a module: on first use, after a restart of the runtime, and
 * when the instance has left memory meanwhile.
 *
 * <p>Its monitor guards what changes here, and comes before those of the lane and the residence.
 */
final class Finding<S> {

  private final Binding<S> binding;
  private final Residence<S> residence;
  private final Introduction<S> introduction;

  /** Null where the key is fixed. */
  private final @Nullable Lane<S> lane;

  /** The way that is being gone, to where the session has met the instance; null if none is. */
  private @Nullable CompletableFuture<Instance<S>> finding;

  /** The same, to where the instance is known; null when it has been gone to its end. */
  private @Nullable CompletableFuture<Instance<S>> locating;

  private volatile boolean isReady;

  /**
   * @param lane null where the key is fixed
   */
  Finding(
      Binding<S> binding,
      Residence<S> residence,
      Introduction<S> introduction,
      @Nullable Lane<S> lane) {
    this.binding = binding;
    this.residence = residence;
    this.introduction = introduction;
    this.lane = lane;
  }

  /** Whether the session has met the instance that it is at. */
  boolean isReady() {
    return isReady;
  }

  /**
   * Completes with the instance when the session has met it: it is loaded, and the hook has run.
   */
  CompletableFuture<Instance<S>> ready() {
    if (isReady) {
      return binding.isStale() && !binding.hasTurnHere()
          ? binding.follow().thenCompose(none -> ready())
          : there();
    }
    CompletableFuture<Instance<S>> answer = new CompletableFuture<>();
    boolean took;
    synchronized (this) {
      if (isReady) {
        return CompletableFuture.completedFuture(residence.at());
      }
      if (finding != null) {
        return finding;
      }
      if (residence.hasEnded()) {
        return CompletableFuture.failedFuture(Binding.sessionEnded());
      }
      finding = answer;
      took = lane != null && lane.take();
    }
    CompletableFuture<Instance<S>> located = find();
    synchronized (this) {
      locating = located;
    }
    binding
        .engine()
        .after(located.thenCompose(introduction::met), (none, error) -> found(answer, took, error));
    return answer;
  }

  private void found(
      CompletableFuture<Instance<S>> answer, boolean took, @Nullable Throwable error) {
    synchronized (this) {
      finding = null;
      isReady = error == null;
      locating = isReady ? null : locating;
    }
    if (error == null && binding.isStale()) {
      follow(answer);
    } else if (error == null) {
      residence.loosen();
      binding.attend();
      answer.complete(residence.at());
    } else {
      answer.completeExceptionally(Load.typed(error, binding.module().name() + " of a session"));
    }
    if (lane != null && took) {
      lane.free();
    }
  }

  /** What is shown first, and what was sent before, is where the session belongs by now. */
  private void follow(CompletableFuture<Instance<S>> answer) {
    binding
        .engine()
        .after(
            binding.followFirst(),
            (none, error) -> {
              residence.loosen();
              binding.attend();
              if (error == null) {
                answer.complete(residence.at());
              } else {
                answer.completeExceptionally(error);
              }
            });
  }

  /**
   * Waits until it is known which instance the session is at, whether or not it has met it, so that
   * a ring of waiting instances is seen where it closes (law A7).
   *
   * @return null if that could not be found out
   */
  @Nullable Instance<S> located() {
    begin();
    CompletableFuture<Instance<S>> known;
    synchronized (this) {
      known = locating;
    }
    if (known != null) {
      var unused = Ref.get(known.handle((found, error) -> Optional.ofNullable(found)));
    }
    return binding.target();
  }

  /** Sees to it that the session gets there. */
  void begin() {
    var unused = ready();
  }

  /** The instance that the session has met, in memory again if it had left. */
  CompletableFuture<Instance<S>> there() {
    if (lane != null && binding.isElsewhere() && lane.take()) {
      return binding
          .goElsewhere()
          .handle(
              (none, error) -> {
                lane.free();
                if (error != null) {
                  throw Load.typed(error, binding.module().name() + " of a session");
                }
                return residence.at();
              });
    }
    Instance<S> at = residence.at();
    if (!at.isLive()) {
      Instance<S> back = at.isGone() ? residence.back(at) : at;
      return back.loaded().thenCompose(none -> there());
    }
    if (lane != null && residence.isStranded(at) && lane.take()) {
      return binding
          .leaveStrand()
          .handle(
              (none, error) -> {
                lane.free();
                return residence.at();
              });
    }
    return CompletableFuture.completedFuture(at);
  }

  /** The instance that the session belongs to. */
  private CompletableFuture<Instance<S>> find() {
    Instance<S> found = binding.target();
    if (found != null) {
      return CompletableFuture.completedFuture(found);
    }
    StateModule<S> module = binding.module();
    Row row = binding.session().row();
    return row.loaded()
        .thenCompose(
            none -> {
              String id = module.isPersistent() ? row.binding(module) : null;
              if (id != null) {
                residence.asked(row.asked(module));
                return restored(row, id);
              }
              String first = firstId();
              return first == null
                  ? CompletableFuture.completedFuture(residence.settleAt(residence.home(), null))
                  : settled(first);
            });
  }

  /** The id of a session that needs no state to be known by, and leaves none behind; or null. */
  private @Nullable String firstId() {
    StateModule<S> module = binding.module();
    return module.strategy() instanceof KeyStrategy.WithKey<S> strategy
            && strategy.readsSession
            && !module.savesGuests()
        ? Keys.of(module, strategy, module.codec().initial(), binding.session())
        : null;
  }

  private CompletableFuture<Instance<S>> settled(String id) {
    long asked = binding.identityVersion();
    return loaded(id)
        .thenApply(
            found -> {
              var unused = introduction.isFirstAt(id);
              residence.asked(asked);
              return residence.settleAt(found, id);
            });
  }

  /** The instance of an id, or of a guest, loaded; let go of if that fails. */
  CompletableFuture<Instance<S>> loaded(@Nullable String id) {
    StateModule<S> module = binding.module();
    Instances instances = binding.session().instances();
    Instance<S> found =
        id == null ? residence.home() : instances.attach(module, StateKey.keyed(module.name(), id));
    return found
        .loaded()
        .handle(
            (none, error) -> {
              if (error != null) {
                instances.detach(found);
                throw Load.typed(error, module.name() + " of a session");
              }
              return found;
            });
  }

  /** Back at the key of an earlier life; if its record is gone, so is the binding. */
  private CompletableFuture<Instance<S>> restored(Row row, String id) {
    StateModule<S> module = binding.module();
    return loaded(id)
        .thenApply(
            found -> {
              boolean isThere =
                  found.isEstablished() && !Residence.isOtherLife(found, row.life(module));
              boolean isUnwritten =
                  !found.isEstablished()
                      && row.life(module) == 0
                      && binding.readsSession()
                      && residence.names(id, found);
              if (isThere || isUnwritten) {
                var unused = introduction.isFirstAt(id); // It was there in its earlier life.
                return residence.settleAt(found, id);
              }
              binding.session().instances().detach(found);
              introduction.lost();
              residence.asked(Residence.NEVER);
              var unused = row.unbind(module.name());
              return residence.settleAt(residence.home(), null);
            });
  }
}
